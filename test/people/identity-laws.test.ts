// Laws of identity, with judges that share no code with the rules.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, Message } from '../../src/core/event/message.ts'
import { PERIODS } from '../../src/core/identity/limit.ts'
import type { Resolution } from '../../src/core/identity/resolve.ts'
import { external, message } from '../support/message.ts'
import { resolver } from '../support/resolver.ts'

const RUNS = { numRuns: 400 }
const DAY = 86_400_000

const few = (name: string, count: number): fc.Arbitrary<string | null> =>
  fc.option(
    fc.integer({ min: 0, max: count - 1 }).map((n) => `${name}${n}`),
    { freq: 2 },
  )

/** Messages of a small town: few values, so that they meet. */
const town = fc.array(
  fc.record({
    userId: few('u', 5),
    anonymousId: few('a', 8),
    email: few('e', 5),
    loyalty: few('l', 4),
    day: fc.integer({ min: 0, max: 40 }),
  }),
  { maxLength: 40 },
)
type Call = typeof town extends fc.Arbitrary<readonly (infer T)[]> ? T : never

const asMessage = ({ userId, anonymousId, email, loyalty, day }: Call, index: number): Message =>
  message({
    id: `call ${index}`,
    userId,
    anonymousId,
    traits: email === null ? {} : { email: `${email}@example.com` },
    context: loyalty === null ? {} : external(['loyalty', loyalty]),
    timestamp: day * DAY,
  })

