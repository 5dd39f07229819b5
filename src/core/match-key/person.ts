import { firstLetter, lowerLetters } from './letters.ts'
import { EMPTY, rejectedFor, valueOf, type Normalised } from './normalised.ts'

/** FN and LN: lower-case letters with their accents; spaces, hyphens, apostrophes and digits go. */
export function normaliseName(text: string): Normalised {
  const letters = lowerLetters(text)
  return letters === '' ? EMPTY : valueOf(letters)
}

/** FI: the first letter of what FN makes of it. */
export function normaliseInitial(text: string): Normalised {
  const letter = firstLetter(lowerLetters(text))
  return letter === '' ? EMPTY : valueOf(letter)
}

const GENDERS: ReadonlyMap<string, string> = new Map([
  ...['f', 'female', 'woman', 'girl'].map((word) => [word, 'f'] as const),
  ...['m', 'male', 'man', 'boy'].map((word) => [word, 'm'] as const),
])

/** GEN: `f` or `m`; Meta knows no other, and the hash of another word would match nobody. */
export function normaliseGender(text: string): Normalised {
  const gender = GENDERS.get(text.toLowerCase())
  return gender === undefined ? rejectedFor('not-a-gender') : valueOf(gender)
}
