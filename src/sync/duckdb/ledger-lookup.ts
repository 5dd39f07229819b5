import { access } from 'node:fs/promises'
import type { LedgerRow, PlacedRow } from '../../core/sync/row.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { LedgerFiles } from '../../store/port.ts'
import { readLedgerRow, readPlacedRow } from './codec.ts'
import { lineSql } from '../../engine/duckdb/line-columns.ts'
import { PLAN_COLUMNS, ROW_COLUMNS } from './columns.ts'
import { fileSql } from './file-sql.ts'
import type { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import { ledgerSql } from './ledger-sql.ts'

/** What the ledger's files hold of one member. */
export async function ledgerRowsOf(
  local: LocalDuckDb,
  folder: ParquetFolder,
  files: Pick<LedgerFiles, 'base' | 'overlays'>,
  member: string,
): Promise<LedgerRow[]> {
  const { rows } = ledgerSql(files, (file) => folder.path(file))
  const found = await local.scratch.all(
    `select ${lineSql(ROW_COLUMNS)} as line from (${rows}) as rows ` +
      `where member = cast($member as uuid) order by match_row`,
    { member },
  )
  return found.map((row) => readLedgerRow(String(row['line'])))
}

/** One member's rows in a plan's file; null when the file is kept no longer. */
export async function planRowsOf(
  local: LocalDuckDb,
  folder: ParquetFolder,
  file: string,
  member: string,
): Promise<PlacedRow[] | null> {
  const path = folder.path(`${file}.parquet`)
  try {
    await access(path)
  } catch {
    return null
  }
  const found = await local.scratch.all(
    `select ${lineSql(PLAN_COLUMNS, ['file_row_number'])} as line ` +
      `from ${fileSql(path, PLAN_COLUMNS, true)} ` +
      `where member = cast($member as uuid) order by file_row_number`,
    { member },
  )
  return found.map((row) => readPlacedRow(String(row['line'])))
}
