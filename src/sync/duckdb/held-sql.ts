import { EXTERN_ID_BIT, STRONG_KEYS } from '../../core/sync/strong.ts'
import { cellColumn } from './columns.ts'

/** Strong keys, each with its bit and its column. */
export const STRONG_COLUMNS = STRONG_KEYS.map((key, place) => {
  const cell = cellColumn(key)
  return { bit: 1 << place, column: cell.name, cell }
})

/**
 * For the rows of `candidates` (a table with `place` and the strong key columns), which of their strong keys stand in any of
 * `holders`: a relation of `place` and `held`, the bits. Candidates are few; each holder is scanned once per key.
 */
export function heldSql(candidates: string, holders: readonly string[]): string {
  const found = STRONG_COLUMNS.map(({ bit, column }) => {
    const wanted = `select ${column} from ${candidates} where ${column} is not null`
    const holding = holders
      .map((holder) => `select ${column} from (${holder}) where ${column} in (${wanted})`)
      .join(' union all ')
    return `select place, ${bit} as bit from ${candidates} where ${column} in (${holding})`
  })
  return `select place, cast(sum(bit) as integer) as held from (${found.join(' union all ')}) group by place`
}

/** The bits of the strong keys that a row has. */
export const strongBitsSql: string = STRONG_COLUMNS.map(
  ({ bit, column }) => `(case when ${column} is not null then ${bit} else 0 end)`,
).join(' + ')

/** As `namingBits` in the core, for a relation with the strong columns. */
export const namingBitsSql: string = `case when (${strongBitsSql}) = ${EXTERN_ID_BIT} then ${EXTERN_ID_BIT} else (${strongBitsSql}) & ~${EXTERN_ID_BIT} end`

/** As `carriedBits` in the core, for a relation with the strong columns, `cause` and `held`. */
export const carriedBitsSql: string = `case when cause = 'erased' then (${strongBitsSql}) when (${strongBitsSql}) = ${EXTERN_ID_BIT} then ${EXTERN_ID_BIT} & ~held else (${strongBitsSql}) & ~held & ~${EXTERN_ID_BIT} end`
