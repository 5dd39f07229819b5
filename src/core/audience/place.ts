import type { Path, Report } from './mistake.ts'
import { nearestWord } from './nearest-word.ts'
import type { OperatorName } from './operator.ts'
import type { Written } from './written.ts'

/** Where in a written tree its reader is, and whom it tells of mistakes. */
export interface Place {
  readonly path: Path
  readonly depth: number
  readonly report: Report
  /** Inside a condition over accounts: what traits are the account's, or again people's. */
  readonly account?: 'traits' | 'people'
}

/** What other languages call the operators. */
const SYNONYMS: Readonly<Record<string, OperatorName>> = {
  equals: 'eq',
  is: 'eq',
  not_equals: 'ne',
  is_not: 'ne',
  one_of: 'in',
  none_of: 'not_in',
  greater_than: 'gt',
  more_than: 'gt',
  at_least: 'gte',
  less_than: 'lt',
  at_most: 'lte',
  is_set: 'exists',
  regex: 'matches',
  within: 'within_last',
}

export const below = (place: Place, ...steps: (string | number)[]): Place => ({
  ...place,
  path: [...place.path, ...steps],
})

/** Reports a mistake at a place and gives what its reader then gives: nothing. */
export function fail(place: Place, message: string, expected: string, remedy: string): undefined {
  place.report({ path: place.path, atKey: false, message, expected, remedy })
  return undefined
}

/** Reports a key that is none of those that are known, with the one that was probably meant. */
export function reportUnknown(
  name: string,
  known: readonly string[],
  expected: string,
  place: Place,
): void {
  const nearest = known.find((word) => word === SYNONYMS[name]) ?? nearestWord(name, known)
  place.report({
    path: [...place.path, name],
    atKey: true,
    message: `Unknown word "${name}" in a condition`,
    expected,
    ...(nearest === undefined ? {} : { nearest }),
    remedy: nearest === undefined ? 'Remove it' : `Write "${nearest}"`,
  })
}

/** Reports every key of a condition that does not belong beside its name. */
export function refuseOthers(written: Written, allowed: readonly string[], place: Place): void {
  for (const name of Object.keys(written)) {
    if (!allowed.includes(name)) reportUnknown(name, allowed, `one of ${allowed.join(', ')}`, place)
  }
}
