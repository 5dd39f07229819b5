/** A day in the workspace's zone, or an instant; a time written without a zone is UTC. */
type Moment =
  | { readonly kind: 'day'; readonly year: number; readonly month: number; readonly day: number }
  /** `ms` since the epoch; what is finer than a millisecond is dropped. */
  | { readonly kind: 'time'; readonly ms: number; readonly zoned: boolean }

const DAY_MS = 86_400_000

const MOMENT =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d)(?:\.(?<fraction>\d{1,9}))?)?(?<zone>Z|[+-](?:0\d|1[0-5]):?[0-5]\d|[+-](?:0\d|1[0-5]))?)?$/

/** Days from 1970-01-01 to a day of the Gregorian calendar. */
export function epochDay(year: number, month: number, day: number): number {
  // The year is taken to begin in March, so that the leap day is its last.
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const leaps = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  return era * 146_097 + yearOfEra * 365 + leaps + dayOfYear - 719_468
}

function daysInMonth(year: number, month: number): number {
  return month === 12 ? 31 : epochDay(year, month + 1, 1) - epochDay(year, month, 1)
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}

/** Reads `2026-01-31` or `2026-01-31T12:00:00Z` (also with a space, without seconds, with an offset); undefined for anything else. */
export function parseMoment(text: string): Moment | undefined {
  const groups = MOMENT.exec(text)?.groups
  if (groups === undefined) return undefined
  const [year, month, day] = [groups['year'], groups['month'], groups['day']].map(Number)
  if (year === undefined || month === undefined || day === undefined) return undefined
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  const { hour, minute, second = '0', fraction = '', zone } = groups
  if (hour === undefined) return { kind: 'day', year, month, day }
  const clock = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  const ms =
    epochDay(year, month, day) * DAY_MS + clock * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3))
  return { kind: 'time', ms: ms - offsetMs(zone ?? 'Z'), zoned: zone !== undefined }
}
