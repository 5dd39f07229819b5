/** People with a few traits and a few events, and what a definition says of them by the rules of where it comes from. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Condition } from '../../src/core/audience/condition.ts'
import { meets, type Setting } from '../audience/evaluator.ts'

export const NOW = Date.parse('2026-07-01T02:15:30.500Z')
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export interface Deed {
  readonly name: 'A' | 'B'
  readonly at: number
  readonly sku: string | null
  readonly n: number | null
}

export interface Life {
  readonly plan: string | null
  readonly age: number | null
  /** The oldest first; no two at one moment. */
  readonly deeds: readonly Deed[]
}

const word = fc.constantFrom('pro', 'free', 'Pro', 'a_b', 'axb', '')
export const few = fc.integer({ min: 0, max: 4 })

const deed = fc.record({
  name: fc.constantFrom('A', 'B'),
  // Never on the end of a window, nor on another event: what is meant there differs, or is not said.
  hours: fc.integer({ min: 0, max: 24 * 12 }),
  sku: fc.option(word),
  n: fc.option(few),
})

export const someLife: fc.Arbitrary<Life> = fc
  .record({
    plan: fc.option(word),
    age: fc.option(few),
    deeds: fc.uniqueArray(deed, { maxLength: 8, selector: ({ hours }) => hours }),
  })
  .map(({ deeds, ...traits }) => ({
    ...traits,
    deeds: deeds
      .toSorted((one, other) => other.hours - one.hours)
      .map(({ hours, ...rest }) => ({ ...rest, at: NOW - hours * HOUR - HOUR / 2 })),
  }))

export const word1 = fc.constantFrom('pro', 'free', 'r', 'a_b')

/** A part of a definition, and whom it means. */
export interface Meant<T> {
  readonly written: T
  readonly holds: (life: Life) => boolean
}

export const compares: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
}

/** Conditions joined to trees, as the language writes `and`, `or` and `not`. */
export function trees<T>(
  leaf: fc.Arbitrary<Meant<T>>,
  join: (kind: 'and' | 'or', of: readonly T[]) => T,
  deny: ((of: T) => T) | null,
): fc.Arbitrary<Meant<T>> {
  const { tree } = fc.letrec<{ tree: Meant<T> }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      { weight: 3, arbitrary: leaf },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            fc.constantFrom('and', 'or'),
            fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
          )
          .map(([kind, of]) => ({
            written: join(
              kind,
              of.map(({ written }) => written),
            ),
            holds: (one: Life) =>
              kind === 'and'
                ? of.every(({ holds }) => holds(one))
                : of.some(({ holds }) => holds(one)),
          })),
      },
      ...(deny === null
        ? []
        : [
            {
              weight: 1,
              arbitrary: tie('tree').map(({ written, holds }) => ({
                written: deny(written),
                holds: (one: Life) => !holds(one),
              })),
            },
          ]),
    ),
  }))
  return tree
}

const happened = ({ deeds }: Life) =>
  deeds.map(({ name, at, sku, n }, index) => ({
    name,
    time: { time: at },
    id: String(index),
    source: null,
    properties: { sku, n },
    context: {},
  }))

/** Whom our language means by a condition: whether it is so of each. @param accounts what they may belong to */
export function areMeant(
  condition: Condition,
  lives: readonly Life[],
  accounts?: Setting['accounts'],
): readonly boolean[] {
  const people = lives.map(({ plan, age }, index) => ({ id: String(index), plan, age }))
  const setting: Setting = {
    people,
    key: 'id',
    events: new Map(lives.map((one, index) => [String(index), happened(one)])),
    ...(accounts === undefined ? {} : { accounts }),
    consent: {},
    relations: {},
    now: NOW,
    timeZone: 'UTC',
    lists: {},
    audiences: {},
    sql: {},
  }
  return people.map((person) => meets(condition, person, setting))
}

/** Holds that the same people are meant before and after. `imported` must carry over everything. */
export function agrees<T>(
  definitions: fc.Arbitrary<Meant<T>>,
  imported: (written: T) => Condition,
  runs: number,
): void {
  fc.assert(
    fc.property(
      definitions,
      fc.array(someLife, { minLength: 6, maxLength: 6 }),
      ({ written, holds }, lives) => {
        const condition = imported(written)
        for (const one of lives)
          assert.equal(
            areMeant(condition, [one])[0],
            holds(one),
            JSON.stringify({ written, one, condition }),
          )
      },
    ),
    { numRuns: runs },
  )
}
