import { sha256 } from '../match-key/sha256.ts'
import { tombstonesWith, type TombstoneOf } from '../tombstone.ts'
import { identifierKey, identifierOf, type Identifier } from './identifier.ts'

/** Kinds whose values may come hashed. */
const MAY_BE_HASHED: readonly string[] = ['email', 'phone']
const HASH = /^[0-9a-f]{64}$/

/** Makes tombstones of identifiers, by their keys. A value and its hash have the same one. */
export function identifierTombstones(secret: string): TombstoneOf {
  const tombstoneOf = tombstonesWith(secret)
  return (key) => {
    const spelling = spellingsOf(identifierOf(key)).at(-1)
    return tombstoneOf(spelling === undefined ? key : identifierKey(spelling))
  }
}

/** An identifier as it may be kept: as it is, and hashed where it may have come so. */
export function spellingsOf({ kind, value }: Identifier): readonly Identifier[] {
  const plain = { kind, value }
  return MAY_BE_HASHED.includes(kind) && !HASH.test(value)
    ? [plain, { kind, value: sha256(value) }]
    : [plain]
}
