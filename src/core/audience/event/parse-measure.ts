import { shown } from '../mistake.ts'
import { readName } from '../parse-comparison.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import { isWritten, type Written } from '../written.ts'
import { ACTIVE_UNITS, AGGREGATE_NAMES, AGGREGATES, type AggregateName } from './aggregate.ts'
import type { AggregateMeasure, Measure } from './event-condition.ts'

/** The keys of an aggregate that say what it is made of. */
export const aggregatedKeys = (aggregate: AggregateName): readonly string[] => [
  'property',
  'context',
  ...(aggregate === 'most_frequent' ? ['at_least'] : []),
]

const SAMPLES = { number: 'revenue', text: 'plan', list: 'category' } as const

/** An example of an aggregate's property, as it is written. */
export const exampleProperty = (aggregate: AggregateName): string =>
  `property: ${SAMPLES[AGGREGATES[aggregate].gives]}`

/** What an aggregate is made of: `property: revenue`, or `context: campaign.source`. */
export function readAggregated(
  written: Written,
  aggregate: AggregateName,
  place: Place,
): AggregateMeasure | undefined {
  const of = written['context'] === undefined ? 'property' : 'context'
  if (of === 'context' && written['property'] !== undefined) {
    const message = 'One aggregate cannot be made of a property and of the context'
    return fail(below(place, 'context'), message, 'one of the two', 'Remove one of them')
  }
  const name = readName(written[of], 'property', below(place, of))
  const atLeast = written['at_least']
  const isMinimum = typeof atLeast === 'number' && Number.isInteger(atLeast) && atLeast > 0
  if (aggregate === 'most_frequent' && atLeast !== undefined && !isMinimum) {
    const message = `Cannot read ${shown(atLeast)} as a number of times`
    return fail(below(place, 'at_least'), message, 'a whole number from 1', 'Write at_least: 3')
  }
  if (name === undefined) return undefined
  return { kind: 'aggregate', aggregate, of, name, ...(isMinimum ? { atLeast } : {}) }
}

/** The words that stand for a measure that nothing is compared with, and give what `gives` says. */
export const bareMeasureWords = (
  gives: (aggregate: AggregateName) => boolean,
): readonly string[] => [...AGGREGATE_NAMES.filter(gives), ...Object.keys(ACTIVE_UNITS)]

/**
 * Reads what is made of events where nothing is compared with it; without a word for it, they are counted.
 * @param words those that may be meant
 */
export function readBareMeasure(
  written: Written,
  words: readonly string[],
  place: Place,
): Measure | undefined {
  const named = words.filter((word) => written[word] !== undefined)
  const [word] = named
  if (word === undefined) return { kind: 'count' }
  const here = below(place, word)
  if (named.length > 1) {
    const message = `One measure can stand here, not ${named.join(' and ')}`
    return fail(here, message, 'one of them', `Remove all but "${word}"`)
  }
  const value = written[word]
  const aggregate = AGGREGATE_NAMES.find((name) => name === word)
  if (aggregate !== undefined) {
    if (isWritten(value)) {
      refuseOthers(value, aggregatedKeys(aggregate), here)
      return readAggregated(value, aggregate, here)
    }
    const remedy = `Write ${word}: { ${exampleProperty(aggregate)} }`
    return fail(here, `Cannot read ${shown(value)} here`, '{ property: … }', remedy)
  }
  if (value !== true)
    return fail(here, `Cannot read ${shown(value)} here`, 'true', `Write ${word}: true`)
  const active = Object.entries(ACTIVE_UNITS).find(([name]) => name === word)
  return active === undefined ? { kind: 'count' } : { kind: 'active', unit: active[1] }
}
