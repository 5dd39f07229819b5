import type { Batch, BatchIntent, BatchOutcome } from '../core/sync/batch.ts'
import type { PlanCounts } from '../core/sync/count.ts'
import type { Replacement } from '../core/sync/fold.ts'
import type { Approval, Hold } from '../core/sync/guard.ts'
import type { Mode } from '../core/sync/diff.ts'
import type { ShownLookalike } from '../core/lookalike.ts'
import type { Scopes } from '../core/scopes.ts'

/**
 * What must survive a crash, beside the ledger's and plans' files: a few small rows. Every write of a run carries its lease's
 * epoch, and a write with an epoch that is not the newest, or whose lease was released or broken, changes nothing and throws
 * `store/lease-lost`: a worker that was given up for dead can do no harm. A lease that ran out and that nobody took still holds.
 * A write that returned is durable; one that threw left nothing behind.
 */

/** The right to run one sync, until it is taken over. Times are milliseconds since the epoch. */
export interface Lease {
  readonly sync: string
  readonly epoch: number
  readonly owner: string
}

type LeaseAnswer =
  | { readonly kind: 'taken'; readonly lease: Lease }
  | { readonly kind: 'held'; readonly owner: string; readonly until: number }

/** The ledger's files, oldest first: a base and the overlays that replace members of it. Names, not paths. */
export interface LedgerFiles {
  readonly base: string | null
  readonly overlays: readonly string[]
  /** Rows in the base, and in all overlays together. */
  readonly baseRows: number
  readonly overlayRows: number
}

/** What is known of one remote audience of a sync. It is kept after the audience is gone: an id seen again gets its U back. */
export interface RemoteLedger {
  readonly remoteId: string
  readonly files: LedgerFiles
  /** Grows with every fold; the remote description ends in it. */
  readonly generation: number
  /** L is empty whatever the files say: the audience was gone, or the state is older than its mark. */
  readonly onlyMaybe: boolean
  /** People other than ours may be in it: it was not made by Rollcall, and not replaced since. */
  readonly strangers: boolean
  /** Within what the app- and page-scoped ids that it was sent count. */
  readonly scopes: Scopes
}

/** A lookalike that was made for a sync, also one that its definition no longer has. */
export interface KeptLookalike {
  readonly id: string
  /** The remote audience that it was made from. */
  readonly originId: string
  /** What it was made as: `lookalikeText` of it, and its words for people. */
  readonly text: string
  readonly label: string
}

/** A remote ledger with the sync that it is of; it may have let go of that audience. */
export interface KeptLedger {
  readonly sync: string
  readonly ledger: RemoteLedger
}

/** Why a sync does not run until a person acts. */
export interface Blocked {
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly since: number
}

export interface SyncState {
  /** The remote audience it keeps now; null before the first. */
  readonly remote: RemoteLedger | null
  /** Set durably before a remote audience is created, and cleared when its id is known: a create that was not answered is found by it. */
  readonly creating: string | null
  readonly blocked: Blocked | null
  /** The normaliser's version of the last plan that was folded. */
  readonly normaliserVersion: number | null
  /** What the do-not-send list was at the last fold. */
  readonly suppressionDigest: string | null
  /** Has anything ever been sent for it to a live account? Known from its runs' records. */
  readonly sentLive: boolean
  readonly approvals: readonly Approval[]
  /** Made for it, in the order of their ids. */
  readonly lookalikes: readonly KeptLookalike[]
}

/** A plan that is durable and whose outcomes are not yet in the ledger. */
export interface OpenPlan {
  readonly id: string
  /** The one remote audience that it may be sent to. */
  readonly remoteId: string
  /** The plan file's name. */
  readonly file: string
  readonly mode: Mode
  readonly replacement: Replacement
  readonly normaliserVersion: number
  readonly suppressionDigest: string
}

/** Whether a plan says of every member what is to become of them, or only of some. */
export type PlanScope = 'everyone' | 'some'

/** A plan as the history knows it. */
export interface KnownPlan {
  readonly id: string
  /** Of a closed plan it may be that of others too. */
  readonly file: string
  readonly remoteId: string
  /**
   * Null while it is open. When the run that closed it took its lease, or its last request went out, whichever came later:
   * the store has no clock of its own.
   */
  readonly closedAt: number | null
}

/** A batch of an earlier plan that may still take effect, with where its rows are. */
export interface UnsettledBatch {
  readonly file: string
  readonly batch: Batch
}

type RunState = 'running' | 'done' | 'held' | 'blocked' | 'waiting' | 'failed' | 'died'

/** One execution of a sync, as `runs` shows it. */
export interface RunRecord {
  readonly id: string
  readonly sync: string
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly startedAt: number
  readonly finishedAt: number | null
  readonly state: RunState
  readonly remoteId: string | null
  readonly plan: PlanCounts | null
  readonly holds: readonly Hold[]
  /** Rows by what became of them. */
  readonly sent: SentCounts
  /** Why it did not end as `done`: a code, what happened, what to do. */
  readonly problem: Blocked | null
  /** How the sync's lookalikes stood at its end. Runs of earlier versions do not have it. */
  readonly lookalikes?: readonly ShownLookalike[]
}

export interface SentCounts {
  readonly requests: number
  readonly added: number
  readonly removed: number
  /** Called invalid by the platform, per reason. */
  readonly invalid: Readonly<Record<string, number>>
  /** In requests that were not answered, accepted behind a fence, or have invalid rows that are not found yet: the next run does them again. */
  readonly unsure: number
  /** In requests that took no effect. */
  readonly refused: number
}

