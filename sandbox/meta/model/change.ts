import type { AccessToken, AdAccount } from './account.ts'
import type { AudienceRecord, SourceKind } from './audience.ts'
import type { ExternEntry } from './extern-memory.ts'
import type { MatchKey, Row } from './match-keys.ts'
import type { Held } from './membership.ts'

/** Valid rows of one request, on their way into the state. */
export interface RowsChange {
  readonly rows: readonly Row[]
  /** Valid rows; more than `rows.length` where rows are only counted. */
  readonly count: number
  readonly received: number
  readonly sessionId: string
  readonly last: boolean
}

/**
 * All that can happen to the state. Each request that changes something is one of these, applied at once and written
 * down as one line; the state is what results from applying all lines in order.
 */
export type Change =
  | { readonly kind: 'reset' }
  | { readonly kind: 'clock'; readonly advanceMs: number }
  | { readonly kind: 'account'; readonly account: AdAccount }
  | { readonly kind: 'token'; readonly token: AccessToken }
  | { readonly kind: 'audience'; readonly record: AudienceRecord }
  | { readonly kind: 'audience-deleted'; readonly id: string }
  | (RowsChange & {
      readonly kind: 'members'
      readonly operation: 'add' | 'remove'
      readonly id: string
      readonly at: number
      readonly source: SourceKind | null
    })
  | (RowsChange & {
      readonly kind: 'replace'
      readonly id: string
      readonly at: number
      readonly source: SourceKind
      readonly schema: readonly MatchKey[]
      /** When the swap happens if this is the last batch; null: it fails instead. */
      readonly swapAt: number | null
    })
  | {
      readonly kind: 'remove-everywhere'
      readonly accountId: string
      readonly at: number
      readonly rows: readonly Row[]
      readonly count: number
    }
  // Only in a compacted log:
  | { readonly kind: 'ids'; readonly base: number; readonly given: number }
  | {
      readonly kind: 'held'
      readonly id: string
      readonly staged: boolean
      readonly held: Held
    }
  | {
      readonly kind: 'extern-memory'
      readonly accountId: string
      readonly entries: readonly ExternEntry[]
    }
