import { hash } from 'node:crypto'

/** Genders, days, states and countries are few and repeat without end: looking a digest up costs a sixth of making it. */
const SHORT_LENGTH_MAX = 4
const SHORT_COUNT_MAX = 10_000
const short = new Map<string, string>()

/** SHA-256 of the text in UTF-8, as 64 lower-case hexadecimal digits. */
export function sha256(text: string): string {
  // The one-shot function is 3.5 times as fast as createHash.
  if (text.length > SHORT_LENGTH_MAX) return hash('sha256', text, 'hex')
  const known = short.get(text)
  if (known !== undefined) return known
  const digest = hash('sha256', text, 'hex')
  if (short.size < SHORT_COUNT_MAX) short.set(text, digest)
  return digest
}
