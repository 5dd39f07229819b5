import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Batch, BatchOutcome } from './batch.ts'
import { verdicts } from './verdict.ts'

const outcome: fc.Arbitrary<BatchOutcome | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({
    kind: fc.constant('accepted' as const),
    at: fc.nat(99),
    received: fc.constant(1),
    invalid: fc.constant(0),
    named: fc.array(fc.record({ position: fc.nat(40), reason: fc.constantFrom('a', 'b') }), {
      maxLength: 3,
    }),
  }),
  fc.record({
    kind: fc.constant('unknown' as const),
    at: fc.nat(99),
    settlesAt: fc.nat(99),
    message: fc.constant(''),
  }),
  fc.constant({ kind: 'refused' as const, at: 0, code: 'x', message: '' }),
  fc.constant({ kind: 'halved' as const, at: 0 }),
)

/** Batches as a run makes them: ranges side by side, each repeated or halved any number of times. */
const journal: fc.Arbitrary<Batch[]> = fc
  .array(
    fc.record({
      count: fc.integer({ min: 1, max: 8 }),
      parts: fc.array(
        fc.record({
          from: fc.nat(7),
          length: fc.nat(8),
          outcome,
          fenced: fc.array(fc.nat(40), { maxLength: 3 }),
        }),
        { maxLength: 4 },
      ),
      whole: outcome,
    }),
    { maxLength: 5 },
  )
  .map((ranges) => {
    const batches: Batch[] = []
    let offset = 0
    const push = (at: number, count: number, some: Partial<Batch>): void => {
      batches.push({
        sequence: batches.length + 1,
        operation: 'add',
        offset: at,
        count,
        intendedAt: 0,
        fenced: [],
        outcome: undefined,
        ...some,
      })
    }
    for (const { count, parts, whole } of ranges) {
      push(offset, count, { outcome: whole })
      for (const { from, length, outcome: part, fenced } of parts) {
        const start = Math.min(from, count - 1)
        push(offset + start, Math.min(length + 1, count - start), { outcome: part, fenced })
      }
      offset += count + 1
    }
    return batches
  })

test('verdicts() reads every batch that covers a position, whatever their order', () => {
  fc.assert(
    fc.property(journal, fc.nat(50), (batches, position) => {
      const covering = batches.filter(
        (batch) => position >= batch.offset && position < batch.offset + batch.count,
      )
      const effective = covering.filter((batch) => batch.outcome?.kind !== 'refused')
      const accepted = effective.flatMap(({ outcome: end, fenced }) =>
        end?.kind === 'accepted' &&
        !fenced.includes(position) &&
        end.named.every((name) => name.position !== position)
          ? [end.at]
          : [],
      )
      const named = effective.flatMap(({ outcome: end }) =>
        end?.kind === 'accepted' ? end.named.filter((name) => name.position === position) : [],
      )
      const verdict = verdicts(batches.toReversed())(position)
      assert.equal(verdict.sent, effective.length > 0)
      assert.equal(verdict.acceptedAt, accepted.at(-1) ?? null)
      assert.equal(verdict.invalid !== null, named.length > 0)
      assert.equal(
        verdict.unsure,
        effective.some(({ outcome: end }) => end?.kind !== 'accepted'),
      )
    }),
    { numRuns: 2000 },
  )
})
