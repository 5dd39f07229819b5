import { literalsOf, type Comparison } from '../comparison.ts'
import { shown } from '../mistake.ts'
import type { OperatorName } from '../operator.ts'
import { EVERY_OPERATOR, readComparisons, readName, TRAITS_ONLY } from '../parse-comparison.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import { isWritten, type Written } from '../written.ts'
import { ACTIVE_UNITS, AGGREGATE_NAMES, AGGREGATES, type AggregateName } from './aggregate.ts'
import type { DidCondition, EventCondition, Measure, WindowedEvents } from './event-condition.ts'
import { readSelection, SELECTION_KEYS } from './parse-selection.ts'
import { readWindows, WINDOW_KEYS } from './parse-window.ts'

/** The words that name a condition over events. */
export const EVENT_WORDS: readonly string[] = ['did', 'did_not']

/** What may be asked of a number that is always there. */
const COUNT_OPERATORS = [
  'eq',
  'ne',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'not_between',
] as const satisfies readonly OperatorName[]

const AT_LEAST_ONCE: Comparison = {
  operator: 'gte',
  operand: { kind: 'number', value: 1 },
  ignoreCase: false,
}

const NEVER: Comparison = { operator: 'eq', operand: { kind: 'any', value: 0 }, ignoreCase: false }

const EVENT_KEYS: readonly string[] = [...SELECTION_KEYS, ...WINDOW_KEYS]

/** `did`, with everything that may stand beside it. Several measures must all hold. */
export function readDid(written: Written, place: Place): readonly EventCondition[] {
  const measured = [...Object.keys(MEASURES), ...AGGREGATE_NAMES].filter(
    (word) => written[word] !== undefined,
  )
  refuseOthers(written, ['did', ...EVENT_KEYS, ...Object.keys(MEASURES), ...AGGREGATE_NAMES], place)
  const events = readWindowed(written, 'did', place)
  if (events === undefined) return []
  if (measured.length === 0) return [did(events, { kind: 'count' }, AT_LEAST_ONCE)]
  return measured.flatMap((word) => readMeasured(written, word, events, place))
}

/** `did_not`: a count of none. */
export function readDidNot(written: Written, place: Place): readonly EventCondition[] {
  refuseOthers(written, ['did_not', ...EVENT_KEYS], place)
  const events = readWindowed(written, 'did_not', place)
  return events === undefined ? [] : [did(events, { kind: 'count' }, NEVER)]
}

const did = (events: WindowedEvents, measure: Measure, comparison: Comparison): DidCondition => ({
  kind: 'did',
  ...events,
  measure,
  comparison,
})

function readWindowed(written: Written, word: string, place: Place): WindowedEvents | undefined {
  const windows = readWindows(written, place)
  const events = readSelection(written, word, TRAITS_ONLY, place)
  return events && { events, windows }
}

/** What can be counted without a property, by the word that asks. */
const MEASURES: Readonly<Record<string, Measure>> = {
  count: { kind: 'count' },
  ...Object.fromEntries(
    Object.entries(ACTIVE_UNITS).map(([word, unit]) => [word, { kind: 'active', unit } as const]),
  ),
}

function readMeasured(
  written: Written,
  word: string,
  events: WindowedEvents,
  place: Place,
): readonly EventCondition[] {
  const here = below(place, word)
  const counted = MEASURES[word]
  if (counted !== undefined)
    return readCount(written[word], word, here).map((comparison) =>
      did(events, counted, comparison),
    )
  const aggregate = AGGREGATE_NAMES.find((name) => name === word)
  return aggregate === undefined ? [] : readAggregate(written[word], aggregate, events, here)
}

/** Reads `{ gte: 2 }`, the comparison of a count. */
function readCount(value: unknown, word: string, place: Place): readonly Comparison[] {
  if (!isWritten(value)) {
    const remedy = `Write ${word}: { gte: 2 }`
    fail(
      place,
      `Cannot read ${shown(value)} as a comparison`,
      'a comparison such as { gte: 2 }',
      remedy,
    )
    return []
  }
  const form = {
    keys: [],
    operators: COUNT_OPERATORS,
    subject: `"${word}"`,
    example: `${word}: { gte: 2 }`,
    reach: TRAITS_ONLY,
  }
  const comparisons = readComparisons(value, form, place)
  for (const comparison of comparisons) refuseText(comparison, place)
  return comparisons
}

/** A number is compared with numbers, whatever the operator takes elsewhere. */
function refuseText({ operator, operand }: Comparison, place: Place): void {
  const other = literalsOf(operand).find((value) => typeof value !== 'number')
  if (other === undefined) return
  const here = below(place, operator)
  fail(
    here,
    `Cannot compare a number with ${shown(other)}`,
    'a number or { trait: … }',
    'Write a number',
  )
}

function readAggregate(
  value: unknown,
  aggregate: AggregateName,
  events: WindowedEvents,
  place: Place,
): readonly EventCondition[] {
  const isNumber = AGGREGATES[aggregate].gives === 'number'
  const example = `${aggregate}: { property: ${isNumber ? 'revenue, gte: 500' : 'plan, eq: pro'} }`
  if (!isWritten(value)) {
    fail(place, `Cannot read ${shown(value)} beside "${aggregate}"`, example, `Write ${example}`)
    return []
  }
  const property = readName(value['property'], 'property', below(place, 'property'))
  const operators = isNumber ? ([...COUNT_OPERATORS, 'exists'] as const) : EVERY_OPERATOR
  const form = {
    keys: ['property'],
    operators,
    subject: `"${aggregate}"`,
    example,
    reach: TRAITS_ONLY,
  }
  const comparisons = readComparisons(value, form, place)
  if (isNumber) for (const comparison of comparisons) refuseText(comparison, place)
  if (property === undefined) return []
  const measure = { kind: 'aggregate', aggregate, property } as const
  return comparisons.map((comparison) => did(events, measure, comparison))
}
