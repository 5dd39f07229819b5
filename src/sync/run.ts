import type { PlanCounts } from '../core/sync/count.ts'
import { holds, type Hold } from '../core/sync/guard.ts'
import { NORMALISER_VERSION } from '../core/match-key/table.ts'
import type { Refusal } from '../destination/port.ts'
import type { Lease, OpenPlan, RemoteLedger, RunRecord, SyncState } from '../store/port.ts'
import { evaluate } from './evaluate.ts'
import { fencesOf, foldPlan } from './fold-plan.ts'
import { withLease } from './lease.ts'
import type { Ports, RunOptions, SyncOrder } from './order.ts'
import {
  adoptRemote,
  blockedBy,
  carryDescription,
  createRemote,
  lookAt,
  NOTHING_SENT,
  type Looked,
} from './remote.ts'
import { replaceWhole } from './replace.ts'
import { send, type SendEnd, type Sending } from './send.ts'
import type { Tally } from './tally.ts'

/** How a run ended, for people and for the exit code. */
export interface RunEnd {
  readonly state: Exclude<RunRecord['state'], 'running' | 'died'>
  readonly plan: PlanCounts | null
  readonly holds: readonly Hold[]
  readonly remoteId: string | null
  readonly problem: RunRecord['problem']
  /** With `waiting`: when it may go on, in milliseconds since the epoch. */
  readonly until: number | null
  readonly planId: string | null
}

/** What a plan shows: the same evaluation as a run's, nothing sent and nothing kept. */
export interface PlanShown {
  readonly counts: PlanCounts
  readonly holds: readonly Hold[]
  readonly looked: Looked
  readonly file: string
}

/**
 * Runs a sync once: lease, look, fold what an earlier run left, evaluate, guard, send, fold.
 * Whatever happens in between, the bounds hold, and the next run goes on from the newest definition.
 * @throws RollcallError for operational failures before anything is sent; afterwards they are part of the answer.
 */
export async function runSync(
  order: SyncOrder,
  options: RunOptions,
  ports: Ports,
  tally: Tally,
): Promise<RunEnd> {
  return withLease(order.key, order.settleMs, ports, async (lease, renew) => {
    const run = new Run(order, options, ports, tally, lease, renew)
    return run.run()
  })
}

/** Works out what a run would do. Folds what an earlier run left, since that is always safe; sends nothing. */
export async function planSync(
  order: SyncOrder,
  options: Pick<RunOptions, 'full' | 'empty'>,
  ports: Ports,
): Promise<PlanShown> {
  return withLease(order.key, order.settleMs, ports, async (lease) => {
    const state = await foldedState(lease, ports)
    const looked = await lookAt(order, state, options, ports)
    const ledger = looked.kind === 'there' ? (state.remote ?? NOTHING_SENT) : NOTHING_SENT
    const file = planName(ports)
    const { counts } = await evaluate(order, options, ports, ledger, state, file)
    return { counts, holds: heldBy(counts, order, state, ports), looked, file }
  })
}

const planName = ({ world }: Ports): string =>
  `plan-${world.now().toString(36)}-${Math.floor(world.random() * 36 ** 6).toString(36)}`

/** Emptying an audience takes everybody out, also where people are otherwise only added. */
const askedOf = (order: SyncOrder, { empty }: Pick<RunOptions, 'empty'>): SyncOrder =>
  empty ? { ...order, mode: 'mirror' } : order

/**
 * Folds the plan that an earlier run left open, if there is one. This comes before everything else, while the sync is still
 * bound to the audience that the plan was for.
 */
async function foldedState(lease: Lease, ports: Ports): Promise<SyncState> {
  const state = await ports.store.state(lease.sync)
  const open = await ports.store.openPlan(lease.sync)
  if (open === null || state.remote === null) return state
  ports.tell({ kind: 'step-begun', step: 'fold' })
  await foldPlan(lease, open, state.remote, ports)
  return ports.store.state(lease.sync)
}

function heldBy(
  counts: PlanCounts,
  order: SyncOrder,
  state: SyncState,
  { world, destination }: Ports,
): Hold[] {
  const occasion = {
    normaliserChanged:
      state.normaliserVersion !== null && state.normaliserVersion !== NORMALISER_VERSION,
    firstLive: destination.environment === 'LIVE' && !state.sentLive,
  }
  return holds(counts, occasion, order.guards, state.approvals, world.now())
}

/** One run's way through the steps; its fields are what every step needs. */
class Run {
  readonly #order: SyncOrder
  readonly #options: RunOptions
  readonly #ports: Ports
  readonly #tally: Tally
  readonly #lease: Lease
  readonly #renew: () => Promise<void>

