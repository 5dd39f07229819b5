import { RollcallError } from '../core/error.ts'
import type { ErasureRecord } from '../store/erasures.ts'
import type { Ports } from '../sync/order.ts'
import { workOffErasures } from './erase/erase.ts'
import type { FollowedSync, PassEnd } from './followed-sync.ts'
import { withKeptStore } from './kept-people.ts'
import { PLAIN_RUN, quickPass } from './quick-pass.ts'
import type { FinishedRun } from './run.ts'
import { runWithRetreats } from './run-with-retreats.ts'
import { keepTakingIn, takeInFor } from './take-in-journal.ts'
import type { Workspace } from './workspace.ts'

/** What somebody who follows is told. */
export interface Told {
  /** A run, and how many people it judged; null: everybody. */
  readonly ran: (run: FinishedRun, judged: number | null) => Promise<void>
  /** A sync could not be run at all. */
  readonly failed: (sync: string, error: RollcallError) => void
  /** An erasure that another command left to be done is done. */
  readonly erased: (record: ErasureRecord) => void
  readonly note: (text: string) => void
  /** What a run reports while it is under way. */
  readonly happening: Ports['tell']
}

/** So often is looked whether something is to be done. */
const LOOK_EVERY_MS = 1_000
/** So often what is left of erasures is gone on with: the command that began one has had its own time for it. */
const ERASE_EVERY_MS = 5 * 60_000
/** Where another process runs the sync. */
const LEASE_HELD_MS = 15_000

/**
 * Keeps syncs in step until the process is asked to end: takes in what is collected, looks at everybody whenever a sync's period has
 * passed, and in between at those of whom something came in. Full passes and quick ones go on beside each other, one of each
 * kind at a time; what is left of erasures is gone on with while none does. What goes wrong with one sync is told and tried again later; the others go on.
 * @throws what is no RollcallError
 */
export async function follow(
  workspace: Workspace,
  syncs: readonly FollowedSync[],
  told: Told,
): Promise<void> {
  const { world, stop } = workspace.surroundings
  const broken = new AbortController()
  const until = AbortSignal.any([broken.signal, ...(stop === undefined ? [] : [stop])])
  const again = async (step: () => Promise<boolean>): Promise<void> => {
    while (!until.aborted)
      if (!(await step())) await world.sleep(LOOK_EVERY_MS, until).catch(() => undefined)
  }
  const passes: Passes = {
    workspace,
    syncs,
    told,
    eraseAt: world.now() + ERASE_EVERY_MS,
    waits: false,
  }
  const parts = [
    again(async () => nextFullPass(passes)),
    again(async () => nextQuickPass(passes)),
    again(async () => nextErasing(passes)),
    ...(syncs.some(({ follows }) => follows) ? [keepTakingIn(workspace, until, told.note)] : []),
  ].map(async (part) => part.finally(() => broken.abort()))
  // Each ends what it is at before the error of one of them is told.
  for (const end of await Promise.allSettled(parts)) if (end.status === 'rejected') throw end.reason
}

interface Passes {
  readonly workspace: Workspace
  readonly syncs: readonly FollowedSync[]
  readonly told: Told
  /** When it is looked for erasures that are not done, in milliseconds since the epoch. */
  eraseAt: number
  /** No pass begins, since an erasure needs all ledgers. */
  waits: boolean
}

/** @returns whether there was something to do */
async function nextErasing(passes: Passes): Promise<boolean> {
  const { workspace, syncs, told } = passes
  const { world } = workspace.surroundings
  if (world.now() < passes.eraseAt) return false
  passes.waits = (await workspace.store.pendingErasures()).length > 0
  if (passes.waits && syncs.some(({ isBusy }) => isBusy)) return false
  try {
    if (passes.waits)
      for (const record of await workOffErasures(workspace, told.happening))
        if (record.finishedAt !== null) told.erased(record)
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error
    told.note(`Cannot go on with an erasure; trying again: ${error.message}`)
  }
  passes.waits = false
  passes.eraseAt = world.now() + ERASE_EVERY_MS
  return false
}

/** @returns whether there was something to do */
async function nextFullPass({ workspace, syncs, told, waits }: Passes): Promise<boolean> {
  const { world } = workspace.surroundings
  if (waits) return false
  const began = world.now()
  const sync = syncs.find((one) => one.isFullDue(began))
  if (sync === undefined) return false
  let mark = 0
  sync.begin()
  const end = await passOf(sync, workspace, told, async () => {
    if (sync.follows) await takeInFor(workspace, workspace.sync(sync.key).audience)
    mark = await versionOf(workspace)
    const options = { ...PLAIN_RUN, now: world.now() }
    const runs = await runWithRetreats(workspace, sync.key, options, told.happening)
    for (const run of runs) await told.ran(run, null)
    return runs.at(-1) ?? 'in-step'
  })
  sync.endFull(end, mark, began, world.now())
  return true
}

/** @returns whether there was something to do */
async function nextQuickPass(passes: Passes): Promise<boolean> {
  const { workspace, syncs, told } = passes
  const { world } = workspace.surroundings
  const found = await syncWithNews(workspace, syncs)
  if (found === null || passes.waits) return false
  const { sync, people, version } = found
  // It may have begun a full pass while the news were read.
  if (sync.markAt(world.now()) === null) return true
  sync.begin()
  const end = await passOf(sync, workspace, told, async () => {
    const run = await quickPass(workspace, sync.key, people, told.happening)
    if (typeof run === 'object') await told.ran(run, people.length)
    return run
  })
  sync.endQuick(end, version, world.now())
  return true
}

interface Found {
  readonly sync: FollowedSync
  readonly people: readonly string[]
  readonly version: number
}

/** A sync that may be judged now and of whose people something came in. */
async function syncWithNews(
  workspace: Workspace,
  syncs: readonly FollowedSync[],
): Promise<Found | null> {
  const now = workspace.surroundings.world.now()
  return withKeptStore(workspace, async (store) => {
    for (const sync of syncs) {
      const mark = sync.markAt(now)
      if (store === null || mark === null) continue
      const { version, people } = await store.newsSince(mark)
      if (people === null) sync.needEverybody()
      else if (people.length > 0) return { sync, people, version }
    }
    return null
  })
}

const versionOf = async (workspace: Workspace): Promise<number> =>
  withKeptStore(workspace, async (store) => store?.version() ?? 0)

/** One pass of a sync, whatever becomes of it. */
async function passOf(
  sync: FollowedSync,
  { surroundings: { world } }: Workspace,
  { failed }: Told,
  pass: () => Promise<FinishedRun | 'in-step' | 'everybody-first'>,
): Promise<PassEnd> {
  try {
    const run = await pass()
    if (run === 'in-step') return { kind: 'done' }
    return run === 'everybody-first' ? { kind: run } : endOf(run)
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error
    if (error.code === LEASE_HELD) return { kind: 'waits', until: world.now() + LEASE_HELD_MS }
    failed(sync.key, error)
    return { kind: 'stopped' }
  }
}

const LEASE_HELD = 'sync/lease-held'

function endOf({ state, until }: FinishedRun): PassEnd {
  if (state === 'done') return { kind: 'done' }
  return state === 'waiting' && until !== null ? { kind: 'waits', until } : { kind: 'stopped' }
}
