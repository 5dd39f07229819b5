import { rewritePieces } from './rewrite-pieces.ts'
import type { Tools } from './tools.ts'

/**
 * A piece is written anew once its oldest event is overdue by so much, so that events which leave day by day do not make a large
 * piece be written every day.
 */
const OVERDUE_MS = 7 * 86_400_000

/** Takes events out whose time is longer ago than they are kept, at the latest seven days after that. @returns how many */
export async function retireEvents(tools: Tools, keptMs: number): Promise<number> {
  const since = tools.now() - keptMs
  const { events } = await rewritePieces(
    tools,
    { events: `time < ${since}`, facts: 'false' },
    (piece) => piece.events > 0 && piece.first < since - OVERDUE_MS,
  )
  return events
}
