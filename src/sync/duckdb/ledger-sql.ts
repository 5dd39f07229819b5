import type { LedgerFiles } from '../../store/port.ts'
import { emptySql } from '../../engine/duckdb/line-columns.ts'
import { MEMBER_COLUMNS, ROW_COLUMNS } from './columns.ts'
import { fileSql } from './file-sql.ts'

/** A ledger layer is two files: its members, which every run reads, and their rows, which only changes need. */
export const membersFile = (name: string): string => `${name}.members.parquet`
export const rowsFile = (name: string): string => `${name}.rows.parquet`

export interface LedgerRelations {
  readonly members: string
  readonly rows: string
}

/**
 * The ledger as two relations: each layer, oldest first, gives way to the newer ones for the members that they name.
 * `keepGone` keeps the notes of who is no longer known, for a layer that will lie over others.
 */
export function ledgerSql(
  { base, overlays }: Pick<LedgerFiles, 'base' | 'overlays'>,
  pathOf: (file: string) => string,
  keepGone = false,
): LedgerRelations {
  const layers = [...(base === null ? [] : [base]), ...overlays]
  const members: string[] = []
  const rows: string[] = []
  for (const [place, layer] of layers.entries()) {
    const newer = layers
      .slice(place + 1)
      .map((name) => `select member from ${fileSql(pathOf(membersFile(name)), MEMBER_COLUMNS)}`)
    const held =
      newer.length === 0 ? '' : ` anti join (${newer.join(' union all ')}) as newer using (member)`
    members.push(
      `select ${names(MEMBER_COLUMNS)} from ${fileSql(pathOf(membersFile(layer)), MEMBER_COLUMNS)}${held}${keepGone ? '' : ' where not gone'}`,
    )
    rows.push(
      `select ${names(ROW_COLUMNS)} from ${fileSql(pathOf(rowsFile(layer)), ROW_COLUMNS)}${held}`,
    )
  }
  return {
    members: members.length === 0 ? emptySql(MEMBER_COLUMNS) : members.join(' union all '),
    rows: rows.length === 0 ? emptySql(ROW_COLUMNS) : rows.join(' union all '),
  }
}

function names(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => name).join(', ')
}
