import type { PlanRow } from './row.ts'
import { carriedBits } from './carry.ts'
import type { MatchKey } from '../match-key/table.ts'
import type { RejectReason } from '../match-key/table.ts'

/** What a plan comes to, in people and in rows. */
export interface PlanCounts {
  /** People who meet the definition now, less those held out, on the do-not-send list, or without consent. */
  readonly members: number
  /** People who would be among `members` if they had agreed to what the destination is for. */
  readonly withoutConsent: number
  /** People the ledger had rows of before. */
  readonly present: number
  readonly entered: number
  readonly changed: number
  readonly left: number
  /** People of `present` who leave since they do not agree, or no longer do. */
  readonly withdrawn: number
  /** People of `members` without a usable row. */
  readonly unusable: number
  /** People of whom at least one row will be removed, but for those on the do-not-send list or without consent: no guard holds that. */
  readonly removing: number
  readonly rows: {
    readonly add: number
    readonly remove: number
    readonly reassert: number
    /** Of people who stay, sent again because the whole audience is replaced. */
    readonly replaced: number
    readonly returning: number
    readonly value: number
    /** Removals because of the do-not-send list, among `remove`. */
    readonly suppressed: number
    /** Removals of people without consent, among `remove`. */
    readonly withdrawn: number
    /** Not to be removed yet: every key they have belongs to somebody who stays. */
    readonly covered: number
  }
  /** Values that cost only themselves, among the people who were read: per match key and reason. */
  readonly rejected: readonly Rejections[]
  /** Identifiers left out because they are on the do-not-send list. */
  readonly suppressed: number
}

export interface Rejections {
  readonly key: MatchKey
  readonly reason: RejectReason
  readonly count: number
}

/** Adds up values turned down, per key and reason. */
export class RejectionTally {
  readonly #counts = new Map<string, Rejections>()

  add(key: MatchKey, reason: RejectReason): void {
    const name = `${key}/${reason}`
    const count = (this.#counts.get(name)?.count ?? 0) + 1
    this.#counts.set(name, { key, reason, count })
  }

  list(): Rejections[] {
    return [...this.#counts.values()].toSorted((a, b) => b.count - a.count)
  }
}

/** A removal that has something to carry; the others are covered. */
export function isSent(row: PlanRow): boolean {
  return row.operation === 'add' || (row.operation === 'remove' && carriedBits(row) !== 0)
}
