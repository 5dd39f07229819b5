import {
  matchRows,
  type Cells,
  type MappedValues,
  type MemberRows,
  type RowContext,
} from '../core/match-key/rows.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import { EXTERN_ID_BIT, strongBits } from '../core/sync/strong.ts'

const VALUE_PLACE = MATCH_KEY_NAMES.indexOf('LOOKALIKE_VALUE')

interface SentRows extends MemberRows {
  /** One of their identifiers stands for somebody who was erased. */
  readonly erased: boolean
}

/**
 * One member's rows as a sync sends them: none for somebody who is named by their own id on the do-not-send list, or was erased, and
 * none without a value in a value-based audience.
 */
export function sentRows(
  values: MappedValues,
  context: RowContext,
  valueBased: boolean,
  idsAlone: boolean,
): SentRows {
  const { isSuppressed, isPerson } = context
  if (isSuppressed === undefined)
    return { ...sendable(matchRows(values, context), valueBased, idsAlone), erased: false }
  let erased = false
  let whole = false
  const read = matchRows(values, {
    ...context,
    isSuppressed: (key, sent) => {
      const found = isSuppressed(key, sent)
      erased ||= found && isPerson?.(key, sent) === true
      whole ||= found && key === 'EXTERN_ID'
      return found
    },
  })
  const own = whole || erased ? { ...read, rows: [] } : read
  return { ...sendable(own, valueBased, idsAlone), erased }
}

function sendable(read: MemberRows, valueBased: boolean, idsAlone: boolean): MemberRows {
  const rows = idsAlone
    ? read.rows
    : read.rows.filter((cells) => strongBits(cells) !== EXTERN_ID_BIT)
  return { ...read, rows: valueBased ? rows.map(withValue) : rows }
}

/**
 * Whether rows of an EXTERN_ID alone are sent: only by a sync that maps no other strong key. Beside others such a row would
 * match by whatever was uploaded with the id before: bring back an address that was withdrawn, or hit somebody who shares it.
 */
export function sendsIdsAlone(keys: readonly MatchKey[]): boolean {
  return !keys.some((key) => key !== 'EXTERN_ID' && MATCH_KEYS[key].role === 'strong')
}

const withValue = (cells: Cells): Cells =>
  (cells[VALUE_PLACE] ?? null) === null ? cells.with(VALUE_PLACE, '0') : cells
