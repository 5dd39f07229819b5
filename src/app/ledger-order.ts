import { MATCH_KEY_NAMES } from '../core/match-key/table.ts'
import { NO_SCOPES } from '../core/scopes.ts'
import { DEFAULT_GUARDS } from '../core/sync/guard.ts'
import type { RemoteAudience } from '../destination/port.ts'
import { withoutMark } from '../sync/mark.ts'
import type { SyncOrder } from '../sync/order.ts'
import type { Workspace } from './workspace.ts'

/**
 * The order of a sync of which the ledger alone says who is concerned; the sync may be gone from the file. The audience keeps its
 * name and description.
 * @param audience Null where the platform does not show it.
 */
export function orderOfLedger(
  workspace: Workspace,
  sync: string,
  audience: RemoteAudience | null,
): SyncOrder {
  return {
    key: sync,
    audience: {
      name: audience?.name ?? sync,
      description: withoutMark(audience?.description ?? ''),
      valueBased: audience?.valueBased ?? false,
      customerFileSource: 'USER_PROVIDED_ONLY',
    },
    takeOver: null,
    mode: 'mirror',
    schema: MATCH_KEY_NAMES,
    scopes: NO_SCOPES,
    guards: DEFAULT_GUARDS,
    reassertMs: 0,
    settleMs: settleMsOf(workspace, sync),
    whenGone: 'pause',
    lookalikes: [],
  }
}

const SETTLE_MS = 15 * 60_000

/** How long an unanswered request of a sync may still take effect. */
export const settleMsOf = ({ definition }: Workspace, sync: string): number =>
  definition.syncs[sync]?.settleMs ?? SETTLE_MS
