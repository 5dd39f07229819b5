import type { CustomerFileSource } from '../core/customer-file-source.ts'
import type { Cells } from '../core/match-key/rows.ts'
import type { Lookalike } from '../core/lookalike.ts'
import type { MatchKey } from '../core/match-key/table.ts'
import type { Scopes } from '../core/scopes.ts'

/**
 * What the sync protocol asks of an ad platform. Each destination is one folder beside this file; an answer is always a
 * value of one of these unions, never an exception, so that no outcome can be passed over.
 */

export interface MembershipRequest {
  readonly operation: 'add' | 'remove' | 'replace'
  readonly audienceId: string
  readonly schema: readonly MatchKey[]
  /** Each row's sent values beside `schema`, null where it has none. */
  readonly rows: readonly Cells[]
  /** Only with `replace`: the session that this batch belongs to. */
  readonly session?: ReplaceSession
  /** With app- or page-scoped ids in `schema`: within what they count. */
  readonly scopes?: Scopes
}

/** Rows to be removed from all audiences of an ad account at once. */
export type RemovalEverywhere = Pick<MembershipRequest, 'schema' | 'rows'>

export interface ReplaceSession {
  /** A positive whole number below 2^53, unique in the ad account. */
  readonly id: number
  /** From 1, each batch of the session one more. */
  readonly sequence: number
  readonly last: boolean
  readonly estimatedTotal: number
}

/** A refusal by the platform, understood: nothing of the request took effect. */
export interface Refusal {
  readonly kind:
    | 'throttled' // the account must wait until `until`
    | 'busy' // the audience is being replaced; wait until `until`
    | 'blocked' // token, permission, terms, business: a person must act
    | 'gone' // the audience is deleted, or cannot be seen any more
    | 'flagged' // the audience is restricted for integrity reasons
    | 'too-small' // a removal would leave the audience too small
    | 'session' // the replace session is broken; a new one is needed
    | 'invalid' // the request itself is wrong: a defect or an unsupported setting
  readonly code: string
  readonly message: string
  readonly remedy: string
  /** Milliseconds since the epoch, with `throttled` and `busy`. */
  readonly until?: number
  /** The platform's trace id, for its support. */
  readonly trace?: string
}

export type MembershipAnswer =
  | {
      readonly kind: 'accepted'
      readonly received: number
      /** How many rows the platform found invalid; it names at most some of them. */
      readonly invalid: number
      readonly named: readonly { readonly row: number; readonly reason: string }[]
    }
  /** No answer, a 5xx, an HTML page, a truncated body, a count that does not add up: it may or may not take effect. */
  | { readonly kind: 'unknown'; readonly message: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface RemoteAudience {
  readonly id: string
  readonly name: string
  readonly description: string
  /** `normal`: the last upload is whole, whatever advice there is; `replacing` while a replace session is open; `flagged` for integrity reasons. */
  readonly state: 'normal' | 'replacing' | 'flagged' | 'expiring' | 'warning'
  /** The platform's own words for its state, for people. */
  readonly stateText: string
  readonly subtype: string
  readonly valueBased: boolean
  /** Can ads use it now? A lookalike takes hours to be filled. */
  readonly ready: boolean
  /** How many lookalikes are made from it, by whomever. */
  readonly lookalikes: number
  /** Bounds of the people matched, as the platform tells them; null where it does not. */
  readonly sizeLower: number | null
  readonly sizeUpper: number | null
}

export type Result<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'unknown'; readonly message: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface AudienceSpec {
  readonly name: string
  readonly description: string
  readonly valueBased: boolean
  readonly customerFileSource: CustomerFileSource
}

/** A lookalike to be made from an audience. */
export interface LookalikeSpec {
  readonly name: string
  readonly description: string
  readonly originId: string
  readonly lookalike: Lookalike
}

export interface AccountDescription {
  readonly id: string
  readonly name: string
  readonly business: string | null
}

/** One line of the pre-flight: passed, or what is wrong and what a person can do. */
export interface Check {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'warning' | 'not-checked'
  readonly detail: string
  readonly remedy?: string
}

interface Limits {
  readonly rowsPerRequest: number
  /** Fewer usable rows than this, and the platform does not use the audience. */
  readonly usableRowsMin: number
}

export interface Destination {
  readonly environment: 'SANDBOX' | 'LIVE'
  /** The ad account that requests go to, whose throttles all its syncs share. */
  readonly accountId: string
  readonly limits: Limits
  /** The ad account's name and business, for the first line of every plan and run. */
  account(): Promise<Result<AccountDescription>>
  preflight(): Promise<readonly Check[]>
  /** Reads one audience. A deleted audience is a refusal of kind `gone`, confirmed by the account's own list. */
  look(audienceId: string): Promise<Result<RemoteAudience>>
  list(): Promise<Result<readonly RemoteAudience[]>>
  create(spec: AudienceSpec): Promise<Result<string>>
  /** @returns the id of the new lookalike, which the platform fills by itself */
  createLookalike(spec: LookalikeSpec): Promise<Result<string>>
  update(
    audienceId: string,
    change: { readonly name?: string; readonly description?: string },
  ): Promise<Result<void>>
  delete(audienceId: string): Promise<Result<void>>
  /** Waits as long as the platform wants us to go slower. Called before an intent, so that nothing is waited for between it and its request. */
  pace(): Promise<void>
  /**
   * Takes people out of every audience of the ad account that was made from lists, whoever made it. Without a business or accepted
   * terms a platform may say yes and do nothing.
   */
  removeEverywhere(request: RemovalEverywhere): Promise<MembershipAnswer>
  /** Sends at once. */
  send(request: MembershipRequest): Promise<MembershipAnswer>
}
