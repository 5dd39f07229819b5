import type { PlanCounts } from '../core/sync/count.ts'
import type { Hold } from '../core/sync/guard.ts'
import type { ShownLookalike } from '../core/lookalike.ts'
import { NORMALISER_VERSION } from '../core/match-key/table.ts'
import { newName } from '../core/new-name.ts'
import type { Refusal } from '../destination/port.ts'
import type { Lease, OpenPlan, RemoteLedger, RunRecord, SyncState } from '../store/port.ts'
import { evaluate } from './evaluate.ts'
import { carryOut, type Errand } from './carry-out.ts'
import { foldedState } from './fold-open.ts'
import { heldBy } from './held-by.ts'
import { withLease } from './lease.ts'
import { keepLookalikes, lookalikesToMake } from './lookalikes.ts'
import type { Ports, RunOptions, SyncOrder } from './order.ts'
import {
  adoptRemote,
  blockedBy,
  carryMark,
  carryName,
  createRemote,
  lookAt,
  NOTHING_SENT,
  nothingToRemoveFrom,
  originOf,
  type Looked,
  type ShownAudience,
} from './remote.ts'
import type { SendEnd } from './send.ts'
import { everybodyFirst, mayJudgeSome } from './some.ts'
import { takeOutSuppressed, type TakenOut } from './take-out-suppressed.ts'
import { nobodyWithdrawn, takeOutWithdrawn, type WithdrawnOut } from './take-out-withdrawn.ts'
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
  /** How the lookalikes stand after a run that is done; none where it was not. */
  readonly lookalikes: readonly ShownLookalike[]
}

/**
 * Runs a sync once: lease, fold what an earlier run left, look, take out whom the do-not-send list names and who
 * no longer agrees, evaluate, guard, send, fold.
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

/** Emptying an audience takes everybody out, also where people are otherwise only added. */
const askedOf = (order: SyncOrder, { empty }: Pick<RunOptions, 'empty'>): SyncOrder =>
  empty ? { ...order, mode: 'mirror' } : order

/** Longer than any pause that a platform asks for. */
const PAUSE_MS_MAX = 25 * 3_600_000

/** What a plan comes to together with those who were taken out before it. */
const withTakenOut = (
  evaluated: PlanCounts,
  takenOut: TakenOut,
  withdrawn: WithdrawnOut,
): PlanCounts => ({
  ...evaluated,
  present: evaluated.present + withdrawn.people,
  withdrawn: evaluated.withdrawn + withdrawn.people,
  rows: {
    ...evaluated.rows,
    suppressed: evaluated.rows.suppressed + takenOut.rows,
    withdrawn: evaluated.rows.withdrawn + withdrawn.rows,
  },
})

const leftToReplacement = (ledger: RemoteLedger, { suppressionDigest }: SyncState): TakenOut => ({
  end: { kind: 'sent' },
  ledger,
  rows: 0,
  suppressionDigest: suppressionDigest ?? '',
  remaining: [],
})

