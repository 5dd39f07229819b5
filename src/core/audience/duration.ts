/** Milliseconds of each unit. A day is 24 hours, a month 30 days, a year 365: calendar windows have their own words. */
const UNITS = {
  s: { ms: 1000, word: 'second' },
  m: { ms: 60_000, word: 'minute' },
  h: { ms: 3_600_000, word: 'hour' },
  d: { ms: 86_400_000, word: 'day' },
  w: { ms: 604_800_000, word: 'week' },
  mo: { ms: 2_592_000_000, word: 'month' },
  y: { ms: 31_536_000_000, word: 'year' },
} as const

const DURATION = /^(?<count>\d{1,9})(?<unit>s|m|h|d|w|mo|y)$/

type Unit = keyof typeof UNITS

const isUnit = (text: string): text is Unit => Object.hasOwn(UNITS, text)

function parts(text: string): { count: number; unit: Unit } | undefined {
  const groups = DURATION.exec(text)?.groups
  const unit = groups?.['unit']
  if (unit === undefined || !isUnit(unit)) return undefined
  return { count: Number(groups?.['count']), unit }
}

/** Reads `30s 5m 2h 7d 4w 6mo 1y` as milliseconds; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const found = parts(text)
  return found && found.count * UNITS[found.unit].ms
}

/** Writes a duration with the largest unit that divides it: 5400000 is `90m`. */
export function durationText(ms: number): string {
  if (ms === 0) return '0d'
  const units = (['w', 'd', 'h', 'm', 's'] as const).filter((unit) => ms % UNITS[unit].ms === 0)
  const unit = units[0] ?? 's'
  return `${ms / UNITS[unit].ms}${unit}`
}

/** `30d` as `30 days`. */
export function durationWords(text: string): string {
  const found = parts(text)
  if (found === undefined) return text
  return `${found.count} ${UNITS[found.unit].word}${found.count === 1 ? '' : 's'}`
}
