import type { LedgerRow, PlacedRow } from '../../core/sync/row.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { KnownPlan, LedgerFiles } from '../../store/port.ts'
import { readLedgerRow, readPlacedRow } from './codec.ts'
import { lineSql } from '../../engine/duckdb/line-columns.ts'
import { PLAN_COLUMNS, ROW_COLUMNS } from './columns.ts'
import type { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import { ledgerSql } from './ledger-sql.ts'
import { planRowsSql } from './plan-rows-sql.ts'

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

/** One member's rows in closed and open plans, by the plan's id and in the order of their positions. */
export async function planRowsOf(
  local: LocalDuckDb,
  folder: ParquetFolder,
  plans: readonly KnownPlan[],
  member: string,
): Promise<ReadonlyMap<string, readonly PlacedRow[]>> {
  if (plans.length === 0) return new Map()
  // Files that are kept no longer are left out.
  const there = new Set(await folder.names())
  const kept = plans.filter(({ file }) => there.has(file))
  if (kept.length === 0) return new Map()
  const found = await local.scratch.all(
    `select plan_id as plan, ${lineSql(PLAN_COLUMNS, ['plan_position'])} as line ` +
      `from ${planRowsSql(folder, kept)} ` +
      `where member = cast($member as uuid) order by plan_position`,
    { member },
  )
  const rows = new Map<string, PlacedRow[]>()
  for (const { plan, line } of found) {
    const own = rows.get(String(plan)) ?? []
    own.push(readPlacedRow(String(line)))
    rows.set(String(plan), own)
  }
  return rows
}
