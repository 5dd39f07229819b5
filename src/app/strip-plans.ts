import { isUnsettled } from '../core/sync/batch.ts'
import { newName } from '../core/new-name.ts'
import type { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import type { KnownPlan } from '../store/port.ts'
import { HISTORY, stripPlan } from '../sync/duckdb/strip-plan.ts'
import { withLease } from '../sync/lease.ts'
import { settleMsOf } from './ledger-order.ts'
import { openLocal } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/**
 * Leaves of a sync's plans that were closed before a moment who, what and when: the membership history. Plans with requests that
 * may still take effect stay as they are.
 * @throws RollcallError `sync/lease-held` when another process runs the sync
 */
export async function stripPlans(
  workspace: Workspace,
  sync: string,
  folder: ParquetFolder,
  before: number,
): Promise<void> {
  const { store, surroundings } = workspace
  const { world, owner } = surroundings
  const due = (await store.plans(sync)).filter((plan) => isDue(plan, before))
  if (due.length === 0) return
  await using local = await openLocal(workspace)
  await withLease(
    sync,
    settleMsOf(workspace, sync),
    { store, world, owner },
    async (lease, renew) => {
      for (const { id, file } of due) {
        if ((await store.batches(id)).some((batch) => isUnsettled(batch, world.now()))) continue
        const name = newName(HISTORY, world)
        await stripPlan({ local, folder }, file, name)
        await store.movePlan(lease, id, name)
        await renew()
      }
    },
  )
}

const isDue = ({ file, closedAt }: KnownPlan, before: number): boolean =>
  closedAt !== null && closedAt < before && !file.startsWith(`${HISTORY}-`)
