import type { ResolvedAudience, ResolvedModel } from '../core/audience/audience.ts'
import type { ConsentSource } from '../core/consent-source.ts'
import type { MatchKey } from '../core/match-key/table.ts'
import type { Mode } from '../core/sync/diff.ts'
import type { GuardSettings } from '../core/sync/guard.ts'
import type { IdentityRules } from '../core/identity/rules.ts'
import type { Lookalike } from '../core/lookalike.ts'
import type { CustomerFileSource } from '../core/customer-file-source.ts'
import type { Scopes } from '../core/scopes.ts'
import type { ComputedTraits } from './computed-traits.ts'
import type { SecretReference } from './secret-reference.ts'

/**
 * One workspace, read and checked: every default filled in, every reference known to lead somewhere. Paths are as they were
 * written, relative to the file's folder. Durations are milliseconds.
 */
export interface Definition {
  readonly version: 1
  readonly defaults: Defaults
  readonly sources: Readonly<Record<string, Source>>
  readonly models: Readonly<Record<string, ResolvedModel>>
  readonly computedTraits: ComputedTraits
  readonly audiences: Readonly<Record<string, AudienceDefinition>>
  readonly destinations: Readonly<Record<string, DestinationDefinition>>
  readonly syncs: Readonly<Record<string, SyncDefinition>>
  /** What tracking clients send events as. */
  readonly trackingSources: Readonly<Record<string, TrackingSourceDefinition>>
  /** Files with identifiers that are never sent. */
  readonly doNotSend: readonly string[]
  /** Who counts as one person among those who send messages. */
  readonly identity: IdentityRules
  /** What the people of `profiles` may agree to, by purpose. */
  readonly consent: Readonly<Record<string, ConsentSource>>
  readonly retention: Retention
}

/** How long things are kept. */
interface Retention {
  readonly plansMs: number
  readonly intervalsMs: number
  /** Events of the people that Rollcall keeps, by their own time; null: for ever. */
  readonly eventsMs: number | null
}

export interface Defaults {
  /** An IANA name. */
  readonly timeZone: string
  readonly everyMs: number
  /** ISO alpha-2 in capitals; null: numbers without a country are rejected. */
  readonly phoneCountry: string | null
}

export type Source =
  /** Every CSV, Parquet or JSON file in a folder is a table. */
  | { readonly type: 'files'; readonly path: string; readonly encoding: string | null }
  /** A DuckDB database file. */
  | { readonly type: 'duckdb'; readonly path: string }

export interface AudienceDefinition extends ResolvedAudience {
  /** The key that it had before. */
  readonly movedFrom: string | null
}

interface TrackingSourceDefinition {
  readonly key: string
  /** What a client names the source by. */
  readonly writeKey: SecretReference
}

export interface DestinationDefinition {
  readonly key: string
  readonly type: 'meta'
  readonly environment: 'live' | 'sandbox'
  /** `act_` and digits. */
  readonly adAccount: string
  /** Null only in the sandbox, which has its own. */
  readonly accessToken: SecretReference | null
  readonly appSecret: SecretReference | null
  /** `v25.0`; null for the client's own. */
  readonly apiVersion: string | null
  /** Where the API is, when it is not where one would look: null in the sandbox means that the command starts its own. */
  readonly apiUrl: string | null
  /** What people must have agreed to before they are sent there; null: not said. */
  readonly consent: string | null
}

export interface SyncDefinition {
  readonly key: string
  readonly audience: string
  readonly destination: string
  /** What its destination wants people to have agreed to; null: not said. */
  readonly consent: string | null
  /** By match key, the columns or traits that hold its values; `value` is in it as LOOKALIKE_VALUE. */
  readonly mapping: Readonly<Partial<Record<MatchKey, readonly string[]>>>
  /** Within what its app- and page-scoped ids count. */
  readonly scopes: Scopes
  /** The column of a value-based audience. */
  readonly value: string | null
  readonly mode: Mode
  /** The people below this fraction (MD5 of salt and key, as in `sample`) are never sent; null: nobody is held out. */
  readonly holdout: { readonly fraction: number; readonly salt: string } | null
  readonly guards: GuardSettings
  /** Rows last asserted longer ago are asserted again; 0 is off. */
  readonly reassertMs: number
  /** An existing Custom Audience to take over. */
  readonly customAudience: string | null
  /** Made from its Custom Audience, and kept. */
  readonly lookalikes: readonly Lookalike[]
  readonly customerFileSource: CustomerFileSource
  readonly paused: boolean
  readonly movedFrom: string | null
  /** What the platform shows, when it is not the audience's own. */
  readonly name: string | null
  readonly description: string | null
  readonly everyMs: number
  /** How long an unanswered request may still take effect. */
  readonly settleMs: number
  /** What is done when the remote audience was deleted on the platform. */
  readonly whenGone: 'pause' | 'recreate'
}
