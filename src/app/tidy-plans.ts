import { newName } from '../core/new-name.ts'
import type { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import type { KnownPlan } from '../store/port.ts'
import { gatherPlans } from '../sync/duckdb/gather-plans.ts'
import { HISTORY, stripPlan } from '../sync/duckdb/strip-plan.ts'
import { withLease } from '../sync/lease.ts'
import { areSettled } from './are-settled.ts'
import { settleMsOf } from './ledger-order.ts'
import { openLocal } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/** Quick passes leave thousands of small files a day; so many of one day may stay as they are. */
const FILES_OF_A_DAY = 10
/** A file as large as this stays by itself: writing it again and again would cost more than it brings. */
const SMALL_BYTES = 1 << 20
const DAY_MS = 86_400_000

/** A file to be written anew for all plans that it is of. */
interface Rewriting {
  readonly plans: readonly KnownPlan[]
  readonly name: string
  readonly write: (tools: Parameters<typeof gatherPlans>[0], name: string) => Promise<void>
}

/**
 * Leaves of a sync's plans that were closed before a moment who, what and when: the membership history. Small files of one day
 * become one. Plans with requests that may still take effect stay as they are.
 * @throws RollcallError `sync/lease-held` when another process runs the sync
 */
export async function tidyPlans(
  workspace: Workspace,
  sync: string,
  folder: ParquetFolder,
  before: number,
): Promise<void> {
  await rewrite(workspace, sync, folder, (plans) => toStrip(plans, before))
  await rewrite(workspace, sync, folder, async (plans) => toGather(plans, folder))
}

async function rewrite(
  workspace: Workspace,
  sync: string,
  folder: ParquetFolder,
  choose: (plans: readonly KnownPlan[]) => readonly Rewriting[] | Promise<readonly Rewriting[]>,
): Promise<void> {
  const { store, surroundings } = workspace
  const { world, owner } = surroundings
  const chosen = async (): Promise<readonly Rewriting[]> => choose(await store.plans(sync))
  if ((await chosen()).length === 0) return
  await using local = await openLocal(workspace)
  const ports = { store, world, owner }
  await withLease(sync, settleMsOf(workspace, sync), ports, async (lease, renew) => {
    // Chosen again: whoever had the lease before may have written them anew, without somebody who was erased.
    for (const { plans, name, write } of await chosen()) {
      if (!(await areSettled(workspace, plans))) continue
      const file = newName(name, world)
      await write({ local, folder }, file)
      const ids = plans.map(({ id }) => id)
      await store.movePlans(lease, ids, file)
      await renew()
    }
  })
}

const isHistory = (file: string): boolean => file.startsWith(`${HISTORY}-`)

function toStrip(plans: readonly KnownPlan[], before: number): readonly Rewriting[] {
  const byFile = Map.groupBy(plans, ({ file }) => file)
  return [...byFile].flatMap(([file, own]) => {
    const isDue = own.every(({ closedAt }) => closedAt !== null && closedAt < before)
    return isDue && !isHistory(file)
      ? [{ plans: own, name: HISTORY, write: async (tools, name) => stripPlan(tools, file, name) }]
      : []
  })
}

async function toGather(
  plans: readonly KnownPlan[],
  folder: ParquetFolder,
): Promise<readonly Rewriting[]> {
  const closed = plans.filter(({ closedAt }) => closedAt !== null)
  const groups = Map.groupBy(closed, ({ remoteId, closedAt, file }) =>
    JSON.stringify([remoteId, Math.floor((closedAt ?? 0) / DAY_MS), isHistory(file)]),
  )
  const chosen: Rewriting[] = []
  for (const group of groups.values()) {
    if (filesOf(group).size <= FILES_OF_A_DAY) continue
    const small = await folder.smallerThan(filesOf(group), SMALL_BYTES)
    const own = group.filter(({ file }) => small.has(file))
    if (small.size > FILES_OF_A_DAY)
      chosen.push({
        plans: own,
        name: own.every(({ file }) => isHistory(file)) ? HISTORY : 'plans',
        write: async (tools, name) => gatherPlans(tools, own, name),
      })
  }
  return chosen
}

const filesOf = (plans: readonly KnownPlan[]): ReadonlySet<string> =>
  new Set(plans.map(({ file }) => file))