/** Follows merges, as a reader of the merge history would. */
class History {
  readonly #into = new Map<string, string>()
  add({ person, merged }: Resolution): void {
    for (const other of merged) this.#into.set(other, person ?? '')
  }
  now(person: string | null): string | null {
    let at = person
    for (let next = at; next !== null; next = this.#into.get(next) ?? null) at = next
    return at
  }
}

test('two user ids are never one person, whatever else they share and in whatever order', () => {
  fc.assert(
    fc.property(town, (calls) => {
      const people = resolver({ sharedAfter: 3 })
      const history = new History()
      const seen = calls.map(asMessage).map((call) => {
        const resolution = people.resolve(call)
        history.add(resolution)
        return [call.userId, resolution.person] as const
      })
      const users = new Map<string, string>()
      for (const [user, person] of seen) {
        if (user === null) continue
        const now = history.now(person) ?? assert.fail('an identified message is of nobody')
        assert.equal(users.get(user) ?? now, now, 'a user id is of two people')
        users.set(user, now)
      }
      assert.equal(new Set(users.values()).size, users.size, 'two user ids are of one person')
    }),
    RUNS,
  )
})

test('limits hold at every moment', () => {
  const limits = {
    user_id: { count: 1, per: 'ever' },
    email: { count: 2, per: 'ever' },
    anonymous_id: { count: 2, per: 'weekly' },
    loyalty: { count: 1, per: 'monthly' },
  } as const
  fc.assert(
    fc.property(town, (calls) => {
      const people = resolver({ limits, sharedAfter: 4 })
      let has: { person: string; kind: string; value: string; at: number }[] = []
      for (const call of calls.map(asMessage)) {
        const { person, merged, linked, shared } = people.resolve(call)
        if (person === null) continue
        has = has
          .map((one) => (merged.includes(one.person) ? { ...one, person } : one))
          .concat(linked.map((one) => ({ ...one, person })))
          .filter(
            (one) => !shared.some((gone) => gone.kind === one.kind && gone.value === one.value),
          )
        for (const one of has) {
          const limit = limits[one.kind as keyof typeof limits]
          const within = has.filter(
            (other) =>
              other.person === one.person &&
              other.kind === one.kind &&
              other.at >= one.at &&
              other.at - one.at < PERIODS[limit.per],
          )
          assert.ok(within.length <= limit.count, `${within.length} of ${one.kind}`)
        }
      }
    }),
    RUNS,
  )
})

/** Who is connected by any chain of identifiers: the people when no limit is in the way. */
function connected(calls: readonly Call[]): string[] {
  const groups = calls.map((_, index) => index)
  const values = ({ userId, anonymousId, email, loyalty }: Call): (string | null)[] => [
    userId,
    anonymousId,
    email,
    loyalty,
  ]
  for (let changed = true; changed;) {
    changed = false
    for (const [i, left] of calls.entries())
      for (const [j, right] of calls.entries()) {
        const meet = values(left).some((value) => value !== null && values(right).includes(value))
        const [a = 0, b = 0] = [groups[i], groups[j]]
        if (!meet || a === b) continue
        groups[i] = groups[j] = Math.min(a, b)
        changed = true
      }
  }
  return groups.map((group, index) =>
    values(calls[index] ?? assert.fail()).every((value) => value === null)
      ? 'nobody'
      : String(group),
  )
}

const partition = (labels: readonly (string | null)[]): number[] =>
  labels.map((label) => labels.indexOf(label))

test('where no limit is in the way, any order of arrival gives the same people', () => {
  const roomy = { count: 1000, per: 'ever' } as const
  const rules = { limits: { user_id: roomy, email: roomy, anonymous_id: roomy, loyalty: roomy } }
  fc.assert(
    fc.property(
      town.chain((calls) =>
        fc.tuple(
          fc.constant(calls),
          fc.shuffledSubarray([...calls.keys()], { minLength: calls.length }),
        ),
      ),
      ([calls, order]) => {
        const people = resolver(rules)
        const history = new History()
        const seen: (string | null)[] = []
        for (const index of order) {
          const call = calls[index] ?? assert.fail()
          const resolution = people.resolve(asMessage(call, index))
          history.add(resolution)
          seen[index] = resolution.person
        }
        const now = seen.map((person) => history.now(person) ?? 'nobody')
        assert.deepEqual(partition(now), partition(connected(calls)))
      },
    ),
    RUNS,
  )
})

test('the same message again changes nothing', () => {
  fc.assert(
    fc.property(town, (calls) => {
      const people = resolver({ sharedAfter: 3 })
      for (const call of calls.map(asMessage)) {
        const first = people.resolve(call)
        const again = people.resolve(call)
        assert.equal(again.person, first.person)
        assert.deepEqual([...again.merged, ...again.linked, ...again.shared], [])
      }
    }),
    RUNS,
  )
})

test('nothing in a message makes it throw, and no identifier is unreadable', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 })
  const json = fc.jsonValue({ maxDepth: 2 }).map((value) => value as JsonObject)
  const hostile = fc.record({
    id: text,
    userId: fc.option(text),
    anonymousId: fc.option(text),
    previousId: fc.option(text),
    traits: fc.record({ email: json, phone: fc.oneof(json, text) }, { requiredKeys: [] }),
    context: fc
      .oneof(
        json,
        fc.record(
          {
            externalIds: fc.oneof(
              json,
              fc.array(
                fc.record({
                  id: text,
                  type: fc.oneof(text, fc.constant('x')),
                  collection: fc.constant('users'),
                  encoding: fc.constant('none'),
                }),
              ),
            ),
            device: fc.oneof(
              json,
              fc.record({ type: fc.constantFrom('ios', 'android'), id: json, token: text }),
            ),
            traits: json,
          },
          { requiredKeys: [] },
        ),
      )
      .map((value) => (typeof value === 'object' && value !== null ? value : {}) as JsonObject),
  })
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 5 }), (parts) => {
      const people = resolver()
      for (const part of parts) {
        const { person, accepted } = people.resolve(message(part))
        assert.equal(person === null, accepted.length === 0)
        for (const { kind, value } of accepted) {
          assert.match(kind, /^[\w.-]+$/)
          assert.ok(value !== '' && value.isWellFormed() && !/\p{Cc}/u.test(value))
        }
      }
    }),
    { numRuns: 1_000 },
  )
})
