import type { ExternMemory } from './extern-memory.ts'
import { countedMembership } from './membership-counted.ts'
import { peopleMembership } from './membership-people.ts'
import { rowsMembership } from './membership-rows.ts'
import type { Matching, Membership } from './membership.ts'

/** Makes empty memberships of the chosen kind. */
export type MembershipFactory = (memory: ExternMemory) => Membership

export function membershipFactory(matching: Matching, countOnly: boolean): MembershipFactory {
  if (countOnly) return () => countedMembership()
  return matching.kind === 'rows'
    ? (memory) => rowsMembership(memory)
    : (memory) => peopleMembership(memory, matching)
}
