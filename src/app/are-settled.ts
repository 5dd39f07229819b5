import { isUnsettled } from '../core/sync/batch.ts'
import type { KnownPlan } from '../store/port.ts'
import type { Workspace } from './workspace.ts'

/** Can no request of some plans take effect any more? */
export async function areSettled(
  { store, surroundings }: Workspace,
  plans: readonly KnownPlan[],
): Promise<boolean> {
  const now = surroundings.world.now()
  for (const { id } of plans)
    if ((await store.batches(id)).some((batch) => isUnsettled(batch, now))) return false
  return true
}
