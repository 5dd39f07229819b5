import type { StrongKey } from '../core/sync/strong.ts'
import type { Tombstone, TombstoneKind } from '../core/sync/tombstone.ts'
import type { Next } from '../core/error.ts'

/**
 * What is kept of erasures: a record for each, which proves what was done and has nothing of the person in it; while something is
 * left to do, what is needed for that; and tombstones for ever.
 */

/** Why a place is not done: the codes of `RollcallError`, without its message, which may quote. */
export interface ErasureProblem {
  readonly code: string
  readonly next: Next
  readonly remedy: string
}

/** One remote audience, or one ad account as a whole. */
export interface ErasurePlace {
  readonly kind: 'audience' | 'account'
  /** The sync of an audience; of an account, SANDBOX or LIVE. */
  readonly of: string
  readonly id: string
  /** `gone`: the audience is deleted, and everybody in it with it. `forgotten`: its ledger was given up while this was under way. */
  readonly state: 'pending' | 'done' | 'gone' | 'forgotten'
  /** Rows of the person that the ledger had, and rows whose removal was accepted. Of an account, rows sent. */
  readonly rows: number
  readonly removed: number
  readonly requests: number
  readonly at: number
  readonly problem: ErasureProblem | null
}

/** What was taken out of the state folder. */
export interface ErasedHere {
  readonly profiles: number
  readonly identifiers: number
  readonly events: number
  readonly journal: number
  readonly rejected: number
  readonly ledgers: number
  readonly plans: number
  readonly files: number
}

export interface ErasureRecord {
  readonly id: string
  readonly askedAt: number
  /** Null while something is left to do. */
  readonly finishedAt: number | null
  /** By which kinds of identifiers the person was named. */
  readonly by: readonly string[]
  readonly here: ErasedHere
  readonly places: readonly ErasurePlace[]
  readonly tombstones: number
  /** Why the state folder is not done. */
  readonly problem: ErasureProblem | null
}

/** What is needed of the person until all is done. Hashes of the person stand in it, so it is given up then. */
export interface ErasureNeeds {
  /** Strong keys that are the person's alone. */
  readonly own: readonly StrongKey[]
  /** All strong keys of their rows. */
  readonly keys: readonly StrongKey[]
  /** By remote audience, which members they are. */
  readonly members: Readonly<Record<string, readonly string[]>>
  /** Ids of the people that Rollcall keeps. */
  readonly people: readonly string[]
  /** By which the person was named, as tombstones of the people that Rollcall keeps. */
  readonly named: readonly string[]
}

export interface PendingErasure {
  readonly record: ErasureRecord
  readonly needs: ErasureNeeds
}

export interface ErasureStore {
  /** One transaction: from here on nobody sends the person, and somebody has to see to the rest. */
  beginErasure(erasure: PendingErasure, tombstones: readonly Tombstone[]): Promise<void>
  /** Oldest first. */
  pendingErasures(): Promise<readonly PendingErasure[]>
  updateErasure(record: ErasureRecord): Promise<void>
  /** Keeps the record, gives up what was needed, and leaves nothing of it in the store's own files. */
  finishErasure(record: ErasureRecord): Promise<void>
  /** Newest first. */
  erasures(): Promise<readonly ErasureRecord[]>
  tombstones(): Promise<ReadonlyMap<string, TombstoneKind>>
  /** Another one whenever there are other tombstones. */
  tombstonesVersion(): Promise<number>
}
