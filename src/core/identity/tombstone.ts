import { createHmac } from 'node:crypto'
import { sha256 } from '../match-key/sha256.ts'
import { identifierKey, identifierOf, type Identifier } from './identifier.ts'

/** Makes what is kept of an erased identifier, by its key: enough to know it again, and nothing to read it from. */
export type TombstoneOf = (key: string) => string

/** Kinds whose values may come hashed. */
const MAY_BE_HASHED: readonly string[] = ['email', 'phone']
const HASH = /^[0-9a-f]{64}$/

/**
 * Tombstones are HMAC-SHA256, so that e-mails and phone numbers cannot be guessed from them without the secret. A value and its
 * hash have the same one.
 */
export const tombstonesWith =
  (secret: string): TombstoneOf =>
  (key) => {
    const spelling = spellingsOf(identifierOf(key)).at(-1)
    const text = spelling === undefined ? key : identifierKey(spelling)
    return createHmac('sha256', secret).update(text).digest('base64url')
  }

/** An identifier as it may be kept: as it is, and hashed where it may have come so. */
export function spellingsOf({ kind, value }: Identifier): readonly Identifier[] {
  const plain = { kind, value }
  return MAY_BE_HASHED.includes(kind) && !HASH.test(value)
    ? [plain, { kind, value: sha256(value) }]
    : [plain]
}
