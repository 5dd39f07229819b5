import { MATCH_SHARE } from './match-rate.ts'
import type { Membership } from './membership.ts'

/** Counts and nothing else, for audiences of many millions: adds count up, removals count down, nothing is compared. */
export function countedMembership(): Membership {
  let count = 0
  return {
    get size() {
      return count
    },
    get matched() {
      return Math.round(count * MATCH_SHARE)
    },
    add: (batch) => {
      count += batch.count
    },
    remove: (batch) => {
      count = Math.max(0, count - batch.count)
    },
    rows: () => [],
    people: () => new Set(),
    held: () => [{ of: 'count', count }],
    restore: (held) => {
      if (held.of === 'count') count = held.count
    },
  }
}
