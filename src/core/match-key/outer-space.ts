import { EMPTY, digestOf, rejectedFor, type Normaliser } from './normalised.ts'

/** Longer than any identifier; such a cell is another column's, or half a file after a lost quote. */
const VALUE_LENGTH_MAX = 1024
const NON_ASCII = /[\u0080-\uffff]/
/** Unicode's white space, and the invisible marks that come along when a value is copied from a phone or a web page. */
const OUTER = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu
/** With a digit in it: chance writes none without, and letters alone may be what is left of a name. */
const HEX = /^[a-f]*[0-9][0-9a-f]*$/i
const SHA256_LENGTH = 64
/** MD5, SHA-1, SHA-224, SHA-384 and SHA-512 in hexadecimal digits. */
const OTHER_HASH_LENGTHS: ReadonlySet<number> = new Set([32, 40, 56, 96, 128])

export const isAscii = (text: string): boolean => !NON_ASCII.test(text)

/** Outer white space off, then Unicode NFC: the two steps that every key begins with. */
function cleaned(raw: string): string {
  const text = raw.trim()
  return text.length > VALUE_LENGTH_MAX || isAscii(text)
    ? text
    : text.replace(OUTER, '').normalize('NFC')
}

/** Makes a normaliser of text that has been cleaned and is not empty into one of raw text. */
export const plainKey =
  (normalise: Normaliser): Normaliser =>
  (raw, context) => {
    const text = cleaned(raw)
    if (text === '') return EMPTY
    if (text.length > VALUE_LENGTH_MAX) return rejectedFor('too-long')
    return normalise(text, context)
  }

/** The same for a key that is sent hashed: a SHA-256 passes lower-cased, another hash is rejected. */
export const hashedKey = (normalise: Normaliser): Normaliser =>
  plainKey((text, context) => {
    if (text.length === SHA256_LENGTH && HEX.test(text)) return digestOf(text.toLowerCase())
    if (OTHER_HASH_LENGTHS.has(text.length) && HEX.test(text)) {
      return rejectedFor('hashed-with-another-algorithm')
    }
    return normalise(text, context)
  })
