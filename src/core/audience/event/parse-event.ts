import type { Comparison } from '../comparison.ts'
import { shown } from '../mistake.ts'
import { OPERANDS } from '../operand.ts'
import { EVERY_OPERATOR, readComparisons, TRAITS_ONLY } from '../parse-comparison.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import { isWritten, type Written } from '../written.ts'
import { ACTIVE_UNITS, AGGREGATE_NAMES, AGGREGATES, type AggregateName } from './aggregate.ts'
import {
  RELATIVE_OPERATORS,
  type DidCondition,
  type EventCondition,
  type Measure,
  type WindowedEvents,
} from './event-condition.ts'
import { aggregatedKeys, exampleProperty, readAggregated } from './parse-measure.ts'
import { COUNT_OPERATORS, readCount, readOneCount, refuseText } from './parse-count.ts'
import { readSelection, SELECTION_KEYS } from './parse-selection.ts'
import { readWindows, WINDOW_KEYS } from './parse-window.ts'

/** The words that name a condition over events. */
export const EVENT_WORDS: readonly string[] = [
  'did',
  'did_not',
  'stopped',
  'resumed',
  'new_within',
  'active_within',
  'sequence',
]

/** What `did` alone says. */
export const AT_LEAST_ONCE: Comparison = {
  operator: 'gte',
  operand: { kind: 'number', value: 1 },
  ignoreCase: false,
}

/** What `did_not` says. */
export const NEVER: Comparison = {
  operator: 'eq',
  operand: { kind: 'any', value: 0 },
  ignoreCase: false,
}

const EVENT_KEYS: readonly string[] = [...SELECTION_KEYS, ...WINDOW_KEYS]

/** `did`, with everything that may stand beside it. Several measures must all hold. */
export function readDid(written: Written, place: Place): readonly EventCondition[] {
  refuseOthers(written, ['did', ...EVENT_KEYS, ...MEASURING, ...PERIOD_KEYS], place)
  const events = readWindowed(written, 'did', place)
  if (events === undefined) return []
  if (PERIOD_KEYS.some((word) => written[word] !== undefined))
    return readRegular(written, events, place)
  const measured = MEASURING.filter((word) => written[word] !== undefined)
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

/** The keys of `did` that measure something, each by itself. */
const MEASURING: readonly string[] = [...Object.keys(MEASURES), ...AGGREGATE_NAMES, 'nth']

/** A count beside numbers, and beside the counts of other events. */
function readCounts(
  value: unknown,
  events: WindowedEvents,
  place: Place,
): readonly EventCondition[] {
  const entries = isWritten(value) ? Object.entries(value) : []
  const others = entries.filter(([, beside]) => isWritten(beside) && beside['did'] !== undefined)
  const relative = others.flatMap(([operator, beside]): readonly EventCondition[] => {
    const known = RELATIVE_OPERATORS.find((name) => name === operator)
    const here = below(place, operator)
    if (known === undefined || !isWritten(beside)) {
      const message = `Two counts cannot be compared by "${operator}"`
      fail(here, message, `one of ${RELATIVE_OPERATORS.join(', ')}`, 'Write { gt: { did: … } }')
      return []
    }
    refuseOthers(beside, ['did', ...EVENT_KEYS], here)
    const other = readWindowed(beside, 'did', here)
    if (other === undefined) return []
    // Both are counted over the same time, unless the other says its own.
    const windows = other.windows.length === 0 ? events.windows : other.windows
    return [{ kind: 'relative', ...events, operator: known, other: { ...other, windows } }]
  })
  if (others.length > 0 && others.length === entries.length) return relative
  const plain = isWritten(value)
    ? Object.fromEntries(entries.filter((entry) => !others.includes(entry)))
    : value
  const counted = readCount(plain, 'count', place)
  return [...counted.map((one) => did(events, { kind: 'count' }, one)), ...relative]
}

const PERIOD_KEYS: readonly string[] = ['per', 'periods']

/** So many conditions on periods are one column each of the statement. */
const PERIODS_MAX = 60

/** `count: …, per: week, periods: { gte: 3, of: 5 }`. */
function readRegular(
  written: Written,
  events: WindowedEvents,
  place: Place,
): readonly EventCondition[] {
  const beside = MEASURING.filter((word) => word !== 'count' && written[word] !== undefined)
  for (const word of beside) {
    const message = `"${word}" means nothing beside "per"`
    fail(
      below(place, word),
      message,
      'count, per and periods',
      'Write it as a condition of its own',
    )
  }
  const comparison =
    written['count'] === undefined
      ? AT_LEAST_ONCE
      : readOneCount(written['count'], 'count', below(place, 'count'))
  const per = OPERANDS.calendar.read(written['per'])
  if (per === undefined) {
    const message = `Cannot read ${shown(written['per'])} beside "per"`
    fail(below(place, 'per'), message, OPERANDS.calendar.expected, 'Write "per: week"')
  }
  const here = below(place, 'periods')
  const { of, ...counted } = isWritten(written['periods']) ? written['periods'] : {}
  const isNumber = typeof of === 'number' && Number.isInteger(of) && of > 0 && of <= PERIODS_MAX
  if (!isNumber) {
    const message = `Cannot read ${shown(of)} as a number of periods`
    const expected = `a whole number from 1 to ${PERIODS_MAX}`
    fail(below(here, 'of'), message, expected, 'Write periods: { gte: 3, of: 5 }')
    return []
  }
  const periods = readOneCount(counted, 'periods', here)
  if (comparison === undefined || per === undefined || periods === undefined) return []
  return [{ kind: 'regular', ...events, comparison, per: per.unit, periods, of }]
}

function readMeasured(
  written: Written,
  word: string,
  events: WindowedEvents,
  place: Place,
): readonly EventCondition[] {
  const here = below(place, word)
  if (word === 'nth') {
    const comparison = readOneCount(written[word], word, here)
    return comparison === undefined ? [] : [{ kind: 'nth', ...events, comparison }]
  }
  const counted = MEASURES[word]
  if (word === 'count') return readCounts(written[word], events, here)
  if (counted !== undefined)
    return readCount(written[word], word, here).map((comparison) =>
      did(events, counted, comparison),
    )
  const aggregate = AGGREGATE_NAMES.find((name) => name === word)
  return aggregate === undefined ? [] : readAggregate(written[word], aggregate, events, here)
}

function readAggregate(
  value: unknown,
  aggregate: AggregateName,
  events: WindowedEvents,
  place: Place,
): readonly EventCondition[] {
  const { gives } = AGGREGATES[aggregate]
  const isNumber = gives === 'number'
  const compared = { number: 'gte: 500', text: 'eq: pro', list: 'includes: shoes' }[gives]
  const example = `${aggregate}: { ${exampleProperty(aggregate)}, ${compared} }`
  if (!isWritten(value)) {
    fail(place, `Cannot read ${shown(value)} beside "${aggregate}"`, example, `Write ${example}`)
    return []
  }
  const measure = readAggregated(value, aggregate, place)
  const operators = isNumber ? ([...COUNT_OPERATORS, 'exists'] as const) : EVERY_OPERATOR
  const form = {
    keys: aggregatedKeys(aggregate),
    operators,
    subject: `"${aggregate}"`,
    example,
    reach: TRAITS_ONLY,
  }
  const comparisons = readComparisons(value, form, place)
  if (isNumber) for (const comparison of comparisons) refuseText(comparison, place)
  if (measure === undefined) return []
  return comparisons.map((comparison) => did(events, measure, comparison))
}
