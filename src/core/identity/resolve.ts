import type { Message } from '../event/message.ts'
import { decide, type Demotion } from './decide.ts'
import {
  identifierKey,
  type Identifier,
  type LinkedIdentifier,
  type Profile,
} from './identifier.ts'
import { isOfErased } from './of-erased.ts'
import { personId } from './person-id.ts'
import type { Ignored, ReadIdentifiers } from './read-identifiers.ts'
import type { IdentityRules } from './rules.ts'

/** What was known before of the identifiers that some messages have, and of the people who have them. */
export interface Known {
  /** With all their identifiers. */
  readonly profiles: readonly Profile[]
  /** Keys of identifiers that identify nobody any more. */
  readonly shared: readonly string[]
  /** By whom an identifier was turned away, both by their keys; each pair once. */
  readonly refusals: readonly (readonly [refused: string, by: string])[]
  /** Every kind of identifier that any person has. */
  readonly kinds: readonly string[]
  /** Keys of identifiers whose people were erased. */
  readonly erased: readonly string[]
}

export const NOBODY_KNOWN: Known = {
  profiles: [],
  shared: [],
  refusals: [],
  kinds: [],
  erased: [],
}

/** What one message came to. */
export interface Resolution {
  /** Null when nothing in the message says who it is, or when it is of somebody who was erased. */
  readonly person: string | null
  readonly isErased: boolean
  readonly isNew: boolean
  /** People who turned out to be this one. */
  readonly merged: readonly string[]
  /** What says who it is. */
  readonly accepted: readonly Identifier[]
  /** Of these, what the person did not have before. */
  readonly linked: readonly LinkedIdentifier[]
  readonly demoted: readonly Demotion[]
  readonly ignored: readonly Ignored[]
  /** Identifiers that from now on identify nobody. */
  readonly shared: readonly Identifier[]
}

/** What is to be kept of some resolved messages. */
export interface IdentityChanges {
  /** Who has an identifier now, by its key; null for nobody. */
  readonly identifiers: ReadonlyMap<string, { readonly person: string; readonly at: number } | null>
  /** By person; null for those who are now part of another. */
  readonly profiles: ReadonlyMap<string, Pick<Profile, 'born' | 'merges'> | null>
  readonly shared: readonly string[]
  readonly refusals: Known['refusals']
  readonly kinds: readonly string[]
}

/** More would make every person a table of hundreds of columns; a client that makes up a type for each message is at fault. */
const KINDS_MAX = 100

interface WorkingProfile extends Profile {
  merges: number
  readonly identifiers: Map<string, LinkedIdentifier>
}

