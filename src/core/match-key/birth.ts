import { asciiDigits, withoutZeroFraction } from './digits.ts'
import { rejectedFor, valueOf, type NormaliseContext, type Normalised } from './normalised.ts'
import type { RejectReason } from './reject-reason.ts'

/** A full date as its three parts, not yet checked; null where the writing does not say which part it is. */
interface DateParts {
  readonly year: string
  readonly month: string | null
  readonly day: string | null
}

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].*)?$/
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/
const YEAR = /^\d{4}$/
const ONE_OR_TWO_DIGITS = /^\d{1,2}$/

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const MONTH_NUMBERS: ReadonlyMap<string, string> = new Map([
  ...MONTHS.map((name, index) => [name, String(index + 1)] as const),
  ...MONTHS.map((name, index) => [name.slice(0, 3), String(index + 1)] as const),
  ['sept', '9'],
])

function parseDate(text: string): DateParts | undefined {
  const first = YEAR_FIRST.exec(text)
  if (first) return { year: first[1] ?? '', month: first[3] ?? '', day: first[4] ?? '' }
  const compact = COMPACT.exec(text)
  if (compact) return { year: compact[1] ?? '', month: compact[2] ?? '', day: compact[3] ?? '' }
  const last = YEAR_LAST.exec(text)
  if (!last) return undefined
  const [, left = '', separator, right = '', year = ''] = last
  // Dots are written day first everywhere; with slashes and hyphens only the numbers can tell.
  if (separator === '.' || Number(left) > 12 || left === right) {
    return { year, month: right, day: left }
  }
  return Number(right) > 12 ? { year, month: left, day: right } : { year, month: null, day: null }
}

function twoDigits(text: string, max: number, reason: RejectReason): Normalised {
  const number = Number(text)
  const fits = ONE_OR_TWO_DIGITS.test(text) && number >= 1 && number <= max
  return fits ? valueOf(text.padStart(2, '0')) : rejectedFor(reason)
}

const clean = (text: string): string => withoutZeroFraction(asciiDigits(text))

/** DOBY: four digits from 1900 to the current year, also out of a full date. */
export function normaliseBirthYear(raw: string, { currentYear }: NormaliseContext): Normalised {
  const text = clean(raw)
  const year = text.length === 4 ? text : parseDate(text)?.year
  return year !== undefined && YEAR.test(year) && year >= '1900' && Number(year) <= currentYear
    ? valueOf(year)
    : rejectedFor('not-a-year')
}

/** DOBM: 01 to 12 from a number, an English name or its short form, or out of a full date. */
export function normaliseBirthMonth(raw: string): Normalised {
  const text = clean(raw)
  if (text.length <= 2) return twoDigits(text, 12, 'not-a-month')
  const named = MONTH_NUMBERS.get(text.toLowerCase())
  if (named !== undefined) return twoDigits(named, 12, 'not-a-month')
  const date = parseDate(text)
  if (date === undefined) return rejectedFor('not-a-month')
  return date.month === null
    ? rejectedFor('ambiguous-date')
    : twoDigits(date.month, 12, 'not-a-month')
}

/** DOBD: 01 to 31 from a number or out of a full date. */
export function normaliseBirthDay(raw: string): Normalised {
  const text = clean(raw)
  if (text.length <= 2) return twoDigits(text, 31, 'not-a-day')
  const date = parseDate(text)
  if (date === undefined) return rejectedFor('not-a-day')
  return date.day === null ? rejectedFor('ambiguous-date') : twoDigits(date.day, 31, 'not-a-day')
}
