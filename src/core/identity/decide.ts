import {
  identifierKey,
  type Identifier,
  type LinkedIdentifier,
  type Profile,
} from './identifier.ts'
import { isWithin } from './limit.ts'
import { byPriority, IDENTIFIERS_MAX, limitOf, MERGES_MAX, type IdentityRules } from './rules.ts'

/** Why an identifier of a message does not count towards who its person is. */
type DemotionReason = 'limit' | 'too-many-merges' | 'too-many-identifiers'

export interface Demotion extends Identifier {
  readonly reason: DemotionReason
  /** With `limit`, the kind of which there would be too many. */
  readonly limited: string | null
  /** The most trusted identifier of the message, which it gave way to. */
  readonly by: Identifier
}

export interface Decision<Owner extends Profile = Profile> {
  /** What says who it is, the most trusted first. */
  readonly accepted: readonly Identifier[]
  /** Who had them before: nobody, one, or several who are the same person, the one that stays first. */
  readonly profiles: readonly Owner[]
  readonly demoted: readonly Demotion[]
}

/** What the person would be with what was accepted so far. */
interface Union<Owner> {
  readonly profiles: Set<Owner>
  readonly identifiers: Map<string, LinkedIdentifier>
  merges: number
}

/**
 * Decides who the person of a message is.
 *
 * From the most trusted identifier downwards, each is accepted if the person would keep within every limit with it, and with
 * everything that its present owner has; otherwise it is demoted: it stays with whom it belongs to, and says nothing here.
 * Segment demotes from the other end, the least trusted first, until what is left fits; what is accepted here holds all of
 * that, and also those that would not have been in the way.
 *
 * @param identifiers Each once, the most trusted first.
 * @param at The time of the message, in milliseconds.
 * @param ownerOf Who has an identifier now, by its key.
 */
export function decide<Owner extends Profile>(
  identifiers: readonly Identifier[],
  at: number,
  rules: IdentityRules,
  ownerOf: (key: string) => Owner | undefined,
): Decision<Owner> {
  const union: Union<Owner> = { profiles: new Set(), identifiers: new Map(), merges: 0 }
  const accepted: Identifier[] = []
  const demoted: Demotion[] = []
  for (const identifier of identifiers) {
    const owner = ownerOf(identifierKey(identifier))
    const fault = accept(union, identifier, owner, at, rules)
    const [by] = accepted
    if (fault === null) accepted.push(identifier)
    else demoted.push({ ...identifier, ...fault, by: by ?? identifier })
  }
  return { accepted, profiles: inOrder([...union.profiles], rules), demoted }
}

type Fault = Pick<Demotion, 'reason' | 'limited'>

/** Takes an identifier and its owner into the union, or says why not. */
function accept<Owner extends Profile>(
  union: Union<Owner>,
  identifier: Identifier,
  owner: Owner | undefined,
  at: number,
  rules: IdentityRules,
): Fault | null {
  const key = identifierKey(identifier)
  if (union.identifiers.has(key)) return null
  const more = owner === undefined ? [{ ...identifier, at }] : [...owner.identifiers.values()]
  // Whoever is there already may be beyond limits that were lower later; nobody is parted for that.
  const isGrowing = union.identifiers.size > 0
  const fault = isGrowing ? faultOf(union, more, owner, rules) : null
  if (fault !== null) return fault
  if (owner !== undefined) {
    union.merges += owner.merges + (union.profiles.size > 0 ? 1 : 0)
    union.profiles.add(owner)
  }
  for (const linked of more) union.identifiers.set(identifierKey(linked), linked)
  return null
}

function faultOf(
  union: Union<Profile>,
  more: readonly LinkedIdentifier[],
  owner: Profile | undefined,
  rules: IdentityRules,
): Fault | null {
  for (const kind of new Set(more.map((linked) => linked.kind))) {
    const times = [...union.identifiers.values(), ...more]
      .filter((linked) => linked.kind === kind)
      .map((linked) => linked.at)
    if (!isWithin(limitOf(rules, kind), times)) return { reason: 'limit', limited: kind }
  }
  if (union.identifiers.size + more.length > IDENTIFIERS_MAX)
    return { reason: 'too-many-identifiers', limited: null }
  const merges = owner === undefined || union.profiles.size === 0 ? 0 : owner.merges + 1
  if (merges > 0 && union.merges + merges > MERGES_MAX)
    return { reason: 'too-many-merges', limited: null }
  return null
}

/** The profile that stays is the one with the most trusted kind of identifier, then the one that was there first. */
function inOrder<Owner extends Profile>(profiles: Owner[], rules: IdentityRules): readonly Owner[] {
  if (profiles.length < 2) return profiles
  const compare = byPriority(rules)
  const best = new Map(
    profiles.map((profile) => [
      profile,
      [...profile.identifiers.values()].map(({ kind }) => kind).toSorted(compare)[0] ?? '',
    ]),
  )
  return profiles.toSorted(
    (left, right) =>
      compare(best.get(left) ?? '', best.get(right) ?? '') ||
      left.born - right.born ||
      (left.person < right.person ? -1 : 1),
  )
}
