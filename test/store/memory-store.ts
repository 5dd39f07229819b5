import { RollcallError } from '../../src/core/error.ts'
import type { Batch, BatchOutcome } from '../../src/core/sync/batch.ts'
import type { Approval } from '../../src/core/sync/guard.ts'
import { NO_SCOPES, type Scopes } from '../../src/core/scopes.ts'
import type {
  KeptLookalike,
  KnownPlan,
  Lease,
  LedgerFiles,
  OpenPlan,
  PlanScope,
  RemoteLedger,
  RunRecord,
  Store,
  SyncState,
} from '../../src/store/port.ts'

/** A store that forgets all with the process, for simulations: each call is one durable step. */
export class MemoryStore implements Store, AsyncDisposable {
  readonly #leases = new Map<string, HeldLease>()
  readonly #syncs = new Map<string, KeptSync>()
  readonly #ledgers = new Map<string, KeptLedger>()
  #lookalikes: { sync: string; readonly lookalike: KeptLookalike }[] = []
  #plans: KeptPlan[] = []
  #runs: RunRecord[] = []
  readonly #accounts = new Map<string, number>()

  async takeLease(sync: string, owner: string, now: number, until: number) {
    const last = this.#leases.get(sync)
    if (last !== undefined && last.owner !== null && last.owner !== owner && last.until > now)
      return { kind: 'held', owner: last.owner, until: last.until } as const
    const epoch = (last?.epoch ?? 0) + 1
    this.#leases.set(sync, { epoch, owner, takenAt: now, until })
    return { kind: 'taken', lease: { sync, epoch, owner } } as const
  }

  async renewLease(lease: Lease, until: number): Promise<void> {
    this.#holding(lease).until = until
  }

  async releaseLease(lease: Lease): Promise<void> {
    const last = this.#leases.get(lease.sync)
    if (last?.epoch !== lease.epoch) throw leaseLost(lease)
    last.owner = null
  }

  async breakLease(sync: string, owner: string): Promise<void> {
    const last = this.#leases.get(sync)
    if (last?.owner === owner) last.owner = null
  }

