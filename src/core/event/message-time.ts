import { epochDay, parseMoment } from '../audience/moment.ts'
import type { JsonObject } from './message.ts'

const DAY_MS = 86_400_000
const AHEAD_MAX_MS = 365 * DAY_MS
/** Older than anything that a shop kept in a computer; seconds taken for milliseconds are in January 1970. */
const EARLIEST_MS = epochDay(1990, 1, 1) * DAY_MS

type MessageTime = number | 'time-unreadable' | 'time-ahead' | 'time-impossible'

/** Whether a time can only be a mistake, since nobody knows yet what will be then. */
export const isTooFarAhead = (time: number, now: number): boolean => time > now + AHEAD_MAX_MS

/** A time in ISO 8601, or milliseconds since the epoch; null when there is none, undefined when it cannot be read. */
function readTime(value: unknown): number | null | undefined {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'number') return Math.round(value)
  const moment = typeof value === 'string' ? parseMoment(value.trim()) : undefined
  if (moment?.kind !== 'day') return moment?.ms
  return epochDay(moment.year, moment.month, moment.day) * DAY_MS
}

/**
 * When a call happened, in milliseconds since the epoch: by the client's clock, put right by how far that was off when the call
 * was sent, and never after it arrived. What was put right by somebody on the way (`receivedAt`) is believed.
 * https://segment.com/docs/connections/spec/common/#timestamps
 */
export function messageTime(
  call: JsonObject,
  { sentAt, receivedAt }: { readonly sentAt: unknown; readonly receivedAt: number },
): MessageTime {
  const happened = readTime(call['timestamp'] ?? call['originalTimestamp'])
  if (happened === undefined) return 'time-unreadable'
  if (happened === null) return receivedAt
  const isPutRight = typeof readTime(call['receivedAt']) === 'number'
  const sent = isPutRight ? null : readTime(call['sentAt'] ?? sentAt)
  const time = typeof sent === 'number' ? happened + (receivedAt - sent) : happened
  if (isTooFarAhead(time, receivedAt)) return 'time-ahead'
  return time < EARLIEST_MS ? 'time-impossible' : Math.min(time, receivedAt)
}
