import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import type { LedgerFiles } from '../../store/port.ts'
import { ROW_COLUMNS } from './columns.ts'
import { fileSql } from './file-sql.ts'
import { membersFile, rowsFile, type LedgerRelations } from './ledger-sql.ts'

/** What writing a ledger's files takes. */
export interface LayerTools {
  readonly local: LocalDuckDb
  readonly folder: ParquetFolder
  readonly newName: () => string
}

/** The files of a ledger that is one layer. */
export async function based(
  base: string,
  { local, folder }: Pick<LayerTools, 'local' | 'folder'>,
): Promise<LedgerFiles> {
  const { rows } = await local.scratch.one(
    `select count(*) as rows from ${fileSql(folder.path(rowsFile(base)), ROW_COLUMNS)}`,
  )
  return { base, overlays: [], baseRows: Number(rows), overlayRows: 0 }
}

/**
 * Writes a layer of a ledger, durably.
 * @param order Left out for what came in the order of members: sorting everybody again takes most of a first run's memory.
 * @returns its name
 */
export async function writeLayer(
  { local, folder, newName }: LayerTools,
  layer: LedgerRelations,
  order = ' order by member',
): Promise<string> {
  const name = newName()
  for (const [file, sql] of [
    [membersFile(name), `${layer.members}${order}`],
    [rowsFile(name), `${layer.rows}${order}`],
  ] as const) {
    const path = folder.path(file).replaceAll("'", "''")
    await local.scratch.run(`copy (${sql}) to '${path}' (format parquet, compression zstd)`)
    await folder.makeDurable(file)
  }
  return name
}
