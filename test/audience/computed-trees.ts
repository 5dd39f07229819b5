import fc from 'fast-check'
import { AGGREGATE_NAMES, AGGREGATES } from '../../src/core/audience/event/aggregate.ts'
import type { Measure, MeasuredEvents } from '../../src/core/audience/event/event-condition.ts'
import { aggregated, measured, selection, windows } from './event-trees.ts'

/** Computed traits, each in place of columns that hold the like. */
const IN_PLACE_OF: Readonly<Record<string, readonly string[]>> = {
  orders: ['count0'],
  revenue: ['figure0', 'figure1'],
  amount: ['figure2'],
  plan: ['word0', 'word1'],
  note: ['word2'],
  moment: ['when0'],
  tags: ['list0'],
}

const measures = measured.map(([measure]) => measure)

/** Of the others the last digits are the engine's own, which shows where they are compared as text. */
const EXACT = ['sum', 'min', 'max', 'distinct']

const texts = AGGREGATE_NAMES.filter((name) => AGGREGATES[name].gives === 'text')

const word = fc
  .constantFrom(...texts)
  .chain((name) => aggregated(name, ['sku', 'note', 'coupon', 'amount', 'gift']))

const of = (measure: fc.Arbitrary<Measure>): fc.Arbitrary<MeasuredEvents> =>
  fc.record({ events: selection, windows, measure })

const figure = of(
  measures.filter((measure) => measure.kind === 'aggregate' && EXACT.includes(measure.aggregate)),
)

/** The later ones may name the earlier ones. */
const generated = fc.tuple(
  fc.record({
    count0: of(measures.filter(({ kind }) => kind !== 'aggregate')),
    figure0: figure,
    word0: of(word),
    when0: of(fc.constantFrom(...texts).chain((name) => aggregated(name, ['due']))),
    list0: of(aggregated('unique_list', ['sku', 'note', 'coupon'])),
  }),
  fc.record({ figure1: figure, figure2: figure, word1: of(word), word2: of(word) }),
  fc.nat(1000),
)

const EARLIER = ['count0', 'figure0', 'word0', 'when0', 'list0']

const SEAL = 'of an account'

const isSealed = (value: unknown): value is { readonly [SEAL]: unknown } =>
  typeof value === 'object' && value !== null && SEAL in value

/** As JSON, with what is over accounts as text: the traits in it are not the people's. */
const withSealedAccounts = (tree: unknown): string =>
  JSON.stringify(tree, (key: string, value: unknown) =>
    key === SEAL || typeof value !== 'object' || value === null || !('kind' in value)
      ? value
      : value.kind === 'account'
        ? { [SEAL]: JSON.stringify(value) }
        : value,
  )

/** Puts computed traits in the place of every other column that they could stand for. */
export function withComputed<T>(tree: T, pick: number, allowed: (name: string) => boolean): T {
  let place = pick
  const replaced: unknown = JSON.parse(withSealedAccounts(tree), (key: string, value: unknown) => {
    if (key === SEAL) return JSON.parse(String(value))
    if (isSealed(value)) return value[SEAL]
    if ((key !== 'trait' && key !== 'identifier') || typeof value !== 'string') return value
    const likes = (IN_PLACE_OF[value] ?? []).filter(allowed)
    place += 1
    return place % 3 === 0 ? value : (likes[place % Math.max(1, likes.length)] ?? value)
  })
  return replaced as T
}

/** The computed traits of a model, some of them made of others. */
export const computedTraits: fc.Arbitrary<Readonly<Record<string, MeasuredEvents>>> = generated.map(
  ([first, second, pick]) => ({
    ...first,
    ...withComputed(second, pick, (name) => EARLIER.includes(name)),
  }),
)
