import { carriedBits } from '../core/sync/carry.ts'
import type { PlacedRow } from '../core/sync/row.ts'
import { restrictTo } from '../core/sync/strong.ts'
import { MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import type { Cells } from '../core/match-key/rows.ts'
import type { MembershipRequest, ReplaceSession } from '../destination/port.ts'

const PLACES = new Map<MatchKey, number>(MATCH_KEY_NAMES.map((key, place) => [key, place]))

/**
 * Rows as the platform takes them. An add carries whole rows under the mapping's schema; a removal carries only the strong
 * keys that nobody who belongs holds, under the keys that occur, since a row may be older than the mapping.
 */
export function requestOf(
  operation: 'add' | 'remove' | 'replace',
  audienceId: string,
  rows: readonly PlacedRow[],
  mapped: readonly MatchKey[],
  session?: ReplaceSession,
): MembershipRequest {
  const cells = rows.map((row) =>
    operation === 'remove' ? restrictTo(row.cells, carriedBits(row)) : row.cells,
  )
  const wholly =
    operation === 'remove' ? MATCH_KEY_NAMES.filter((key) => occurs(key, cells)) : mapped
  const schema = wholly.filter((key) => key !== 'EXTERN_ID' || everyoneHas(key, cells))
  const places = schema.map((key) => PLACES.get(key) ?? -1)
  return {
    operation,
    audienceId,
    schema,
    rows: cells.map((row) => places.map((place) => row[place] ?? null)),
    ...(session === undefined ? {} : { session }),
  }
}

function occurs(key: MatchKey, rows: readonly Cells[]): boolean {
  const place = PLACES.get(key) ?? -1
  return rows.some((cells) => (cells[place] ?? null) !== null)
}

/** The platform rejects a row whose EXTERN_ID is empty, so the column is there for all rows of a request or for none. */
function everyoneHas(key: MatchKey, rows: readonly Cells[]): boolean {
  const place = PLACES.get(key) ?? -1
  return rows.every((cells) => (cells[place] ?? null) !== null)
}
