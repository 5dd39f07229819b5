/** What is made of a property's values over a person's events. */
interface Aggregate {
  /** `number` reads the values as numbers and gives one; `text` gives a value as it stands, `list` several. */
  readonly gives: 'number' | 'text' | 'list'
  /** Stands in a sentence; `…` is the property. */
  readonly words: string
}

const number = 'number'
const text = 'text'

/** One row for each aggregate; parser, compiler, sentences and documentation read it. */
export const AGGREGATES = {
  sum: { gives: number, words: 'the sum of … over' },
  avg: { gives: number, words: 'the average of … over' },
  min: { gives: number, words: 'the least … of' },
  max: { gives: number, words: 'the greatest … of' },
  median: { gives: number, words: 'the median of … over' },
  p90: { gives: number, words: 'the 90th percentile of … over' },
  p95: { gives: number, words: 'the 95th percentile of … over' },
  p99: { gives: number, words: 'the 99th percentile of … over' },
  distinct: { gives: number, words: 'the number of different … of' },
  first: { gives: text, words: 'the first … of' },
  last: { gives: text, words: 'the last … of' },
  most_frequent: { gives: text, words: 'the most frequent … of' },
  unique_list: { gives: 'list', words: 'the different … of' },
} as const satisfies Record<string, Aggregate>

export type AggregateName = keyof typeof AGGREGATES

const isAggregateName = (name: string): name is AggregateName => Object.hasOwn(AGGREGATES, name)

export const AGGREGATE_NAMES: readonly AggregateName[] =
  Object.keys(AGGREGATES).filter(isAggregateName)

/** The longest that a `unique_list` becomes: of more values, the first by the alphabet. */
export const UNIQUE_LIST_MAX = 100

/** Calendar units whose number with an event in them can be asked for, by the word that asks. */
export const ACTIVE_UNITS = {
  active_days: 'day',
  active_weeks: 'week',
  active_months: 'month',
} as const

export type ActiveUnit = (typeof ACTIVE_UNITS)[keyof typeof ACTIVE_UNITS]
