import type { Cells } from '../match-key/rows.ts'

/**
 * The rows of the sync protocol. A match row is told apart by its member and its row fingerprint; two members who share an
 * e-mail have two rows that share a key. Fingerprints and members are 16 bytes, written as UUID text.
 */

/** What a member should have in the remote audience now, before the ledger is asked. */
export interface DesiredRow {
  readonly row: string
  /** Fingerprint of what stands outside the row's identity, such as its value; null when there is nothing of the kind. */
  readonly value: string | null
  readonly cells: Cells
}

/** One row of the ledger: what we have told the platform about one match row of one member. */
export interface LedgerRow {
  readonly member: string
  /** Null: the member is known and has no usable row. */
  readonly row: string | null
  /** Null: none, or not known because the request that carried it was not answered. */
  readonly value: string | null
  /** May be in the remote audience: the row is in the upper bound U. */
  readonly inU: boolean
  /** Is surely in the remote audience: the row is in the lower bound L. */
  readonly inL: boolean
  /** Why the platform called this row invalid; it is not sent again until it changes. */
  readonly quarantine: string | null
  /** When the platform last accepted an add of it, in milliseconds since the epoch. */
  readonly assertedAt: number | null
  readonly cells: Cells
  /** Was in the desired set D at the last evaluation. */
  readonly desired: boolean
}

/** A member that the run has to look at, with what the ledger holds of them. */
export interface TouchedMember {
  readonly member: string
  /** `changed`: their values were read again. `kept`: unchanged, but their rows are due to be asserted. `left`: no longer in the audience. `withdrawn`: no longer agrees to what the destination is for. */
  readonly kind: 'changed' | 'kept' | 'left' | 'withdrawn'
  /** The raw fingerprint that the engine computed now; null when the member left or withdrew. */
  readonly raw: string | null
  readonly ledger: readonly LedgerRow[]
}

export const OPERATIONS = ['add', 'remove', 'none'] as const
export type Operation = (typeof OPERATIONS)[number]

/**
 * Why a row is sent, for people. `unsure`: an earlier request was not answered. `returning`: a removal of another row may take
 * this person out, so they are added again. `suppressed`: the do-not-send list names it. `withdrawn`: its person no longer agrees.
 * `erased`: the person asked to be erased.
 */
export const CAUSES = [
  'entered',
  'changed',
  'value',
  'unsure',
  'returning',
  'reassert',
  'left',
  'suppressed',
  'withdrawn',
  'erased',
  'none',
] as const
export type Cause = (typeof CAUSES)[number]

/** Causes for which people are taken out in every mode and past every guard: somebody said no. */
export const UNHELD_CAUSES = [
  'suppressed',
  'withdrawn',
  'erased',
] as const satisfies readonly Cause[]

export const isUnheld = (cause: Cause): boolean => UNHELD_CAUSES.some((unheld) => unheld === cause)

/** One match row of a touched member: as it stands in the ledger, as it should be, and what follows. `desired` is the newest. */
export interface PlanRow extends LedgerRow {
  readonly raw: string | null
  /** The value fingerprint that it should have; meaningless when not desired. */
  readonly valueNext: string | null
  readonly operation: Operation
  readonly cause: Cause
  /** Bits of `STRONG_KEYS`: the strong keys of this row that some row of D holds. Only known for rows that are not desired. */
  readonly held: number
}

/** A plan row with its place in the order of sending. */
export interface PlacedRow extends PlanRow {
  readonly position: number
}
