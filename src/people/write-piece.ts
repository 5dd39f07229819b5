import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { fromLinesSql } from '../engine/duckdb/line-columns.ts'
import type { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import { idHashSql } from './duplicates.ts'
import { EVENT_COLUMNS, eventsFile, FACT_COLUMNS, factsFile } from './piece-columns.ts'

/** A file is written in row groups that can be passed over, so a question about a month does not read a year. */
const FILE_FORMAT = 'format parquet, compression zstd, row_group_size 122880'

/**
 * Writes the two files of a piece and makes them durable. Nothing refers to them yet. They are not sorted: each fits into one
 * row group, so its order helps nobody.
 */
export async function writePiece(
  local: LocalDuckDb,
  folder: ParquetFolder,
  name: string,
  lines: { readonly events: readonly string[]; readonly facts: readonly string[] },
): Promise<void> {
  for (const [file, table, columns] of [
    [
      eventsFile(name),
      lines.events,
      `select *, ${idHashSql('id')} as id_hash from (${fromLinesSql('piece_lines', EVENT_COLUMNS)})`,
    ],
    [factsFile(name), lines.facts, fromLinesSql('piece_lines', FACT_COLUMNS)],
  ] as const) {
    if (table.length === 0) continue
    await local.scratch.run('create or replace table piece_lines (line varchar)')
    await local.appendLines('piece_lines', table)
    await copyTo(local, folder, file, columns)
  }
  await local.scratch.run('drop table if exists piece_lines')
}

/** Writes what a statement gives into a file of the folder, durably. */
export async function copyTo(
  local: LocalDuckDb,
  folder: ParquetFolder,
  file: string,
  sql: string,
): Promise<void> {
  const path = folder.path(file).replaceAll("'", "''")
  await local.scratch.run(`copy (${sql}) to '${path}' (${FILE_FORMAT})`)
  await folder.makeDurable(file)
}
