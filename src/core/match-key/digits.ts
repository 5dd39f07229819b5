import { isAscii } from './outer-space.ts'

const DECIMAL_DIGIT = /\p{Nd}/gu
const IS_DECIMAL_DIGIT = /^\p{Nd}$/u
/** What a spreadsheet or a data frame makes of a whole number: `2139.0`. */
const WITH_ZERO_FRACTION = /^(\+?\d+)\.00?$/

/** Decimal digits of every script (Arabic-Indic, Devanagari, full-width …) as 0 to 9. */
export const asciiDigits = (text: string): string =>
  isAscii(text) ? text : text.replace(DECIMAL_DIGIT, digitValue)

/** Unicode keeps each script's ten digits side by side, zero first, so the way back to the last non-digit tells the value. */
function digitValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let zero = code
  while (zero > 0 && IS_DECIMAL_DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1
  return String((code - zero) % 10)
}

/** `7.0` is 7. */
export const withoutZeroFraction = (text: string): string =>
  text.endsWith('0') && text.includes('.') ? text.replace(WITH_ZERO_FRACTION, '$1') : text
