import type { AccountCondition } from './account/account-condition.ts'
import type { Comparison } from './comparison.ts'
import type { EventCondition } from './event/event-condition.ts'
import type { PastCondition } from './past/past-condition.ts'
import type { RelatedCondition } from './related/related-condition.ts'
import type { TopCondition } from './top/top-condition.ts'

/**
 * One node of an audience's definition: plain data, the same from YAML, the API and the builder. Whatever reads a tree
 * (compiler, sentence, export) switches over this union, so that a new kind of condition is met at each of them.
 */
export type Condition =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | TraitCondition
  | PastCondition
  | EventCondition
  /** A match key or a trait of which the person has at least one value that is not blank. */
  | { readonly kind: 'has'; readonly identifier: string }
  /** The people whose fraction (MD5 of salt and key) is at least `from` and below `to`. */
  | { readonly kind: 'sample'; readonly salt: string; readonly from: number; readonly to: number }
  /** The people whose key is in the file. */
  | { readonly kind: 'list'; readonly path: string }
  /** A boolean expression over the model's columns, in the engine's own SQL; its author is trusted. */
  | { readonly kind: 'sql'; readonly sql: string }
  /** The members of another audience of the file, by its key. */
  | { readonly kind: 'member_of'; readonly audience: string }
  | TopCondition<Condition>
  | AccountCondition<Condition>
  | RelatedCondition
  /** Who agreed to a purpose that the model declares. */
  | { readonly kind: 'consent'; readonly purpose: string }

interface TraitCondition extends Comparison {
  readonly kind: 'trait'
  /** A column, or a path into one: `address.city`. */
  readonly trait: string
}
