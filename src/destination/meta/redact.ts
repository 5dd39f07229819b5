/** Longer than this, and a text of the far side is cut: a message is for people. */
const TEXT_LENGTH_MAX = 400
/** Anything that could be a digest, whole or cut short. */
const DIGEST = /[0-9a-f]{32,}/gi
const EMAIL = /[^\s"'<>()[\]{},;:@]+@[^\s"'<>()[\]{},;:@]+/g
const DEVICE = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi
const WORD = /[^\s"'<>()[\]{},;:]+/g
// Control characters could move the cursor of a terminal or break a line of a log.
const CONTROL = /\p{Cc}+/gu

/**
 * Makes a text of the far side fit to be shown: without the secrets we sent, without anything that looks like a person's
 * identifier, and without any of `values`, which are what the request held in plain.
 */
export function redact(
  text: string,
  secrets: readonly string[],
  values: ReadonlySet<string> = new Set(),
): string {
  let safe = text
  for (const secret of secrets) {
    if (secret !== '') safe = safe.replaceAll(secret, '[secret]')
  }
  // Values that a single word cannot hold; those of one word are looked up as words, so that "1" does not blot out a code.
  for (const value of values) {
    if (/[\s"'<>()[\]{},;:]/.test(value)) safe = safe.replaceAll(value, '[value]')
  }
  safe = safe
    .replaceAll(DEVICE, '[value]')
    .replaceAll(DIGEST, '[digest]')
    .replaceAll(EMAIL, '[value]')
    .replaceAll(WORD, (word) =>
      values.has(word) || values.has(word.replace(/[.!?]+$/, '')) ? '[value]' : word,
    )
    .replaceAll(CONTROL, ' ')
    .trim()
  return safe.length > TEXT_LENGTH_MAX ? `${safe.slice(0, TEXT_LENGTH_MAX)}…` : safe
}
