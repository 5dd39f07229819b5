import { nearestWord } from '../core/audience/nearest-word.ts'
import { RollcallError } from '../core/error.ts'
import {
  MATCH_KEYS,
  MATCH_KEY_NAMES,
  type MatchKey,
  type MatchKeyRule,
} from '../core/match-key/table.ts'
import { traceValue, type ValueTrace } from '../core/match-key/trace.ts'

/** One line of the table of match keys. */
export interface MatchKeyLine {
  readonly key: MatchKey
  readonly role: MatchKeyRule['role']
  readonly hashed: boolean
  readonly rule: string
  /** The names under which a column is found by itself. */
  readonly spellings: readonly string[]
}

export const matchKeyTable = (): readonly MatchKeyLine[] =>
  MATCH_KEY_NAMES.map((key) => {
    const { role, hashed, rule, spellings } = MATCH_KEYS[key]
    return { key, role, hashed, rule, spellings }
  })

/**
 * What becomes of one value. The key may also be named as a column would be.
 * @throws RollcallError `usage/unknown-match-key`
 */
export function traceMatchKey(
  word: string,
  value: string,
  context: Parameters<typeof traceValue>[2],
): ValueTrace {
  return traceValue(matchKeyNamed(word), value, context)
}

function matchKeyNamed(word: string): MatchKey {
  const wanted = word.toUpperCase().replaceAll('-', '_')
  const lower = word.toLowerCase()
  const known = MATCH_KEY_NAMES.find(
    (key) => key === wanted || MATCH_KEYS[key].spellings.some((spelling) => spelling === lower),
  )
  if (known !== undefined) return known
  const nearest = nearestWord(word, MATCH_KEY_NAMES)
  throw new RollcallError(`There is no match key "${word}"`, {
    code: 'usage/unknown-match-key',
    next: 'act',
    remedy: `${nearest === undefined ? '' : `Did you mean ${nearest}? `}There are: ${MATCH_KEY_NAMES.join(', ')}`,
  })
}
