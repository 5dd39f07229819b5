import { MATCH_KEY_NAMES, MATCH_KEYS, type MatchKey } from '../../core/match-key/table.ts'
import type { Column } from '../../engine/duckdb/line-columns.ts'

/** The column of a match key. A hash is kept as its 32 bytes, which are read in half the time of its 64 digits. */
export function cellColumn(key: MatchKey): Column {
  return { name: `c_${key.toLowerCase()}`, type: MATCH_KEYS[key].hashed ? 'blob' : 'varchar' }
}

const CELLS: readonly Column[] = MATCH_KEY_NAMES.map(cellColumn)

/*
 * The columns of the ledger's and plans' files. Each has its row here; the SQL that writes it from a line of text, the SQL that
 * reads it into one, and the places in the line derive from it.
 */

/** One match row of a member, in the ledger. */
export const ROW_COLUMNS = [
  { name: 'member', type: 'uuid' },
  { name: 'match_row', type: 'uuid' },
  { name: 'value', type: 'uuid' },
  { name: 'in_u', type: 'boolean' },
  { name: 'in_l', type: 'boolean' },
  { name: 'quarantine', type: 'varchar' },
  { name: 'asserted_at', type: 'bigint' },
  { name: 'desired', type: 'boolean' },
  ...CELLS,
] as const satisfies readonly Column[]

/** A row of a plan: the ledger's, and what is to become of it. */
export const PLAN_COLUMNS = [
  ...ROW_COLUMNS,
  { name: 'raw', type: 'uuid' },
  { name: 'value_next', type: 'uuid' },
  { name: 'operation', type: 'varchar' },
  { name: 'cause', type: 'varchar' },
  { name: 'held', type: 'integer' },
] as const satisfies readonly Column[]

/** What a file of several plans has beside: which plan a row is of, and its position there, which is its place in a file of one. */
export const GATHERED_COLUMNS = [
  { name: 'plan_id', type: 'varchar' },
  { name: 'plan_position', type: 'bigint' },
] as const satisfies readonly Column[]

/** A row on its way into the ledger. */
export const FOLDED_COLUMNS = [
  ...ROW_COLUMNS,
  { name: 'settled', type: 'boolean' },
  { name: 'coverable', type: 'boolean' },
] as const satisfies readonly Column[]

/** A member of the ledger. `gone` in an overlay: no longer known, whatever older files say. */
export const MEMBER_COLUMNS = [
  { name: 'member', type: 'uuid' },
  { name: 'raw', type: 'uuid' },
  { name: 'in_u', type: 'boolean' },
  { name: 'usable', type: 'boolean' },
  { name: 'gone', type: 'boolean' },
] as const satisfies readonly Column[]

/** A member on their way into the ledger; `raw` counts once nothing of theirs is left to do. */
export const FOLDED_MEMBER_COLUMNS = [
  ...MEMBER_COLUMNS,
  { name: 'settled', type: 'boolean' },
] as const satisfies readonly Column[]
