import { durationMs } from '../core/audience/duration.ts'
import { parseMoment } from '../core/audience/moment.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { GUARDS, type Approval, type Guard } from '../core/sync/guard.ts'
import { usageError } from './usage-error.ts'

/** `--now 2026-01-31T12:00:00Z` in milliseconds; a date alone is its first moment, in UTC. */
export function readNow(text: string | undefined, now: number): number {
  if (text === undefined) return now
  const moment = parseMoment(text)
  if (moment === undefined)
    throw usageError(
      `Cannot read "${text}" as a moment`,
      'Write it like 2026-01-31 or 2026-01-31T12:00:00Z',
    )
  return moment.kind === 'time' ? moment.ms : Date.UTC(moment.year, moment.month - 1, moment.day)
}

/** `--wait 10m` in milliseconds. */
export function readWait(text: string | undefined): number {
  if (text === undefined) return 0
  const ms = durationMs(text)
  if (ms === undefined)
    throw usageError(`Cannot read "${text}" as a duration`, 'Write it like 30s, 10m or 2h')
  return ms
}

const DAY_MS = 86_400_000
const DAYS_MAX = 366

/** `--over 30d` in days. */
export function readDays(text: string): number {
  const days = (durationMs(text) ?? 0) / DAY_MS
  if (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX) return days
  throw usageError(
    `Cannot read "${text}" as a number of days`,
    `Write it like 7d, 30d or 12w, up to ${DAYS_MAX}d`,
  )
}

export function readWhole(text: string, name: string, min: number, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw usageError(
    `Cannot read "${text}" for ${name}`,
    `Write a whole number from ${min} to ${max}`,
  )
}

/** What `--approve` asks for: everything that would hold this run, or certain guards up to a number. */
export interface Approve {
  readonly everything: boolean
  readonly ceilings: readonly Omit<Approval, 'until'>[]
}

const isGuard = (word: string): word is Guard => Object.hasOwn(GUARDS, word)

/** What `--approve` alone stands for. */
export const EVERYTHING = ''

/** Reads the values of `--approve`, each `guard` or `guard=count`. */
export function readApprove(values: readonly string[]): Approve {
  const ceilings = values.flatMap((value) => {
    if (value === EVERYTHING) return []
    const [guard = '', number] = value.split('=')
    if (!isGuard(guard)) throw unknownGuard(guard)
    const count =
      number === undefined
        ? Number.MAX_SAFE_INTEGER
        : readWhole(number, `--approve ${guard}`, 0, Number.MAX_SAFE_INTEGER)
    return [{ guard, count }]
  })
  return { everything: values.includes(EVERYTHING), ceilings }
}

function unknownGuard(word: string): Error {
  const nearest = nearestWord(word, Object.keys(GUARDS))
  const meant = nearest === undefined ? '' : `Did you mean "${nearest}"? `
  return usageError(
    `There is no guard "${word}"`,
    `${meant}There are: ${Object.keys(GUARDS).join(', ')}. Write --approve guard=count, or --approve alone`,
  )
}
