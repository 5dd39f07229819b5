import { isAscii } from './outer-space.ts'

const NOT_ASCII_LETTERS = /[^a-z]+/g
/**
 * All but letters and the marks that belong to them; and what Unicode counts as a letter or mark but nobody sees or means as one:
 * the invisible (fillers, variation selectors) and the spacing modifiers that stand in for apostrophes.
 */
const NOT_LETTERS = /[^\p{L}\p{Mn}\p{Mc}]|[\p{DI}\u02b0-\u02ff]/gu
const LETTER = /\p{L}/u
const LATIN_WITH_MARKS = /(\p{Script=Latin})\p{M}+/gu
/** Latin letters that Unicode does not take apart into a base letter and an accent. */
const LATIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŧ: 't',
  ŋ: 'n',
  ə: 'e',
}
const LATIN_LETTER = new RegExp(`[${Object.keys(LATIN_LETTERS).join('')}]`, 'g')

/** Lower-case letters with their accents, in every script; `''` when there is no letter. */
export function lowerLetters(text: string): string {
  const lower = text.toLowerCase()
  if (isAscii(lower)) return lower.replace(NOT_ASCII_LETTERS, '')
  // Taking characters out can bring a letter and its mark together, so NFC comes again.
  const letters = lower.replace(NOT_LETTERS, '').normalize('NFC')
  return LETTER.test(letters) ? letters : ''
}

/** The same with Latin letters written as a to z (`são` is `sao`); other scripts are kept. */
export function romanLetters(text: string): string {
  const lower = text.toLowerCase()
  if (isAscii(lower)) return lower.replace(NOT_ASCII_LETTERS, '')
  const letters = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(NOT_LETTERS, '')
    .replace(LATIN_WITH_MARKS, '$1')
    .replace(LATIN_LETTER, (letter) => LATIN_LETTERS[letter] ?? letter)
    .normalize('NFC')
  return LETTER.test(letters) ? letters : ''
}

/** The first letter of lower-case letters, or `''`. */
export const firstLetter = (letters: string): string => LETTER.exec(letters)?.[0] ?? ''
