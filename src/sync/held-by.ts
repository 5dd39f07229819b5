import type { PlanCounts } from '../core/sync/count.ts'
import { holds, type Hold } from '../core/sync/guard.ts'
import { listedCount } from '../core/sync/list-digest.ts'
import { NORMALISER_VERSION } from '../core/match-key/table.ts'
import type { SyncState } from '../store/port.ts'
import type { Ports, SyncOrder } from './order.ts'

/** The guards that hold what a plan comes to. @param lookalikes How many are to be made. */
export function heldBy(
  counts: PlanCounts,
  order: SyncOrder,
  state: SyncState,
  lookalikes: number,
  { world, destination, doNotSend }: Ports,
): Hold[] {
  const listed = listedCount(state.suppressionDigest) ?? 0
  const occasion = {
    normaliserChanged:
      state.normaliserVersion !== null && state.normaliserVersion !== NORMALISER_VERSION,
    firstLive: destination.environment === 'LIVE' && !state.sentLive,
    lookalikes,
    unlisted: { lost: Math.max(0, listed - doNotSend.keys.size), of: listed },
  }
  return holds(counts, occasion, order.guards, state.approvals, world.now())
}
