import type { Generated } from 'kysely'
import type { BatchIntent, BatchOutcome } from '../../core/sync/batch.ts'
import type { Mode } from '../../core/sync/diff.ts'
import type { Replacement } from '../../core/sync/fold.ts'
import type { Guard } from '../../core/sync/guard.ts'
import type { Scopes } from '../../core/scopes.ts'
import type { TombstoneKind } from '../../core/sync/tombstone.ts'
import type { ErasureNeeds, ErasureRecord } from '../erasures.ts'
import type { Blocked, RunRecord } from '../port.ts'

/** The tables as the queries see them; `migrations.ts` makes them. Times are milliseconds since the epoch. */
export interface Tables {
  readonly lease: LeaseTable
  readonly sync: SyncTable
  readonly ledger: LedgerTable
  readonly lookalike: LookalikeTable
  readonly approval: ApprovalTable
  readonly plan: PlanTable
  readonly batch: BatchTable
  readonly run: RunTable
  readonly account: AccountTable
  readonly erasure: ErasureTable
  readonly tombstone: TombstoneTable
}

declare const json: unique symbol
/** JSON text of a value of this type, made by `toJson` alone. */
export type Json<T> = string & { readonly [json]: T }

/** SQLite has no booleans. */
type Flag = 0 | 1

/** Apart from `sync`, since epochs must never start again, whatever is dropped or renamed. */
interface LeaseTable {
  readonly sync: string
  readonly epoch: number
  /** Null when nobody has it. */
  readonly owner: string | null
  readonly taken_at: number
  readonly until: number
}

interface SyncTable {
  readonly key: string
  readonly remote_id: string | null
  readonly creating: string | null
  readonly blocked: Json<Blocked> | null
  readonly normaliser_version: number | null
  readonly suppression_digest: string | null
  readonly sent_live: Flag
}

interface LedgerTable {
  readonly sync: string
  readonly remote_id: string
  readonly base: string | null
  readonly overlays: Json<readonly string[]>
  readonly base_rows: number
  readonly overlay_rows: number
  readonly generation: number
  readonly only_maybe: Flag
  readonly strangers: Flag
  readonly scopes: Generated<Json<Scopes>>
}

interface LookalikeTable {
  readonly sync: string
  readonly id: string
  readonly origin_id: string
  readonly text: string
  readonly label: string
}

interface ApprovalTable {
  readonly sync: string
  readonly guard: Guard
  readonly count: number
  readonly until: number
  /** The plan that it was there for when that was published. */
  readonly plan: string | null
}

interface PlanTable {
  /** Grows with every plan: their order. */
  readonly ordinal: Generated<number>
  readonly id: string
  readonly sync: string
  readonly remote_id: string
  readonly file: string
  readonly mode: Mode
  readonly replacement: Replacement
  readonly normaliser_version: number
  readonly suppression_digest: string
  /** Certainty was forgotten after it was published, so closing it does not bring it back. */
  readonly only_maybe: Flag
  readonly closed_at: number | null
}

interface BatchTable {
  readonly plan: string
  readonly sequence: number
  readonly operation: BatchIntent['operation']
  readonly offset: number
  readonly count: number
  readonly intended_at: number
  readonly fenced: Json<readonly number[]>
  /** Null while unanswered. */
  readonly outcome: Json<BatchOutcome> | null
  /** Of an unknown outcome: until when it may take effect. */
  readonly settles_at: number | null
}

interface RunTable {
  readonly ordinal: Generated<number>
  readonly id: string
  readonly sync: string
  readonly started_at: number
  readonly record: Json<RunRecord>
}

interface AccountTable {
  readonly id: string
  readonly not_before: number
}

interface ErasureTable {
  readonly ordinal: Generated<number>
  readonly id: string
  readonly record: Json<ErasureRecord>
  /** Null once it is finished. */
  readonly needs: Json<ErasureNeeds> | null
}

interface TombstoneTable {
  readonly digest: string
  readonly kind: TombstoneKind
}

export function toJson<T>(value: T): Json<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that makes this mark
  return JSON.stringify(value) as Json<T>
}

/** The text was written by this program, so its type is taken at its word. */
export function fromJson<T>(text: Json<T>): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return JSON.parse(text) as T
}