/** Resolves messages in their order, and remembers what they changed in what was known. */
export class Resolver {
  readonly #rules: IdentityRules
  readonly #owners = new Map<string, WorkingProfile>()
  readonly #shared: Set<string>
  readonly #refusals = new Map<string, Set<string>>()
  readonly #kinds: Set<string>
  readonly #erased: Set<string>
  readonly #about = new Set<string>()
  readonly #changed = {
    identifiers: new Set<string>(),
    profiles: new Map<string, WorkingProfile | null>(),
    shared: new Set<string>(),
    refusals: new Array<readonly [string, string]>(),
    kinds: new Set<string>(),
  }

  /** @param known At least what there is to know of the messages' identifiers. */
  constructor(rules: IdentityRules, known: Known) {
    this.#rules = rules
    for (const profile of known.profiles) {
      const working = { ...profile, identifiers: new Map(profile.identifiers) }
      for (const key of working.identifiers.keys()) this.#owners.set(key, working)
    }
    this.#shared = new Set(known.shared)
    this.#kinds = new Set(known.kinds)
    this.#erased = new Set(known.erased)
    for (const [refused, by] of known.refusals) this.#refusersOf(refused).add(by)
  }

  /** @param read What `identifierReader` finds in the message. */
  resolve(message: Pick<Message, 'id' | 'timestamp'>, read: ReadIdentifiers): Resolution {
    const { identifiers, ignored, isErased } = this.#usable(read)
    const at = message.timestamp
    const decision = decide(identifiers, at, this.#rules, (key) => this.#owners.get(key))
    const shared = decision.demoted.filter((demotion) => this.#refuse(demotion))
    const { accepted, demoted } = decision
    const told = { accepted, demoted, ignored, shared, isErased }
    if (accepted.length === 0)
      return { person: null, isNew: false, merged: [], linked: [], ...told }
    const [stays, ...others] = decision.profiles
    const profile = stays ?? this.#make(message)
    this.#about.add(profile.person)
    for (const other of others) this.#merge(other, profile)
    const linked = accepted
      .filter((identifier) => !profile.identifiers.has(identifierKey(identifier)))
      .map((identifier) => ({ ...identifier, at }))
    for (const identifier of linked) this.#link(identifier, profile)
    for (const identifier of shared) this.#share(identifier)
    return {
      person: profile.person,
      isNew: stays === undefined,
      merged: others.map(({ person }) => person),
      linked,
      ...told,
    }
  }

  /** Whom the messages are about: who they are of, who became part of those, and who lost an identifier by them. */
  about(): readonly string[] {
    return [...this.#about]
  }

  /** Everything that changed since the beginning. */
  changes(): IdentityChanges {
    const { identifiers, profiles, shared, refusals, kinds } = this.#changed
    return {
      identifiers: new Map(
        [...identifiers].map((key) => {
          const owner = this.#owners.get(key)
          const at = owner?.identifiers.get(key)?.at
          return [key, owner && at !== undefined ? { person: owner.person, at } : null]
        }),
      ),
      profiles,
      shared: [...shared],
      refusals,
      kinds: [...kinds],
    }
  }

  #usable({ identifiers, ignored }: ReadIdentifiers): ReadIdentifiers & { isErased: boolean } {
    const isShared = (key: string): boolean => this.#shared.has(key)
    const isErased = (key: string): boolean => this.#erased.has(key)
    const usable: Identifier[] = []
    const turned: Ignored[] = []
    const isWhollyErased = isOfErased(identifiers, { isShared, isErased })
    for (const identifier of identifiers) {
      const isKnown = this.#kinds.has(identifier.kind)
      const key = identifierKey(identifier)
      if (isShared(key)) turned.push({ ...identifier, reason: 'shared' })
      else if (isErased(key)) turned.push({ ...identifier, reason: 'erased' })
      else if (isWhollyErased) turned.push({ ...identifier, reason: 'of-erased' })
      else if (!isKnown && this.#kinds.size >= KINDS_MAX)
        turned.push({ ...identifier, reason: 'too-many-kinds' })
      else {
        if (!isKnown) this.#changed.kinds.add(identifier.kind)
        this.#kinds.add(identifier.kind)
        usable.push(identifier)
      }
    }
    return { identifiers: usable, ignored: [...ignored, ...turned], isErased: isWhollyErased }
  }

  #make({ id, timestamp }: Pick<Message, 'id' | 'timestamp'>): WorkingProfile {
    const made = { person: personId(id), born: timestamp, merges: 0, identifiers: new Map() }
    this.#changed.profiles.set(made.person, made)
    return made
  }

  #link(identifier: LinkedIdentifier, profile: WorkingProfile): void {
    const key = identifierKey(identifier)
    profile.identifiers.set(key, identifier)
    this.#owners.set(key, profile)
    this.#changed.identifiers.add(key)
  }

  #merge(from: WorkingProfile, into: WorkingProfile): void {
    into.merges += from.merges + 1
    this.#about.add(from.person)
    for (const identifier of from.identifiers.values()) this.#link(identifier, into)
    this.#changed.profiles.set(into.person, into)
    this.#changed.profiles.set(from.person, null)
  }

  #refusersOf(refused: string): Set<string> {
    const refusers = this.#refusals.get(refused) ?? new Set()
    this.#refusals.set(refused, refusers)
    return refusers
  }

  /** @returns whether it was turned away by so many that it is to identify nobody */
  #refuse({ reason, by, ...identifier }: Demotion): boolean {
    if (reason !== 'limit') return false
    const refused = identifierKey(identifier)
    const refusers = this.#refusersOf(refused)
    const refuser = identifierKey(by)
    if (refusers.has(refuser)) return false
    refusers.add(refuser)
    this.#changed.refusals.push([refused, refuser])
    return refusers.size >= this.#rules.sharedAfter
  }

  #share(identifier: Identifier): void {
    const key = identifierKey(identifier)
    const owner = this.#owners.get(key)
    if (owner !== undefined) {
      owner.identifiers.delete(key)
      this.#about.add(owner.person)
    }
    this.#owners.delete(key)
    this.#shared.add(key)
    this.#changed.shared.add(key)
    this.#changed.identifiers.add(key)
  }
}
