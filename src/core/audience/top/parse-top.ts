import { AGGREGATES } from '../event/aggregate.ts'
import { bareMeasureWords, readBareMeasure } from '../event/parse-measure.ts'
import { readSelection, SELECTION_KEYS } from '../event/parse-selection.ts'
import { readWindows, WINDOW_KEYS } from '../event/parse-window.ts'
import { shown } from '../mistake.ts'
import { readName, TRAITS_ONLY } from '../parse-comparison.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import { isWritten, type Written } from '../written.ts'
import { PERCENT_PARTS, type RankedBy, type TopCondition, type TopShare } from './top-condition.ts'

const EXAMPLE = '{ top: { trait: revenue, percent: 10 } }'
const SHARE_KEYS = ['percent', 'count', 'percentile'] as const

/** What gives a number, and so an order. */
const MEASURES = bareMeasureWords((aggregate) => AGGREGATES[aggregate].gives === 'number')

/** `top`, with the reader of the condition that says among whom. */
export function readTop<Of>(
  written: Written,
  place: Place,
  readOf: (value: unknown, place: Place) => Of | undefined,
): TopCondition<Of> | undefined {
  refuseOthers(written, ['top'], place)
  const here = below(place, 'top')
  const top = written['top']
  if (!isWritten(top)) {
    const expected = 'what people are ranked by, and how many are meant'
    return fail(here, `Cannot read ${shown(top)} as a ranking`, expected, `Write ${EXAMPLE}`)
  }
  const by = readRankedBy(top, here)
  const share = readShare(top, here)
  const of =
    top['of'] === undefined
      ? null
      : readOf(top['of'], { ...below(here, 'of'), depth: place.depth + 1 })
  if (by === undefined || share === undefined || of === undefined) return undefined
  return { kind: 'top', by, share, of }
}

function readRankedBy(top: Written, place: Place): RankedBy | undefined {
  if (top['did'] !== undefined) return readRankedByEvents(top, place)
  refuseOthers(top, ['trait', 'of', ...SHARE_KEYS], place)
  if (top['trait'] === undefined) {
    const message = 'Nothing says what people are ranked by'
    return fail(place, message, 'either "trait" or "did"', `Write ${EXAMPLE}`)
  }
  const trait = readName(top['trait'], 'trait', below(place, 'trait'))
  return trait === undefined ? undefined : { kind: 'trait', trait }
}

function readRankedByEvents(top: Written, place: Place): RankedBy | undefined {
  const keys = ['did', 'of', ...SELECTION_KEYS, ...WINDOW_KEYS, ...SHARE_KEYS, ...MEASURES]
  refuseOthers(top, keys, place)
  const events = readSelection(top, 'did', TRAITS_ONLY, place)
  const windows = readWindows(top, place)
  const measure = readBareMeasure(top, MEASURES, place)
  if (events === undefined || measure === undefined) return undefined
  return { kind: 'events', measured: { events, windows, measure } }
}

function readShare(top: Written, place: Place): TopShare | undefined {
  const named = SHARE_KEYS.filter((key) => top[key] !== undefined)
  const [key] = named
  if (key === undefined || named.length > 1) {
    const message =
      key === undefined
        ? 'Nothing says how many are meant'
        : `How many are meant is said by ${named.join(' and ')}`
    return fail(place, message, 'one of percent, count, percentile', `Write ${EXAMPLE}`)
  }
  const here = below(place, key)
  const value: unknown = top[key]
  switch (key) {
    case 'percent':
      if (isPercent(value) && value > 0) return { kind: 'percent', percent: value }
      return failPercent(value, 'a number above 0, at most 100', 'percent: 10', here)
    case 'count':
      if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 2 ** 31)
        return { kind: 'count', count: value }
      return fail(
        here,
        `Cannot read ${shown(value)} as a number of people`,
        'a whole number from 1',
        'Write count: 100',
      )
    case 'percentile': {
      const [from, to, ...rest]: readonly unknown[] = Array.isArray(value) ? value : []
      if (isPercent(from) && isPercent(to) && from < to && rest.length === 0)
        return { kind: 'percentile', from, to }
      return failPercent(value, 'two numbers from 0 to 100', 'percentile: [80, 100]', here)
    }
  }
}

const isPercent = (value: unknown): value is number =>
  typeof value === 'number' &&
  value >= 0 &&
  value <= 100 &&
  Math.round(value * PERCENT_PARTS) / PERCENT_PARTS === value

const failPercent = (value: unknown, expected: string, example: string, place: Place): undefined =>
  fail(
    place,
    `Cannot read ${shown(value)} as a part of the people`,
    `${expected}, with three decimals at most`,
    `Write ${example}`,
  )
