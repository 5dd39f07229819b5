import type { ResolvedAudience } from '../core/audience/audience.ts'
import { duckdb } from '../sql/duckdb.ts'
import { eventReaches, type EventReach } from '../sql/event/event-reach.ts'
import type { EvaluationContext } from '../sql/scope.ts'

/** How far back evaluating an audience reads events. */
export interface EventsRead {
  /** In milliseconds since the epoch; null: all of the past. */
  readonly from: number | null
  /** The conditions that make all of the past be read. */
  readonly unbounded: readonly Omit<EventReach, 'from'>[]
}

/** How far back an audience reads events, and because of which conditions; null where it asks for none. */
export function eventsRead(
  audience: ResolvedAudience,
  context: Pick<EvaluationContext, 'now' | 'timeZone'>,
): EventsRead | null {
  const reaches = eventReaches(audience, duckdb, context)
  if (reaches.length === 0) return null
  const froms = reaches.map(({ from }) => from).filter((from) => from !== null)
  const unbounded = reaches.flatMap(({ from, ...condition }) => (from === null ? [condition] : []))
  return { from: unbounded.length > 0 ? null : Math.min(...froms), unbounded }
}