  async leaseHolders(): Promise<readonly Pick<Lease, 'sync' | 'owner'>[]> {
    return [...this.#leases]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .flatMap(([sync, { owner }]) => (owner === null ? [] : [{ sync, owner }]))
  }

  async state(sync: string): Promise<SyncState> {
    const kept = this.#syncs.get(sync) ?? NEW_SYNC
    return {
      remote: kept.remoteId === null ? null : this.#ledgerOf(sync, kept.remoteId),
      creating: kept.creating,
      blocked: kept.blocked,
      normaliserVersion: kept.normaliserVersion,
      suppressionDigest: kept.suppressionDigest,
      sentLive: kept.sentLive,
      approvals: kept.approvals
        .map(({ approval }) => approval)
        .toSorted((a, b) => (a.guard < b.guard ? -1 : 1)),
      lookalikes: this.#lookalikes
        .filter((one) => one.sync === sync)
        .map(({ lookalike }) => lookalike)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    }
  }

  async startCreating(lease: Lease, mark: string): Promise<void> {
    this.#holding(lease)
    this.#put(lease.sync, { creating: mark })
  }

  async bindRemote(lease: Lease, remoteId: string, strangers: boolean): Promise<RemoteLedger> {
    this.#holding(lease)
    const keeper = [...this.#syncs].find(([, kept]) => kept.remoteId === remoteId)?.[0]
    if (keeper !== undefined && keeper !== lease.sync) throw audienceTaken(remoteId, keeper)
    this.#put(lease.sync, { remoteId, creating: null })
    const id = ledgerId(lease.sync, remoteId)
    const known = this.#ledgers.get(id)
    if (known === undefined) this.#ledgers.set(id, { ...NEW_LEDGER, remoteId, strangers })
    else {
      if (keeper === undefined) this.#forgetCertainty(lease.sync, remoteId)
      if (strangers) known.strangers = true
    }
    return this.#ledgerOf(lease.sync, remoteId)
  }

  async forgetCertainty(lease: Lease, unbind: boolean): Promise<void> {
    this.#holding(lease)
    const remoteId = this.#syncs.get(lease.sync)?.remoteId ?? null
    if (remoteId === null) return
    this.#forgetCertainty(lease.sync, remoteId)
    if (unbind) this.#put(lease.sync, { remoteId: null })
  }

  async keepScopes(lease: Lease, remoteId: string, scopes: Scopes): Promise<void> {
    this.#holding(lease)
    const known = this.#ledgers.get(ledgerId(lease.sync, remoteId))
    if (known !== undefined) known.scopes = scopes
  }

  async keepLookalike(lease: Lease, lookalike: KeptLookalike): Promise<void> {
    await this.forgetLookalike(lease, lookalike.id)
    this.#lookalikes.push({ sync: lease.sync, lookalike })
  }

  async forgetLookalike(lease: Lease, id: string): Promise<void> {
    this.#holding(lease)
    this.#lookalikes = this.#lookalikes.filter(
      (one) => one.sync !== lease.sync || one.lookalike.id !== id,
    )
  }

  async block(lease: Lease, blocked: SyncState['blocked']): Promise<void> {
    this.#holding(lease)
    this.#put(lease.sync, { blocked })
  }

  async approve(sync: string, approvals: readonly Approval[]): Promise<void> {
    const before = (this.#syncs.get(sync) ?? NEW_SYNC).approvals
    const others = before.filter(({ approval }) =>
      approvals.every(({ guard }) => guard !== approval.guard),
    )
    const added = approvals.map((approval) => ({ approval, plan: null }))
    this.#put(sync, { approvals: [...others, ...added] })
  }

  async rename(from: string, to: string): Promise<void> {
    const old = this.#syncs.get(from)
    if (old === undefined || from === to) return
    const other = this.#syncs.get(to)
    const hasLedger = [...this.#ledgers.keys()].some((id) => id.startsWith(ledgerId(to, '')))
    if (hasLedger || (other?.creating ?? null) !== null) throw syncExists(from, to)
    this.#syncs.delete(from)
    this.#syncs.set(to, old)
    for (const [id, ledger] of this.#ledgers) {
      if (!id.startsWith(ledgerId(from, ''))) continue
      this.#ledgers.delete(id)
      this.#ledgers.set(ledgerId(to, ledger.remoteId), ledger)
    }
    for (const one of this.#lookalikes) if (one.sync === from) one.sync = to
    for (const plan of this.#plans) if (plan.sync === from) plan.sync = to
    this.#runs = this.#runs.map((run) => (run.sync === from ? { ...run, sync: to } : run))
    await this.approve(to, other?.approvals.map(({ approval }) => approval) ?? [])
    this.#endLease(from)
  }

  async drop(sync: string): Promise<void> {
    this.#endLease(sync)
    this.#syncs.delete(sync)
    for (const id of this.#ledgers.keys())
      if (id.startsWith(ledgerId(sync, ''))) this.#ledgers.delete(id)
    this.#lookalikes = this.#lookalikes.filter((one) => one.sync !== sync)
    this.#plans = this.#plans.filter((plan) => plan.sync !== sync)
  }

  async syncs(): Promise<readonly string[]> {
    return [...this.#syncs]
      .filter(([, { remoteId }]) => remoteId !== null)
      .map(([sync]) => sync)
      .toSorted()
  }

  async ledger(sync: string, remoteId: string): Promise<RemoteLedger | null> {
    return this.#ledgers.has(ledgerId(sync, remoteId)) ? this.#ledgerOf(sync, remoteId) : null
  }

  async ledgers() {
    return [...this.#ledgers]
      .map(([id, ledger]) => ({ sync: id.split('\n')[0] ?? '', ledger: { ...ledger } }))
      .toSorted((a, b) =>
        ledgerId(a.sync, a.ledger.remoteId) < ledgerId(b.sync, b.ledger.remoteId) ? -1 : 1,
      )
  }

  async moveLedger(lease: Lease, remoteId: string, files: LedgerFiles): Promise<void> {
    this.#holding(lease)
    const ledger = this.#ledgers.get(ledgerId(lease.sync, remoteId))
    if (ledger !== undefined) Object.assign(ledger, { files })
  }

  async openPlan(sync: string): Promise<OpenPlan | null> {
    return this.#openOf(sync)?.plan ?? null
  }

  async publishPlan(lease: Lease, plan: OpenPlan, scope: PlanScope): Promise<void> {
    this.#holding(lease)
    const open = this.#openOf(lease.sync)
    if (open !== undefined) throw planOpen(lease.sync, open.plan.id)
    this.#plans.push({
      sync: lease.sync,
      plan,
      batches: [],
      closedAt: null,
      certaintyForgotten: scope === 'some' && this.#ledgerOf(lease.sync, plan.remoteId).onlyMaybe,
    })
    const kept = this.#syncs.get(lease.sync)
    if (kept !== undefined && scope === 'everyone')
      kept.approvals = kept.approvals.map(({ approval }) => ({ approval, plan: plan.id }))
  }

  async intend(lease: Lease, plan: string, intent: Omit<Batch, 'sequence' | 'outcome'>) {
    this.#holding(lease)
    const { batches } = this.#mustBeOpen(lease, plan)
    const sequence = batches.length + 1
    batches.push({ ...intent, sequence, outcome: undefined })
    return sequence
  }

  async settle(lease: Lease, plan: string, sequence: number, outcome: BatchOutcome) {
    this.#holding(lease)
    const kept = this.#plans.find((one) => one.plan.id === plan && one.sync === lease.sync)
    const batch = kept?.batches[sequence - 1]
    if (kept === undefined || batch === undefined || batch.outcome !== undefined)
      throw new Error(`No batch ${sequence} of the plan ${plan} waits for an answer`)
    kept.batches[sequence - 1] = { ...batch, outcome }
  }

  async finishReplacement(lease: Lease, plan: string): Promise<void> {
    this.#holding(lease)
    const kept = this.#mustBeOpen(lease, plan)
    if (kept.plan.replacement === 'none') throw new Error(`The plan ${plan} replaces nothing`)
    kept.plan = { ...kept.plan, replacement: 'finished' }
  }

  async batches(plan: string): Promise<readonly Batch[]> {
    return [...(this.#plans.find((one) => one.plan.id === plan)?.batches ?? [])]
  }

  async giveUpUnanswered(lease: Lease, now: number, settlesAt: number): Promise<void> {
    this.#holding(lease)
    const message = 'The worker that sent it ended before the answer came'
    for (const { sync, batches } of this.#plans)
      if (sync === lease.sync)
        for (const [place, batch] of batches.entries())
          if (batch.outcome === undefined)
            batches[place] = {
              ...batch,
              outcome: { kind: 'unknown', at: now, settlesAt, message },
            }
  }

  async unsettled(sync: string, remoteId: string, now: number) {
    return this.#plans
      .filter((one) => one.sync === sync && one.plan.remoteId === remoteId)
      .flatMap(({ plan, batches }) =>
        batches
          .filter(({ outcome }) =>
            outcome === undefined ? true : outcome.kind === 'unknown' && outcome.settlesAt > now,
          )
          .map((batch) => ({ file: plan.file, batch })),
      )
  }

  async closePlan(lease: Lease, { id }: OpenPlan, files: LedgerFiles, generation: number) {
    const { takenAt } = this.#holding(lease)
    const kept = this.#mustBeOpen(lease, id)
    const { plan, batches, certaintyForgotten } = kept
    const ledger = this.#ledgers.get(ledgerId(lease.sync, plan.remoteId))
    if (ledger !== undefined) {
      Object.assign(ledger, { files, generation, onlyMaybe: certaintyForgotten })
      if (plan.replacement === 'finished') ledger.strangers = false
    }
    kept.closedAt = Math.max(takenAt, ...batches.map(({ intendedAt }) => intendedAt))
    const sync = this.#syncs.get(lease.sync)
    if (sync === undefined) return
    sync.normaliserVersion = plan.normaliserVersion
    sync.suppressionDigest = plan.suppressionDigest
    sync.approvals = sync.approvals.filter((approval) => approval.plan !== id)
  }

  async movePlans(lease: Lease, plans: readonly string[], file: string): Promise<void> {
    this.#holding(lease)
    for (const kept of this.#plans)
      if (plans.includes(kept.plan.id) && kept.sync === lease.sync && kept.closedAt !== null)
        kept.plan = { ...kept.plan, file }
  }

  async filesInUse(): Promise<ReadonlySet<string>> {
    const files = [...this.#ledgers.values()].flatMap(({ files: { base, overlays } }) => [
      ...(base === null ? [] : [base]),
      ...overlays,
    ])
    return new Set([...files, ...this.#plans.map(({ plan }) => plan.file)])
  }

  async plans(sync: string): Promise<readonly KnownPlan[]> {
    return this.#plans
      .filter((one) => one.sync === sync)
      .map(({ plan: { id, file, remoteId }, closedAt }) => ({ id, file, remoteId, closedAt }))
  }

  async forgetPlansBefore(time: number): Promise<void> {
    const mayAct = ({ outcome }: Batch): boolean =>
      outcome === undefined || (outcome.kind === 'unknown' && outcome.settlesAt > time)
    this.#plans = this.#plans.filter(
      ({ closedAt, batches }) => closedAt === null || closedAt >= time || batches.some(mayAct),
    )
  }

  async startRun(run: RunRecord): Promise<void> {
    if (this.#runs.some(({ id }) => id === run.id)) throw new Error(`The run ${run.id} was started`)
    this.#runs.push(run)
    this.#noteSentLive(run)
  }

  async updateRun(run: RunRecord): Promise<void> {
    const place = this.#runs.findIndex(({ id }) => id === run.id)
    if (place < 0) throw new Error(`No run ${run.id} was started`)
    this.#runs[place] = run
    this.#noteSentLive(run)
  }

  async runs({ sync, limit }: { sync?: string; limit: number }): Promise<readonly RunRecord[]> {
    const wanted = this.#runs.filter((run) => sync === undefined || run.sync === sync)
    return wanted
      .toReversed()
      .toSorted((a, b) => b.startedAt - a.startedAt)
      .slice(0, limit)
  }

  async accountNotBefore(account: string): Promise<number> {
    return this.#accounts.get(account) ?? 0
  }

  async pauseAccount(account: string, notBefore: number): Promise<void> {
    this.#accounts.set(account, Math.max(this.#accounts.get(account) ?? 0, notBefore))
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #holding(lease: Lease): HeldLease {
    const last = this.#leases.get(lease.sync)
    if (last?.epoch !== lease.epoch || last.owner !== lease.owner) throw leaseLost(lease)
    return last
  }

  #endLease(sync: string): void {
    const last = this.#leases.get(sync)
    if (last !== undefined) last.owner = null
  }

  #put(sync: string, change: Partial<KeptSync>): void {
    this.#syncs.set(sync, { ...(this.#syncs.get(sync) ?? NEW_SYNC), ...change })
  }

  #ledgerOf(sync: string, remoteId: string): RemoteLedger {
    return { ...(this.#ledgers.get(ledgerId(sync, remoteId)) ?? { ...NEW_LEDGER, remoteId }) }
  }

  #openOf(sync: string): KeptPlan | undefined {
    return this.#plans.find((one) => one.sync === sync && one.closedAt === null)
  }

  #mustBeOpen({ sync }: Lease, plan: string): KeptPlan {
    const open = this.#openOf(sync)
    if (open?.plan.id !== plan) throw new Error(`The sync "${sync}" has no open plan ${plan}`)
    return open
  }

  /** L becomes empty now, and stays so when a plan made before is closed. */
  #forgetCertainty(sync: string, remoteId: string): void {
    const ledger = this.#ledgers.get(ledgerId(sync, remoteId))
    if (ledger !== undefined) ledger.onlyMaybe = true
    const open = this.#openOf(sync)
    if (open?.plan.remoteId === remoteId) open.certaintyForgotten = true
  }

  #noteSentLive({ environment, sent, sync, lookalikes }: RunRecord): void {
    const made = lookalikes?.some(({ state }) => state === 'made') ?? false
    if (environment === 'LIVE' && (sent.requests > 0 || made) && this.#syncs.has(sync))
      this.#put(sync, { sentLive: true })
  }
}

interface HeldLease {
  readonly epoch: number
  owner: string | null
  readonly takenAt: number
  until: number
}

interface KeptSync extends Omit<SyncState, 'remote' | 'approvals' | 'lookalikes'> {
  remoteId: string | null
  normaliserVersion: number | null
  suppressionDigest: string | null
  approvals: readonly { readonly approval: Approval; readonly plan: string | null }[]
}

interface KeptLedger extends RemoteLedger {
  onlyMaybe: boolean
  strangers: boolean
  scopes: Scopes
}

interface KeptPlan {
  sync: string
  plan: OpenPlan
  readonly batches: Batch[]
  closedAt: number | null
  certaintyForgotten: boolean
}

const NEW_SYNC: KeptSync = {
  remoteId: null,
  creating: null,
  blocked: null,
  normaliserVersion: null,
  suppressionDigest: null,
  sentLive: false,
  approvals: [],
}

const NEW_LEDGER: Omit<KeptLedger, 'remoteId'> = {
  files: { base: null, overlays: [], baseRows: 0, overlayRows: 0 },
  generation: 0,
  onlyMaybe: false,
  strangers: false,
  scopes: NO_SCOPES,
}

const ledgerId = (sync: string, remoteId: string): string => `${sync}\n${remoteId}`

function leaseLost({ sync, epoch }: Lease): RollcallError {
  return failure('store/lease-lost', `Another worker has taken over "${sync}" after epoch ${epoch}`)
}

function audienceTaken(remoteId: string, keeper: string): RollcallError {
  return failure('store/audience-taken', `The audience ${remoteId} is kept by "${keeper}"`)
}

function syncExists(from: string, to: string): RollcallError {
  return failure('store/sync-exists', `Cannot rename "${from}": "${to}" has an audience`)
}

function planOpen(sync: string, plan: string): RollcallError {
  return failure('store/plan-open', `The sync "${sync}" has an open plan already: ${plan}`)
}

function failure(code: string, message: string): RollcallError {
  return new RollcallError(message, { code, next: 'retry', remedy: 'Nothing to do' })
}