export interface Store {
  /**
   * Takes the lease when nobody has it, when its holder's time has passed, or from the same owner; each time with a new epoch,
   * so that the former lease is worth nothing. Of several that race for it, exactly one gets it.
   */
  takeLease(sync: string, owner: string, now: number, until: number): Promise<LeaseAnswer>
  renewLease(lease: Lease, until: number): Promise<void>
  /** A lease that nobody has any more is released already: only one that somebody took since is `store/lease-lost`. */
  releaseLease(lease: Lease): Promise<void>
  /** Takes the lease from an owner known to be dead, before its time. Does nothing when somebody else has it. */
  breakLease(sync: string, owner: string): Promise<void>
  /** Who holds the lease of which sync, however long ago it ran out. */
  leaseHolders(): Promise<readonly Pick<Lease, 'sync' | 'owner'>[]>

  state(sync: string): Promise<SyncState>
  /** Remembers that an audience with this mark is about to be created. */
  startCreating(lease: Lease, mark: string): Promise<void>
  /**
   * Makes this the sync's remote audience. An id that the sync let go of gets its U back, with L empty: others may have
   * changed it meanwhile. Strangers once seen stay until a replacement. Throws `store/audience-taken` when another sync keeps it.
   */
  bindRemote(lease: Lease, remoteId: string, strangers: boolean): Promise<RemoteLedger>
  /** L becomes empty and U stays, for the sync's present remote audience; `unbind` also lets go of it. */
  forgetCertainty(lease: Lease, unbind: boolean): Promise<void>
  /** Durable before the first request that names them. */
  keepScopes(lease: Lease, remoteId: string, scopes: Scopes): Promise<void>
  keepLookalike(lease: Lease, lookalike: KeptLookalike): Promise<void>
  forgetLookalike(lease: Lease, id: string): Promise<void>
  block(lease: Lease, blocked: Blocked | null): Promise<void>
  /** Each takes the place of an earlier one for the same guard. */
  approve(sync: string, approvals: readonly Approval[]): Promise<void>
  /**
   * Gives a sync's whole state and its runs to its new key, and ends the old key's lease. Nothing happens when there is no such
   * state; throws `store/sync-exists` when the new key has a ledger of its own.
   */
  rename(from: string, to: string): Promise<void>
  /** Forgets a sync, its ledgers and its plans, and ends its lease; runs stay. */
  drop(sync: string): Promise<void>
  /** Keys of all syncs that have a remote audience. */
  syncs(): Promise<readonly string[]>

  /** What is known of one remote audience of a sync, whether or not it keeps it now. */
  ledger(sync: string, remoteId: string): Promise<RemoteLedger | null>
  /** Those of all syncs, also of audiences that a sync let go of. */
  ledgers(): Promise<readonly KeptLedger[]>
  /** Puts other files with the same people, less those who were erased, in the place of a ledger's; its bounds stay as they are. */
  moveLedger(lease: Lease, remoteId: string, files: LedgerFiles): Promise<void>

  openPlan(sync: string): Promise<OpenPlan | null>
  /**
   * Publishes a plan whose file is durable. From here on it may be sent. Throws `store/plan-open` before the last is closed.
   * @param scope With `some`, members that the plan does not know may need a look too: closing it neither makes a doubted ledger
   *   certain nor clears approvals.
   */
  publishPlan(lease: Lease, plan: OpenPlan, scope: PlanScope): Promise<void>
  /** Durable before the request goes out. @returns the batch's sequence in its plan, from 1 */
  intend(lease: Lease, plan: string, intent: BatchIntent): Promise<number>
  /** Each batch is settled once: what was answered is never rewritten. */
  settle(lease: Lease, plan: string, sequence: number, outcome: BatchOutcome): Promise<void>
  /** Marks that every batch of the plan's replace session was accepted and the audience is normal again. */
  finishReplacement(lease: Lease, plan: string): Promise<void>
  batches(plan: string): Promise<readonly Batch[]>
  /** Every unanswered batch of this sync becomes unknown and settles at `settlesAt`: its worker is dead. */
  giveUpUnanswered(lease: Lease, now: number, settlesAt: number): Promise<void>
  unsettled(sync: string, remoteId: string, now: number): Promise<readonly UnsettledBatch[]>
  /**
   * One transaction: the ledger's next files take over and the plan is closed, with its normaliser and do-not-send list. Clears
   * the approvals that were there when the plan was published; later ones are for the next run. Certainty comes back unless it
   * was forgotten since then, or the plan is only of some; strangers are gone after a finished replacement.
   */
  closePlan(lease: Lease, plan: OpenPlan, files: LedgerFiles, generation: number): Promise<void>
  /**
   * One transaction: puts a file in the place of some closed plans' files. It has the same positions, or says of each row which of
   * the plans it is of and its position there.
   */
  movePlans(lease: Lease, plans: readonly string[], file: string): Promise<void>
  /** Plan and ledger file names that something still refers to: every remote ledger, and every plan not forgotten. */
  filesInUse(): Promise<ReadonlySet<string>>
  /** The sync's plans, open and closed, oldest first: what happened to its members. */
  plans(sync: string): Promise<readonly KnownPlan[]>
  /** Forgets plans closed before `time`, but none with a batch that was unsettled then. */
  forgetPlansBefore(time: number): Promise<void>

  startRun(run: RunRecord): Promise<void>
  updateRun(run: RunRecord): Promise<void>
  /** Newest first. */
  runs(filter: { sync?: string; limit: number }): Promise<readonly RunRecord[]>

  /** Until when no request may go to this ad account. */
  accountNotBefore(account: string): Promise<number>
  /** A pause is only ever made longer. */
  pauseAccount(account: string, notBefore: number): Promise<void>
}