  constructor(
    order: SyncOrder,
    options: RunOptions,
    ports: Ports,
    tally: Tally,
    lease: Lease,
    renew: () => Promise<void>,
  ) {
    this.#order = askedOf(order, options)
    this.#options = options
    this.#ports = ports
    this.#tally = tally
    this.#lease = lease
    this.#renew = renew
  }

  async run(): Promise<RunEnd> {
    const state = await foldedState(this.#lease, this.#ports)
    this.#ports.tell({ kind: 'step-begun', step: 'look' })
    const looked = await lookAt(this.#order, state, this.#options, this.#ports)
    const ledger = await this.#ledgerOf(looked, state)
    if ('kind' in ledger) return this.#stopped(ledger)
    if (ledger === NOTHING_SENT && this.#options.empty) return this.#ended('done', {})
    const until = await this.#accountPause()
    if (until !== null) return this.#ended('waiting', { until })
    return this.#evaluateAndSend(looked, ledger)
  }

  /** The ledger to set the audience beside; nothing is created or bound before the guards have passed. */
  async #ledgerOf(looked: Looked, state: SyncState): Promise<RemoteLedger | Refusal> {
    const { store } = this.#ports
    switch (looked.kind) {
      case 'there':
        await store.block(this.#lease, null)
        return looked.ledger
      case 'to-create':
        return NOTHING_SENT
      case 'to-adopt':
        return adoptRemote(looked.audience, this.#lease, state, this.#options, this.#ports)
      case 'gone':
        return this.#gone(looked.refusal)
      case 'replacing':
        return this.#stillReplacing()
      case 'stopped':
        return looked.refusal
    }
  }

  /** Its people are out with it, but an unanswered request may still concern it: U is kept with the id. */
  async #gone(refusal: Refusal): Promise<RemoteLedger | Refusal> {
    const { store } = this.#ports
    const recreate =
      (this.#options.recreate || this.#order.whenGone === 'recreate') &&
      this.#order.takeOver === null
    await store.forgetCertainty(this.#lease, recreate)
    if (recreate) return NOTHING_SENT
    return {
      ...refusal,
      remedy: `If it was deleted on purpose, pause or retire the sync; to make a new one, run "rollcall sync ${this.#order.key} --recreate"`,
    }
  }

  async #stillReplacing(): Promise<Refusal> {
    const until = this.#ports.world.now() + 60_000
    return Promise.resolve({
      kind: 'busy',
      code: 'sync/replacing',
      message: 'The platform is still replacing the whole audience',
      remedy:
        'Nothing to do: the run goes on when it is finished, at most 90 minutes after it began',
      until,
    })
  }

  async #evaluateAndSend(looked: Looked, before: RemoteLedger): Promise<RunEnd> {
    const { store } = this.#ports
    const state = await store.state(this.#order.key)
    const file = planName(this.#ports)
    // As it was before anybody was looked at: who comes onto it meanwhile is for the next run.
    const { digest } = this.#ports.doNotSend
    const full = this.#options.full || (this.#options.adopt === 'replace' && before.strangers)
    const { counts, planned } = await evaluate(
      this.#order,
      { ...this.#options, full },
      this.#ports,
      before,
      state,
      file,
    )
    const found = this.#options.approveAll ? [] : heldBy(counts, this.#order, state, this.#ports)
    if (found.length > 0) return this.#ended('held', { plan: counts, holds: found })
    const ledger = before.remoteId === '' ? await this.#create(counts) : before
    if (ledger === null) return this.#ended('done', { plan: counts })
    if ('kind' in ledger) return this.#stopped(ledger, counts)
    if (planned === 0 && !full && this.#isUpToDate(state)) {
      await this.#carryDescription(looked, ledger)
      return this.#ended('done', { plan: counts, remoteId: ledger.remoteId })
    }
    const plan: OpenPlan = {
      id: file,
      remoteId: ledger.remoteId,
      file,
      mode: this.#order.mode,
      replacement: full ? 'begun' : 'none',
      normaliserVersion: NORMALISER_VERSION,
      suppressionDigest: digest,
    }
    await store.publishPlan(this.#lease, plan)
    // What the plan is folded to, whoever folds it: a copy of the state from before it is older from the first request on.
    const { generation } = ledger
    await this.#carryDescription(looked, { ...ledger, generation: generation + 1 })
    return this.#sendPlan(plan, ledger, counts)
  }

  /** Has the last plan already said everything beside its rows that this one would say? */
  #isUpToDate({ normaliserVersion, suppressionDigest }: SyncState): boolean {
    return (
      normaliserVersion === NORMALISER_VERSION && suppressionDigest === this.#ports.doNotSend.digest
    )
  }

  /** Nobody to send and nothing there: no audience is made for that. */
  async #create(counts: PlanCounts): Promise<RemoteLedger | Refusal | null> {
    if (counts.rows.add === 0 && this.#order.mode !== 'remove_only') return null
    return createRemote(this.#order, this.#lease, this.#options, this.#ports)
  }

  /** A pause is waited out before anybody is looked at, so that what is sent after it is not old. */
  async #accountPause(): Promise<number | null> {
    const { store, world, destination, tell } = this.#ports
    const until = await store.accountNotBefore(destination.accountId)
    const now = world.now()
    if (until <= now) return null
    if (until > now + this.#options.waitMs) return until
    tell({ kind: 'waiting', until, reason: 'The ad account is throttled' })
    await world.sleep(until - now)
    return null
  }

  async #sendPlan(plan: OpenPlan, ledger: RemoteLedger, counts: PlanCounts): Promise<RunEnd> {
    const { tell, world } = this.#ports
    tell({ kind: 'sending-begun', remove: counts.rows.remove, add: counts.rows.add })
    const sending: Sending = {
      order: this.#order,
      ports: this.#ports,
      lease: this.#lease,
      plan,
      fences: await fencesOf(this.#order.key, plan.remoteId, this.#ports),
      tally: this.#tally,
      renew: this.#renew,
      waitUntil: world.now() + this.#options.waitMs,
    }
    const end = plan.replacement === 'none' ? await send(sending) : await replaceWhole(sending)
    tell({ kind: 'step-begun', step: 'fold' })
    const open = (await this.#ports.store.openPlan(this.#order.key)) ?? plan
    await foldPlan(this.#lease, open, ledger, this.#ports)
    return this.#finished(end, plan, counts)
  }

  async #carryDescription(looked: Looked, ledger: RemoteLedger): Promise<void> {
    const audience =
      looked.kind === 'there' || looked.kind === 'to-adopt'
        ? looked.audience
        : { ...this.#order.audience, id: ledger.remoteId, description: '' }
    await carryDescription(this.#order, audience, ledger.generation, this.#ports)
  }

  async #finished(end: SendEnd, plan: OpenPlan, counts: PlanCounts): Promise<RunEnd> {
    const more = { plan: counts, remoteId: plan.remoteId, planId: plan.id }
    switch (end.kind) {
      case 'sent':
        return this.#ended('done', more)
      case 'unanswered':
        return this.#ended('failed', {
          ...more,
          problem: {
            code: 'destination/no-answer',
            message: end.message,
            remedy: 'Nothing is lost: the next run does again what was not answered',
            since: this.#ports.world.now(),
          },
        })
      case 'refused':
        return this.#refused(end.refusal, more)
    }
  }

  async #refused(refusal: Refusal, more: Partial<RunEnd>): Promise<RunEnd> {
    const { store } = this.#ports
    if (refusal.kind === 'gone') {
      const state = await store.state(this.#order.key)
      if (state.remote !== null) await store.forgetCertainty(this.#lease, false)
    }
    return this.#stopped(refusal, more.plan ?? null, more)
  }

  /** A refusal that ends the run: the account waits, or a person must act. */
  async #stopped(
    refusal: Refusal,
    plan: PlanCounts | null = null,
    more: Partial<RunEnd> = {},
  ): Promise<RunEnd> {
    const { store, world, destination } = this.#ports
    const problem = blockedBy(refusal, world.now())
    switch (refusal.kind) {
      case 'throttled':
      case 'busy': {
        const until = refusal.until ?? world.now() + 60_000
        if (refusal.kind === 'throttled') await store.pauseAccount(destination.accountId, until)
        return this.#ended('waiting', { ...more, plan, until, problem })
      }
      case 'session':
        return this.#ended('failed', { ...more, plan, problem })
      case 'blocked':
      case 'gone':
      case 'flagged':
      case 'too-small':
      case 'invalid':
        await store.block(this.#lease, problem)
        return this.#ended('blocked', { ...more, plan, problem })
    }
  }

  #ended(state: RunEnd['state'], more: Partial<RunEnd>): RunEnd {
    return {
      plan: null,
      holds: [],
      remoteId: null,
      problem: null,
      until: null,
      planId: null,
      ...more,
      state,
    }
  }
}
