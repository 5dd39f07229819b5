import type { MappedValues } from '../core/match-key/rows.ts'
import type { FoldedRow } from '../core/sync/fold.ts'
import type { PlacedRow, PlanRow, TouchedMember } from '../core/sync/row.ts'
import type { StrongKey } from '../core/sync/strong.ts'
import type { LedgerFiles, RemoteLedger } from '../store/port.ts'

/**
 * Where a run's sets are laid out: who belongs now, what the ledger says, the plan. What needs the whole set at once is done
 * here, as SQL over files in the real one; what is decided about one member or one row is decided by its callers.
 * Rows come and go in chunks, sorted by member unless said otherwise.
 */
export interface Workbench {
  /** Evaluates the audience in one snapshot and sets it beside the ledger. */
  compare(question: Comparing): Promise<Comparison>
  /**
   * Finds the members of whom the ledger has a row with one of these keys; `touched` then hands them out as kept. Asks the ledger alone.
   * @returns how many they are
   */
  findSuppressed(ledger: RemoteLedger, keys: readonly StrongKey[]): Promise<number>
  /**
   * Finds the members of the ledger who may be in the audience and do not agree to what it is for, now; `touched` then hands
   * them out as withdrawn. Asks the source, and nobody where nothing is to be agreed to.
   * @returns how many they are
   */
  findWithdrawn(ledger: RemoteLedger): Promise<number>
  /** The members that `compare` found to need a look. */
  touched(): AsyncIterable<readonly TouchedPerson[]>
  /** Writes a plan file, durably, after filling in which keys of unwanted rows somebody in D holds. @returns how many rows it has */
  plan(name: string, rows: AsyncIterable<readonly PlanRow[]>): Promise<number>
  /**
   * The plan's rows to send, in the order of positions, each chunk to go into one request: at most `rowsMax`, all with
   * EXTERN_ID (in a removal: carrying it) or all without.
   */
  toSend(
    plan: string,
    operation: 'add' | 'remove',
    rowsMax: number,
  ): AsyncIterable<readonly PlacedRow[]>
  countToSend(plan: string): Promise<ToSend>
  /** Deletes a plan file that was not published. */
  discard(plan: string): Promise<void>
  /** Rows of a plan by position, of this or an earlier run. */
  rowsAt(plan: string, offset: number, count: number): Promise<readonly PlacedRow[]>
  /** The plan's rows, member by member. */
  byMember(plan: string): AsyncIterable<readonly (readonly PlacedRow[])[]>
  /** Writes the ledger's next files, durably: these members replace what it held of them. Rows that are covered now are dropped. */
  fold(ledger: RemoteLedger, members: AsyncIterable<readonly FoldedMember[]>): Promise<LedgerFiles>
}

export interface Comparing {
  readonly ledger: RemoteLedger
  /** Look at every member, changed or not. */
  readonly everyone: boolean
  /** Nobody belongs any more, whatever the source says: the audience is being emptied. */
  readonly nobody: boolean
  /** Members who left stay where they are, so they need no look. */
  readonly ignoreLeft: boolean
  /** The present moment in milliseconds, and how old an assertion may grow; 0 means for ever. */
  readonly now: number
  readonly reassertMs: number
  /** Strong keys that came onto the do-not-send list: whoever the ledger knows by one of them needs a look. */
  readonly suppressed: readonly StrongKey[]
  /** Keys of the members who are looked at; everybody else is as the ledger has them. Null: everybody is looked at. */
  readonly only: readonly string[] | null
}

export interface Comparison {
  /** Members now, and how many of them the ledger knows to have no usable row and need no look. Others count as the ledger has them. */
  readonly members: number
  /** Who would be among them if they agreed. */
  readonly withoutConsent: number
  readonly unusableKept: number
  /** Members with at least one row in U. */
  readonly present: number
  /** What is wrong with the model's key, with a few of the keys concerned. */
  readonly keyless: number
  readonly duplicates: { readonly count: number; readonly samples: readonly string[] }
}

export interface TouchedPerson extends TouchedMember {
  /** Their values by match key, for a `changed` member. */
  readonly values: MappedValues | null
}

export interface ToSend {
  readonly add: number
  readonly remove: number
  /** Rows of removals with nothing to carry. */
  readonly covered: number
  /** Do all rows to be added have an EXTERN_ID? */
  readonly allExtern: boolean
  /** People with at least one row to be removed for another cause than that somebody said no. */
  readonly removing: number
  readonly causes: Readonly<Record<string, number>>
}

export interface FoldedMember {
  readonly member: string
  /** Their raw fingerprint now; null when they are no longer in the audience. */
  readonly raw: string | null
  readonly rows: readonly FoldedRow[]
}