/** One run's way through the steps; its fields are what every step needs. */
class Run {
  readonly #order: SyncOrder
  readonly #options: RunOptions
  readonly #ports: Ports
  readonly #lease: Lease
  readonly #errand: Errand

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
    this.#lease = lease
    this.#errand = { order: this.#order, ports, lease, renew, tally, waitMs: options.waitMs }
  }

  async run(): Promise<RunEnd> {
    const state = await foldedState(this.#lease, this.#ports)
    const end = await this.#people(state)
    if (end.state !== 'done' || this.#options.empty) return end
    const lookalikes = await keepLookalikes(
      this.#order,
      end.remoteId,
      state,
      this.#options,
      this.#lease,
      this.#ports,
    )
    return { ...end, lookalikes }
  }

  async #people(state: SyncState): Promise<RunEnd> {
    this.#ports.tell({ kind: 'step-begun', step: 'look' })
    const looked = await lookAt(this.#order, state, this.#options, this.#ports)
    const ledger = await this.#ledgerOf(looked, state)
    if ('kind' in ledger) return this.#stopped(ledger)
    if (this.#options.only !== undefined && !(ledger !== NOTHING_SENT && mayJudgeSome(state)))
      return this.#ended('failed', { problem: everybodyFirst(this.#ports.world.now()) })
    if (ledger === NOTHING_SENT && this.#options.empty) return this.#ended('done', {})
    const until = await this.#accountPause()
    if (until !== null) return this.#ended('waiting', { until })
    const audience = this.#audienceOf(looked, ledger)
    const takenOut = this.#replacesUnasked()
      ? leftToReplacement(ledger, state)
      : await takeOutSuppressed(ledger, audience, state, this.#errand)
    const { end } = takenOut
    // Too few people to remove from: the evaluation finds out whether the whole audience can be replaced.
    if (end.kind === 'refused' && end.refusal.kind !== 'too-small')
      return this.#refused(end.refusal, { remoteId: ledger.remoteId })
    const withdrawn =
      this.#replacesUnasked() || this.#options.empty
        ? nobodyWithdrawn(takenOut.ledger)
        : await takeOutWithdrawn(takenOut.ledger, audience, state, this.#errand)
    if (withdrawn.end.kind === 'refused' && withdrawn.end.refusal.kind !== 'too-small')
      return this.#refused(withdrawn.end.refusal, { remoteId: ledger.remoteId })
    return this.#evaluateAndSend(looked, takenOut, withdrawn)
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

  async #evaluateAndSend(
    looked: Looked,
    takenOut: TakenOut,
    withdrawn: WithdrawnOut,
  ): Promise<RunEnd> {
    const { ledger: before } = withdrawn
    const { digest } = this.#ports.doNotSend
    const state = await this.#ports.store.state(this.#order.key)
    const file = newName('plan', this.#ports.world)
    const full = this.#options.full || (this.#options.adopt === 'replace' && before.strangers)
    const { counts: evaluated, planned } = await evaluate(
      this.#order,
      { ...this.#options, full },
      this.#ports,
      before,
      takenOut.remaining,
      file,
    )
    const counts = withTakenOut(evaluated, takenOut, withdrawn)
    const approvals = this.#options.only === undefined ? state.approvals : []
    const toMake = lookalikesToMake(this.#order, originOf(looked), state)
    const found = this.#options.approveAll
      ? []
      : heldBy(counts, this.#order, { ...state, approvals }, toMake, this.#ports)
    if (found.length > 0)
      return this.#held(counts, found, takenOut.end.kind === 'sent' ? withdrawn.end : takenOut.end)
    const ledger = before.remoteId === '' ? await this.#create(counts) : before
    if (ledger === null) return this.#ended('done', { plan: counts })
    if ('kind' in ledger) return this.#stopped(ledger, counts)
    // Where the list changed since it was obeyed, it is as if it had not been: the next run looks again.
    const suppressionDigest =
      takenOut.suppressionDigest === digest || takenOut.remaining.length > 0
        ? takenOut.suppressionDigest
        : ''
    const upToDate =
      state.normaliserVersion === NORMALISER_VERSION &&
      state.suppressionDigest === suppressionDigest
    const audience = this.#audienceOf(looked, ledger)
    await carryName(this.#order, audience, this.#ports)
    if (planned === 0 && !full && upToDate) {
      await carryMark(this.#order, audience, ledger.generation, this.#ports)
      return this.#ended('done', { plan: counts, remoteId: ledger.remoteId })
    }
    const plan: OpenPlan = {
      id: file,
      remoteId: ledger.remoteId,
      file,
      mode: this.#order.mode,
      replacement: full ? 'begun' : 'none',
      normaliserVersion: NORMALISER_VERSION,
      suppressionDigest,
    }
    const scope = this.#options.only === undefined ? 'everyone' : 'some'
    const { end } = await carryOut(plan, ledger, audience, this.#errand, scope)
    const more = { plan: counts, remoteId: plan.remoteId, planId: plan.id }
    // What the do-not-send list left to do was done by this plan again.
    return this.#finished(end, more)
  }

  /** What holds the run, and why those who said no could not be taken out before it. */
  #held(plan: PlanCounts, holding: readonly Hold[], end: SendEnd): RunEnd {
    const problem = end.kind === 'refused' ? blockedBy(end.refusal, this.#ports.world.now()) : null
    return this.#ended('held', { plan, holds: holding, problem })
  }

  /** A replacement that no guard can hold takes out who said no with everybody else. */
  #replacesUnasked(): boolean {
    return this.#options.full && this.#options.approveAll
  }

  /** Nobody to send and nothing there: no audience is made for that. */
  async #create(counts: PlanCounts): Promise<RemoteLedger | Refusal | null> {
    if (this.#order.mode === 'remove_only') return nothingToRemoveFrom(this.#order.key)
    if (counts.rows.add === 0) return null
    return createRemote(this.#order, this.#lease, this.#options, this.#ports)
  }

  /** A pause is waited out before anybody is looked at, so that what is sent after it is not old. */
  async #accountPause(): Promise<number | null> {
    const { store, world, destination, tell } = this.#ports
    const until = await store.accountNotBefore(destination.accountId)
    const now = world.now()
    // No platform asks for more: it was written by a clock that was wrong.
    if (until <= now || until > now + PAUSE_MS_MAX) return null
    if (until > now + this.#options.waitMs) return until
    tell({ kind: 'waiting', until, reason: 'The ad account is throttled' })
    await world.sleep(until - now)
    return null
  }

  /** What the platform shows of the audience, as far as it was looked at. */
  #audienceOf(looked: Looked, { remoteId }: RemoteLedger): ShownAudience {
    return looked.kind === 'there' || looked.kind === 'to-adopt'
      ? looked.audience
      : { id: remoteId, name: this.#order.audience.name, description: '' }
  }

  async #finished(end: SendEnd, more: Partial<RunEnd>): Promise<RunEnd> {
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
      lookalikes: [],
      ...more,
      state,
    }
  }
}
