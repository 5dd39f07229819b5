import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import { PLAN_COLUMNS } from './columns.ts'
import { fileSql } from './file-sql.ts'

/** What a stripped plan is called begins so. */
export const HISTORY = 'history'

/**
 * Writes a plan's file once more without what was sent: who, what, and when by its batches, are left, and every row has its
 * position.
 */
export async function stripPlan(
  { local, folder }: { readonly local: LocalDuckDb; readonly folder: ParquetFolder },
  plan: string,
  name: string,
): Promise<void> {
  const emptied = PLAN_COLUMNS.filter(
    (column) =>
      column.name.startsWith('c_') || (column.type === 'uuid' && column.name !== 'member'),
  ).map((column) => `cast(null as ${column.type}) as ${column.name}`)
  const file = fileSql(folder.path(`${plan}.parquet`), PLAN_COLUMNS, true)
  const path = folder.path(`${name}.parquet`).replaceAll("'", "''")
  await local.scratch.run(
    `copy (select * exclude (file_row_number) replace (${emptied.join(', ')}) from ${file} order by file_row_number) ` +
      `to '${path}' (format parquet, compression zstd)`,
  )
  await folder.makeDurable(`${name}.parquet`)
}
