const DIGITS_SHOWN = 2
const HASH_CHARACTERS_SHOWN = 8

const HASH = /^[0-9a-fA-F]{32,}$/
const EMAIL = /^(?<local>[^@\s]+)@(?<domain>[^@\s]+)$/
const UUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/
/** A number, a truth value or a time: of itself it names nobody. */
const PLAIN = /^(?:[+-]?\d{1,6}(?:\.\d+)?|true|false|\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+\S*)?)$/i
const PHONE_DIGITS_MIN = 7

/**
 * Somebody's value so that they who know it recognise it and nobody else learns it: `m***@e***.com`, `+** *** ******67`, `A***`,
 * the beginning of a hash.
 */
export function mask(text: string): string {
  if (text === '') return ''
  if (HASH.test(text) || UUID.test(text)) return `${text.slice(0, HASH_CHARACTERS_SHOWN)}…`
  const address = EMAIL.exec(text)?.groups
  if (address !== undefined) {
    const { local = '', domain = '' } = address
    const ending = domain.lastIndexOf('.')
    return `${first(local)}***@${first(domain)}***${ending > 0 ? domain.slice(ending) : ''}`
  }
  return /\d/.test(text) && !/\p{L}/u.test(text) ? starDigits(text) : `${first(text)}***`
}

/** What is probably no personal data is left as it is; for columns that are mapped to nothing. */
export function maskUnlessPlain(text: string): string {
  return PLAIN.test(text) ? text : mask(text)
}

/** Words may stay, such as a plan or a city; addresses, numbers and hashes of people may not. */
export function maskIdentifiers(text: string): string {
  const digits = text.replaceAll(/\D/g, '').length
  const identifies = text.includes('@') || HASH.test(text) || UUID.test(text)
  return identifies || (digits >= PHONE_DIGITS_MIN && !PLAIN.test(text)) ? mask(text) : text
}

/** The first sign as people count them: an accent stays with its letter. */
const first = (text: string): string => /^\P{M}\p{M}*/u.exec(text)?.[0] ?? ''

function starDigits(text: string): string {
  const digits = text.replaceAll(/\D/g, '').length
  let seen = 0
  return text.replaceAll(/\d/g, (digit) => {
    seen += 1
    return digits >= PHONE_DIGITS_MIN && seen > digits - DIGITS_SHOWN ? digit : '*'
  })
}
