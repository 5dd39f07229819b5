import type { Written } from '../../core/audience/written.ts'
import { changed, check, denied, joined, loses, writes, type Reading } from '../reading.ts'

type Value = string | number | boolean

/** A condition of PostHog on a property of a person or an event. */
export interface PropertyFilter {
  readonly operator: string
  readonly value: unknown
}

const isValue = (value: unknown): value is Value =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const listOf = (value: unknown): readonly Value[] | undefined => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.length > 0 && list.every(isValue) ? list : undefined
}

/** PostHog's numbers may be written as text. */
const numberOf = (value: Value): Value =>
  typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
    ? Number(value)
    : value

const RELATIVE = /^-(?<count>\d+)(?<unit>[hdwmy])$/

const UNITS: Readonly<Record<string, string>> = { h: 'h', d: 'd', w: 'w', m: 'mo', y: 'y' }

/** `-7d` as `7d`. */
export function relativeDuration(text: string): string | undefined {
  const groups = RELATIVE.exec(text)?.groups
  const unit = UNITS[groups?.['unit'] ?? '']
  return unit === undefined ? undefined : `${groups?.['count'] ?? ''}${unit}`
}

const NUMBERS: Readonly<Record<string, string>> = {
  gt: 'gt',
  gte: 'gte',
  min: 'gte',
  lt: 'lt',
  lte: 'lte',
  max: 'lte',
}

const VERSIONS: readonly string[] = [
  'semver_eq',
  'semver_gt',
  'semver_gte',
  'semver_lt',
  'semver_lte',
]

const ENDS = ['starts_with', 'ends_with'] as const

/** PostHog's negative operators are true where there is no value. */
const NEGATIVE: Readonly<Record<string, string>> = {
  is_not: 'exact',
  not_icontains: 'icontains',
  not_icontains_multi: 'icontains_multi',
  not_regex: 'regex',
  is_not_set: 'is_set',
  not_starts_with: 'starts_with',
  not_ends_with: 'ends_with',
  semver_neq: 'semver_eq',
}

/** A comparison of PostHog, of the trait or property that `subject` names. */
export function comparisonOf(subject: Written, { operator, value }: PropertyFilter): Reading {
  const positive = NEGATIVE[operator]
  if (operator === 'is_not_set') return writes({ ...subject, exists: false })
  if (positive !== undefined) return denied(comparisonOf(subject, { operator: positive, value }))
  if (operator === 'is_set') return writes({ ...subject, exists: true })
  const list = listOf(value)
  if (list === undefined) return loses('It is compared with nothing that is known here.')
  return compared(subject, operator, list)
}

function compared(subject: Written, operator: string, list: readonly Value[]): Reading {
  const [first = ''] = list
  const single = (reading: Reading): Reading =>
    list.length === 1 ? reading : loses(`"${operator}" takes one value.`)
  const number = NUMBERS[operator]
  const end = ENDS.find((name) => name === operator)
  if (number !== undefined) return single(writes({ ...subject, [number]: numberOf(first) }))
  if (VERSIONS.includes(operator)) return single(writes({ ...subject, [operator]: first }))
  if (end !== undefined)
    return single(
      writes(
        { ...subject, [end]: first },
        changed(
          'Capitals are told apart here; whether PostHog does, its documentation does not say.',
        ),
      ),
    )
  switch (operator) {
    case 'exact':
      return writes({ ...subject, ...(list.length === 1 ? { eq: first } : { in: list }) })
    case 'icontains':
    case 'icontains_multi':
      return contains(subject, operator, list.map(String))
    case 'regex':
      return single(writes({ ...subject, matches: first }))
    case 'between':
    case 'not_between':
      return writes({ ...subject, [operator]: list.map(numberOf) })
    case 'is_date_before':
    case 'is_date_after':
    case 'is_date_exact':
      return single(dateOf(subject, operator, String(first)))
    default:
      return loses(`There is no operator like "${operator}" here.`)
  }
}

/** One value is a pattern of `ILIKE` there, so that % and _ stand for other letters. */
function contains(subject: Written, operator: string, texts: readonly string[]): Reading {
  const [only = ''] = texts
  if (texts.length > 1) return writes({ ...subject, contains_any: texts, ignore_case: true })
  const isPattern = operator === 'icontains' && /[%_\\]/.test(only)
  return writes({
    ...subject,
    ...(isPattern ? { like: `%${only}%` } : { contains: only }),
    ignore_case: true,
  })
}

const ZONE = check('The day begins at midnight UTC here; in PostHog in the zone of the project.')

/** Days without a time are compared as their first moment there. */
function dateOf(subject: Written, operator: string, text: string): Reading {
  const duration = relativeDuration(text)
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const moment = isDay ? `${text}T00:00:00Z` : text
  const remarks = isDay ? [ZONE] : []
  if (operator === 'is_date_exact')
    return duration === undefined && isDay
      ? writes(
          { ...subject, during: [text, text] },
          changed('Every moment of that day is meant here, in PostHog its midnight alone.'),
        )
      : loses('A moment cannot be asked for exactly here.')
  if (duration === undefined)
    return writes(
      { ...subject, [operator === 'is_date_before' ? 'before' : 'after']: moment },
      ...remarks,
    )
  if (operator === 'is_date_before') return writes({ ...subject, before_last: duration })
  // What lies ahead comes after a moment in the past, too.
  return joined(
    [writes({ ...subject, within_last: duration }), writes({ ...subject, after_next: '0d' })],
    (any) => ({ any }),
  )
}
