import type { SentCounts, RunRecord } from '../store/port.ts'
import { RollcallError } from '../core/error.ts'
import { newName } from '../core/new-name.ts'
import type { RunOptions, SyncOrder } from '../sync/order.ts'
import { LeaseHolder } from '../sync/lease.ts'
import { planSync, type PlanShown } from '../sync/plan-sync.ts'
import { runSync, type RunEnd } from '../sync/run.ts'
import { Tally } from '../sync/tally.ts'
import type { AccountDescription, Destination } from '../destination/port.ts'
import type { Ports } from '../sync/order.ts'
import { tidyPlans } from './tidy-plans.ts'
import { setUpRun, setUpSync, type RunSetup } from './sync-setup.ts'
import { audienceNotices } from './audience-notices.ts'
import { stoppable } from './stoppable.ts'
import type { Workspace } from './workspace.ts'

/** Where a plan or a run goes: the first thing that every one of them says. */
export interface Addressee {
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly accountId: string
  /** Null where the account did not tell. */
  readonly account: AccountDescription | null
}

export interface PlannedSync extends PlanShown {
  readonly sync: string
  readonly addressee: Addressee
  /** What of the do-not-send lists has no effect on this sync. */
  readonly listNotices: readonly string[]
  /** What is to be said of the audience's conditions. */
  readonly audienceNotices: readonly string[]
}

export interface FinishedRun extends RunEnd {
  readonly sync: string
  readonly run: string
  readonly addressee: Addressee
  readonly sent: SentCounts
}

/** What a run of one sync would do. Sends nothing. */
export async function plan(
  workspace: Workspace,
  key: string,
  options: Pick<RunOptions, 'full' | 'empty'> & { readonly now: number },
  tell: Ports['tell'],
): Promise<PlannedSync> {
  await using setup = await setUpSync(workspace, key, options.now, tell)
  const shown = await breakingDeadLease(workspace, async () =>
    planSync(setup.order, options, setup.ports),
  )
  await setup.folder.remove(shown.file)
  const addressee = await addresseeOf(setup.ports.destination)
  const { listNotices } = setup
  const said = await audienceNotices(setup.opened)
  return { ...shown, sync: key, addressee, listNotices, audienceNotices: said }
}

/** Runs one sync and keeps a record of it, whatever becomes of it. */
export async function run(
  workspace: Workspace,
  key: string,
  options: RunOptions & { readonly now: number },
  tell: Ports['tell'],
): Promise<FinishedRun> {
  await using setup = await setUpRun(workspace, key, options.now, tell)
  const finished = await runOrder(workspace, setup.order, options, setup.ports)
  await tidy(workspace, setup)
  return finished
}

/** Runs an order whose ports are open, and keeps a record of it. */
export async function runOrder(
  workspace: Workspace,
  order: SyncOrder,
  options: RunOptions,
  ports: Ports,
): Promise<FinishedRun> {
  const { store, surroundings } = workspace
  const { world, stop } = surroundings
  const addressee = await addresseeOf(ports.destination)
  const startedAt = world.now()
  const id = newName('run', world)
  const started: RunRecord = {
    id,
    sync: order.key,
    environment: addressee.environment,
    startedAt,
    finishedAt: null,
    state: 'running',
    remoteId: null,
    plan: null,
    holds: [],
    sent: new Tally().counts(),
    problem: null,
  }
  await store.startRun(started)
  const tally = new Tally()
  try {
    const end = await breakingDeadLease(workspace, async () =>
      runSync(order, options, stop === undefined ? ports : stoppable(ports, stop), tally),
    )
    await store.updateRun(record(started, end, tally.counts(), world.now()))
    await buryDead(workspace, started)
    return { ...end, sync: order.key, run: id, addressee, sent: tally.counts() }
  } catch (error) {
    await store.updateRun(record(started, failure(error, world.now()), tally.counts(), world.now()))
    throw error
  }
}

/** No run works on a file for longer than this before the store refers to it. */
const UNREFERRED_MS = 24 * 3_600_000

/**
 * Of plans older than their retention the membership history stays, for its own retention; then they go, and with them every file
 * that nothing refers to.
 */
async function tidy(workspace: Workspace, { folder }: RunSetup): Promise<void> {
  const { store, surroundings, definition } = workspace
  const now = surroundings.world.now()
  const { plansMs, intervalsMs } = definition.retention
  await store.forgetPlansBefore(now - Math.max(plansMs, intervalsMs))
  // What this process is just running beside this, it tidies itself: its lease would be taken from it.
  const { owner } = surroundings
  const busy = (await store.leaseHolders()).filter((holder) => holder.owner === owner)
  for (const sync of await store.syncs())
    if (!busy.some((holder) => holder.sync === sync))
      await tidyPlans(workspace, sync, folder, now - plansMs).catch(unlessHeld)
  await folder.sweep(await store.filesInUse(), now, UNREFERRED_MS)
}

/** Whoever runs a sync does it at the end. */
function unlessHeld(error: unknown): void {
  if (!(error instanceof RollcallError && error.code === 'sync/lease-held')) throw error
}

/** Whoever was still running this sync when we took its lease is dead: a run that is killed cannot say so itself. */
async function buryDead({ store }: Workspace, { id, sync, startedAt }: RunRecord): Promise<void> {
  for (const earlier of await store.runs({ sync, limit: 20 }))
    if (earlier.state === 'running' && earlier.id !== id && earlier.startedAt <= startedAt)
      await store.updateRun({ ...earlier, state: 'died' })
}

function record(
  started: RunRecord,
  { state, plan: counts, holds, remoteId, problem, lookalikes }: RunEnd,
  sent: SentCounts,
  finishedAt: number,
): RunRecord {
  const end = { state, plan: counts, holds, remoteId, problem, lookalikes }
  return { ...started, ...end, sent, finishedAt }
}

function failure(error: unknown, since: number): RunEnd {
  const known = error instanceof RollcallError ? error : undefined
  return {
    state: known?.next === 'act' ? 'blocked' : 'failed',
    plan: null,
    holds: [],
    remoteId: null,
    until: null,
    planId: null,
    lookalikes: [],
    problem: {
      code: known?.code ?? 'unexpected',
      message: known?.message ?? 'An unexpected error; see what the command printed',
      remedy: known?.remedy ?? 'Run it again; if it stays, report it',
      since,
    },
  }
}

export async function addresseeOf(destination: Destination): Promise<Addressee> {
  const answer = await destination.account()
  return {
    environment: destination.environment,
    accountId: destination.accountId,
    account: answer.kind === 'ok' ? answer.value : null,
  }
}

/** A lease whose process is surely dead, since it ran on this machine, need not be waited out. */
export async function breakingDeadLease<T>(
  workspace: Workspace,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const holder = error instanceof RollcallError ? error.cause : undefined
    if (!(holder instanceof LeaseHolder) || !workspace.surroundings.isDead(holder.owner))
      throw error
    await workspace.store.breakLease(holder.sync, holder.owner)
    return work()
  }
}
