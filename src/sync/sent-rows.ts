import {
  matchRows,
  type Cells,
  type MappedValues,
  type MemberRows,
  type RowContext,
} from '../core/match-key/rows.ts'
import { MATCH_KEY_NAMES } from '../core/match-key/table.ts'

const VALUE_PLACE = MATCH_KEY_NAMES.indexOf('LOOKALIKE_VALUE')

/**
 * One member's rows as a sync sends them: none for somebody who is named by their own id on the do-not-send list, and none without
 * a value in a value-based audience.
 */
export function sentRows(
  values: MappedValues,
  context: RowContext,
  valueBased: boolean,
): MemberRows {
  const { isSuppressed } = context
  if (isSuppressed === undefined) return worth(matchRows(values, context), valueBased)
  let whole = false
  const read = matchRows(values, {
    ...context,
    isSuppressed: (key, sent) => {
      const found = isSuppressed(key, sent)
      whole ||= found && key === 'EXTERN_ID'
      return found
    },
  })
  return worth(whole ? { ...read, rows: [] } : read, valueBased)
}

function worth(read: MemberRows, valueBased: boolean): MemberRows {
  return valueBased ? { ...read, rows: read.rows.map(withValue) } : read
}

const withValue = (cells: Cells): Cells =>
  (cells[VALUE_PLACE] ?? null) === null ? cells.with(VALUE_PLACE, '0') : cells
