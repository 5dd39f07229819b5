import { RollcallError } from '../../core/error.ts'
import { newName } from '../../core/new-name.ts'
import type { ErasureNeeds, ErasureProblem } from '../../store/erasures.ts'
import type { KeptLedger, Lease } from '../../store/port.ts'
import { UnreadablePeople } from '../../sync/duckdb/unreadable-people.ts'
import { withFoldedLease } from '../../sync/erase.ts'
import { layScrubbed, scrubLedger, scrubPlan } from '../../sync/duckdb/scrub.ts'
import type { LayerTools } from '../../sync/duckdb/layer-files.ts'
import { areSettled } from '../are-settled.ts'
import { orderOfLedger } from '../ledger-order.ts'
import { breakingDeadLease } from '../run.ts'
import { openWorkbench } from '../sync-ports.ts'
import type { PlaceTools } from './audience-place.ts'
import { problemOf } from './problem.ts'

/** How many files were written anew, or deleted, since somebody was in them. */
export interface Scrubbing {
  readonly ledgers: number
  readonly plans: number
  readonly files: number
  readonly problem: ErasureProblem | null
}

/**
 * Takes somebody who is in no remote audience any more out of the files of all ledgers and plans, and deletes at once what nothing
 * refers to any more.
 */
export async function scrubFiles(
  needs: ErasureNeeds,
  ledgers: readonly KeptLedger[],
  tools: PlaceTools,
): Promise<Scrubbing> {
  const scrubbing = new Files(needs, tools)
  let problem: ErasureProblem | null = null
  for (const kept of ledgers)
    try {
      await breakingDeadLease(tools.workspace, async () => scrubbing.scrub(kept))
    } catch (error) {
      problem = problemOf(error)
    }
  if (problem === null)
    try {
      await scrubbing.deleteUnreferred()
    } catch (error) {
      problem = problemOf(error)
    }
  return { ...scrubbing.counts, problem }
}

class Files {
  readonly #needs: ErasureNeeds
  readonly #tools: PlaceTools
  counts = { ledgers: 0, plans: 0, files: 0 }

  constructor(needs: ErasureNeeds, tools: PlaceTools) {
    this.#needs = needs
    this.#tools = tools
  }

  async scrub({ sync, ledger: { remoteId } }: KeptLedger): Promise<void> {
    const { workspace, local, tell } = this.#tools
    const { store, surroundings } = workspace
    const { workbench, folder } = await openWorkbench(workspace, local, NOBODY)
    const { world, owner } = surroundings
    const ports = { store, workbench, world, owner, tell }
    await withFoldedLease(orderOfLedger(workspace, sync, null), ports, async (lease) => {
      const members = this.#needs.members[remoteId] ?? []
      await layScrubbed(local, { members, keys: this.#needs.own })
      const layers = { local, folder, newName: () => newName('ledger', world) }
      await this.#scrubLedger(lease, remoteId, layers)
      await this.#scrubPlans(lease, remoteId, { ...layers, newName: () => newName('plan', world) })
    })
  }

  async #scrubLedger(lease: Lease, remoteId: string, tools: LayerTools): Promise<void> {
    const { store } = this.#tools.workspace
    const ledger = await store.ledger(lease.sync, remoteId)
    if (ledger === null) return
    const files = await scrubLedger(tools, ledger.files)
    if (files === null) return
    await store.moveLedger(lease, remoteId, files)
    this.counts.ledgers += 1
  }

  async #scrubPlans(lease: Lease, remoteId: string, tools: LayerTools): Promise<void> {
    const { store } = this.#tools.workspace
    const own = (await store.plans(lease.sync)).filter((plan) => plan.remoteId === remoteId)
    for (const [before, plans] of Map.groupBy(own, ({ file }) => file)) {
      const file = await scrubPlan(tools, before)
      if (file === null) continue
      // What of it may still take effect is told by its rows.
      if (!(await areSettled(this.#tools.workspace, plans))) {
        await tools.folder.remove(file)
        throw notSettled()
      }
      const ids = plans.map(({ id }) => id)
      await store.movePlans(lease, ids, file)
      this.counts.plans += 1
    }
  }

  /** Nobody else may be at work on a file that nothing refers to yet, and none that was begun since is touched. */
  async deleteUnreferred(): Promise<void> {
    const { workspace, local } = this.#tools
    const { store, surroundings } = workspace
    const { folder } = await openWorkbench(workspace, local, NOBODY)
    const there = await folder.names()
    const others = (await store.leaseHolders()).filter(({ owner }) => !surroundings.isDead(owner))
    if (others.length > 0) throw atWork()
    const inUse = await store.filesInUse()
    for (const name of there.filter((one) => !inUse.has(one))) {
      await folder.remove(name)
      this.counts.files += 1
    }
  }
}

const NOBODY = new UnreadablePeople(new Error('Nobody is evaluated where somebody is erased'))

const notSettled = (): RollcallError =>
  new RollcallError('A request that was not answered may still take effect', {
    code: 'erase/not-settled',
    next: 'retry',
    remedy: 'Run it again in 15 minutes, or any sync',
  })

const atWork = (): RollcallError =>
  new RollcallError('Another run is under way', {
    code: 'erase/run-under-way',
    next: 'retry',
    remedy: 'Run it again when that run has ended, or any sync',
  })
