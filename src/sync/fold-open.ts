import type { Lease, SyncState } from '../store/port.ts'
import { foldPlan, type FoldPorts } from './fold-plan.ts'
import type { Ports } from './order.ts'

/**
 * Folds the plan that an earlier run left open, if there is one, into the ledger of the audience that it was for. This comes
 * before everything else.
 */
export async function foldOpen(
  lease: Lease,
  ports: FoldPorts & Pick<Ports, 'tell'>,
): Promise<void> {
  const { store, tell } = ports
  const open = await store.openPlan(lease.sync)
  if (open === null) return
  const ledger = await store.ledger(lease.sync, open.remoteId)
  if (ledger === null) return
  tell({ kind: 'step-begun', step: 'fold' })
  await foldPlan(lease, open, ledger, ports)
}

/** The state of the sync once nothing of an earlier run is left to fold. */
export async function foldedState(lease: Lease, ports: Ports): Promise<SyncState> {
  await foldOpen(lease, ports)
  return ports.store.state(lease.sync)
}
