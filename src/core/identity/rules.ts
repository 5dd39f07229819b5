import type { BlockedValue } from './blocked.ts'
import type { Limit } from './limit.ts'

/** Who counts as one person, as a definition says it. */
export interface IdentityRules {
  /** By kind; a kind that is not in it has `OTHER_LIMIT`. */
  readonly limits: Readonly<Record<string, Limit>>
  /** The kinds that come first, the most trusted before the others; all others follow in the order of the alphabet. */
  readonly priority: readonly string[]
  /** Blocked beside those that always are, for every kind. */
  readonly blocked: readonly BlockedValue[]
  /** Blocked for one kind. */
  readonly blockedOf: Readonly<Record<string, readonly BlockedValue[]>>
  /** An identifier that so many different people were seen with identifies nobody any more. */
  readonly sharedAfter: number
  /** Of phone numbers without a country code, ISO alpha-2. */
  readonly phoneCountry: string | null
}

/** Segment's: one user id, five of everything else (docs: unify/identity-resolution/identity-resolution-settings, "Limit"). */
const OTHER_LIMIT: Limit = { count: 5, per: 'ever' }

export const DEFAULT_RULES: IdentityRules = {
  limits: { user_id: { count: 1, per: 'ever' } },
  priority: ['user_id', 'email'],
  blocked: [],
  blockedOf: {},
  sharedAfter: 10,
  phoneCountry: null,
}

/** A person who was merged so often, or has so many identifiers, is no person; Segment's caps (docs: unify/product-limits). */
export const MERGES_MAX = 100
export const IDENTIFIERS_MAX = 1000

export function limitOf({ limits }: IdentityRules, kind: string): Limit {
  return Object.hasOwn(limits, kind) ? (limits[kind] ?? OTHER_LIMIT) : OTHER_LIMIT
}

/** Sorts kinds by how far they are trusted, the most trusted first. */
export function byPriority({ priority }: IdentityRules): (left: string, right: string) => number {
  const ranks = new Map(priority.map((kind, place) => [kind, place]))
  const rank = (kind: string): number => ranks.get(kind) ?? priority.length
  return (left, right) => rank(left) - rank(right) || (left < right ? -1 : left > right ? 1 : 0)
}
