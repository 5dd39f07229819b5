import type { CalendarUnit } from '../core/audience/operand-shape.ts'
import { epochDay, parseMoment } from '../core/audience/moment.ts'

/** From `from` until just before `to`, in milliseconds since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
}

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

const DAY_MS = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, format)
  return format
}

/** What the clocks of a zone show, as if it were UTC. */
function localMs(ms: number, timeZone: string): number {
  const shown = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0
  const day = epochDay(part('year'), part('month'), part('day'))
  const seconds = (part('hour') * 60 + part('minute')) * 60 + part('second')
  return day * DAY_MS + seconds * 1000
}

/** The first instant of a day in a zone; where clocks skip midnight, the first one after it. */
function startOfDay({ year, month, day }: Day, timeZone: string): number {
  const midnight = epochDay(year, month, day) * DAY_MS
  const offsets = [midnight - DAY_MS, midnight + DAY_MS].map((ms) => localMs(ms, timeZone) - ms)
  const candidates = offsets.map((offset) => midnight - offset)
  const exact = candidates.filter((ms) => localMs(ms, timeZone) === midnight)
  return exact.length > 0 ? Math.min(...exact) : (candidates[0] ?? midnight)
}

/** A real day from one whose month or day may run over its end. */
function normal(year: number, month: number, day: number): Day {
  const date = new Date(epochDay(year, 1, 1) * DAY_MS)
  date.setUTCMonth(month - 1, day)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

/** The day or moment that a person wrote, as a span: a whole day in the zone, or one millisecond. */
export function momentSpan(text: string, timeZone: string): Span {
  const moment = parseMoment(text)
  if (moment === undefined) throw new Error(`Cannot read "${text}" as a day or a time`)
  if (moment.kind === 'time') return { from: moment.ms, to: moment.ms + 1 }
  const { year, month, day } = moment
  return {
    from: startOfDay(moment, timeZone),
    to: startOfDay(normal(year, month, day + 1), timeZone),
  }
}

function firstDay(unit: CalendarUnit, { year, month, day }: Day, shift: number): Day {
  switch (unit) {
    case 'day':
      return normal(year, month, day + shift)
    case 'week': {
      const sinceMonday = (((epochDay(year, month, day) + 3) % 7) + 7) % 7
      return normal(year, month, day - sinceMonday + 7 * shift)
    }
    case 'month':
      return normal(year, month + shift, 1)
    case 'quarter':
      return normal(year, month - ((month - 1) % 3) + 3 * shift, 1)
    case 'year':
      return normal(year + shift, 1, 1)
  }
}

/** The calendar day, week (from Monday), month, quarter or year that `now` is in, or with a negative shift one so far before it. */
export function calendarSpan(
  unit: CalendarUnit,
  shift: number,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): Span {
  const local = new Date(localMs(now, timeZone))
  const today = normal(local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate())
  return {
    from: startOfDay(firstDay(unit, today, shift), timeZone),
    to: startOfDay(firstDay(unit, today, shift + 1), timeZone),
  }
}
