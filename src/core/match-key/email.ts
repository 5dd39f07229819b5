import { rejectedFor, valueOf, type Normalised } from './normalised.ts'
import { isAscii } from './outer-space.ts'

/** RFC 5321: a longer address cannot be delivered to. */
const EMAIL_LENGTH_MAX = 254
/** Plain local part, at least one dot in the domain, and a last label that does not begin with a digit. */
const ASCII_EMAIL = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+$/
const UNICODE_EMAIL =
  /^[^\s@\p{C}"(),:;<>[\]\\]+@(?:[\p{L}\p{M}\p{N}-]+\.)+\p{L}[\p{L}\p{M}\p{N}-]+$/u
const INVISIBLE = /\p{Cf}/gu

/** Lower-cased; must look like an address. Dots and `+tags` stay, as Meta's rule keeps them. */
export function normaliseEmail(text: string): Normalised {
  if (text.length > EMAIL_LENGTH_MAX) return rejectedFor('not-an-email')
  if (isAscii(text)) {
    const lower = text.toLowerCase()
    return ASCII_EMAIL.test(lower) ? valueOf(lower) : rejectedFor('not-an-email')
  }
  const lower = text.replace(INVISIBLE, '').toLowerCase().normalize('NFC')
  return lower.length <= EMAIL_LENGTH_MAX && UNICODE_EMAIL.test(lower)
    ? valueOf(lower)
    : rejectedFor('not-an-email')
}
