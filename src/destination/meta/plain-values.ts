import { MATCH_KEYS, type MatchKey } from '../../core/match-key/table.ts'
import type { Cells } from '../../core/match-key/rows.ts'

/** The values in these rows that are not hashed, such as external ids and device ids, to be kept out of messages. */
export function plainValues(
  schema: readonly MatchKey[],
  rows: readonly Cells[],
): ReadonlySet<string> {
  const plain = schema.flatMap((key, at) => (MATCH_KEYS[key].hashed ? [] : [at]))
  return new Set(rows.flatMap((cells) => plain.flatMap((at) => cells[at] || [])))
}
