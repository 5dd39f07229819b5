import { asciiDigits, withoutZeroFraction } from './digits.ts'
import { romanLetters } from './letters.ts'
import {
  EMPTY,
  rejectedFor,
  valueOf,
  type NormaliseContext,
  type Normalised,
} from './normalised.ts'
import { isAscii } from './outer-space.ts'

/** CT: letters only, Latin ones without accents. */
export function normaliseCity(text: string): Normalised {
  const letters = romanLetters(text)
  return letters === '' ? EMPTY : valueOf(letters)
}

const NOT_ASCII_LETTERS_OR_DIGITS = /[^a-z0-9]+/g
const NOT_LETTERS_OR_DIGITS = /[^\p{L}\p{N}]+/gu
/** Written so by no other country whose people give it without naming the country. */
const ZIP_PLUS_FOUR = /^\d{5}-\d{4}$/
const US_ZIP = /^(\d{3,5})(?:[- ]?(\d{4}))?$/
const ZIP_LENGTH = 5
/** The longest postal codes have ten characters. */
const POSTAL_CODE_LENGTH_MAX = 16

/** ZIP: lower-case letters and digits; of the United States the first five digits. */
export function normaliseZip(raw: string, { country }: NormaliseContext): Normalised {
  const text = withoutZeroFraction(asciiDigits(raw))
  if (country === 'us') return usZip(text)
  if (country === null && ZIP_PLUS_FOUR.test(text)) return valueOf(text.slice(0, ZIP_LENGTH))
  const code = isAscii(text)
    ? text.toLowerCase().replace(NOT_ASCII_LETTERS_OR_DIGITS, '')
    : text.normalize('NFKC').toLowerCase().replace(NOT_LETTERS_OR_DIGITS, '').normalize('NFKC')
  if (code === '') return EMPTY
  return code.length > POSTAL_CODE_LENGTH_MAX ? rejectedFor('not-a-zip') : valueOf(code)
}

/** The extension goes; zeros that a spreadsheet took from the front come back. */
function usZip(text: string): Normalised {
  const zip = US_ZIP.exec(text)
  if (zip === null) return rejectedFor('not-a-zip')
  return valueOf((zip[1] ?? '').padStart(ZIP_LENGTH, '0'))
}
