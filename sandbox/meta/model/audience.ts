import type { MatchKey } from './match-keys.ts'
import type { VisibleSize } from './size-ramp.ts'

/** How the rows of an audience are identified, fixed by its first upload: array schemas, or one bare key. */
export type SourceKind = 'MULTI_HASHES' | 'HASHES_OR_USER_IDS'

/** One upload session, as the sessions edge tells it. */
export interface Upload {
  readonly sessionId: string
  readonly startedAt: number
  /** Null until the last batch was marked. */
  readonly endedAt: number | null
  readonly received: number
  readonly invalid: number
}

/** A replace session that has not ended. */
interface ReplaceSession {
  readonly id: string
  readonly startedAt: number
  readonly schema: readonly MatchKey[]
  /** When the swap happens, once the last batch has come. */
  readonly swapAt: number | null
}

export type ReplaceEnd = 'finished' | 'timed-out' | 'failed'

export interface Lookalike {
  readonly originId: string
  readonly spec: Readonly<Record<string, unknown>>
  /** How many people it finds. */
  readonly people: number
}

/** All that is known of an audience but its members; plain data, replaced as a whole when anything in it changes. */
export interface AudienceRecord {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly description: string
  readonly subtype: 'CUSTOM' | 'LOOKALIKE'
  readonly customerFileSource: string | null
  readonly optOutLink: string | null
  readonly retentionDays: number
  readonly valueBased: boolean
  readonly lookalike: Lookalike | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly contentUpdatedAt: number
  readonly flagged: boolean
  /** The last replacement failed and none has succeeded since. */
  readonly replaceFailed: boolean
  readonly sourceKind: SourceKind | null
  readonly size: VisibleSize
  readonly uploads: readonly Upload[]
  readonly replace: ReplaceSession | null
  readonly replacesEnded: Readonly<Record<string, ReplaceEnd>>
}

/** What the caller chooses about a new audience. */
export type AudienceChoice = Pick<
  AudienceRecord,
  | 'name'
  | 'description'
  | 'subtype'
  | 'customerFileSource'
  | 'optOutLink'
  | 'retentionDays'
  | 'valueBased'
  | 'lookalike'
>
