import { emptySql } from '../engine/duckdb/line-columns.ts'
import type { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import { filesSql } from './files-sql.ts'
import type { Piece } from './people-store.ts'
import { EVENT_COLUMNS, eventsFile, FACT_COLUMNS, factsFile } from './piece-columns.ts'

const WHICH = {
  events: { fileOf: eventsFile, columns: EVENT_COLUMNS },
  facts: { fileOf: factsFile, columns: FACT_COLUMNS },
} as const

/** The paths of the files with the events or the facts of some pieces. */
export const pieceFiles = (
  folder: ParquetFolder,
  pieces: readonly Piece[],
  which: keyof typeof WHICH,
): readonly string[] =>
  pieces
    .filter((piece) => piece[which] > 0)
    .map(({ name }) => folder.path(WHICH[which].fileOf(name)))

/** SQL of all events or facts of some pieces. */
export function pieceSql(
  folder: ParquetFolder,
  pieces: readonly Piece[],
  which: keyof typeof WHICH,
): string {
  const paths = pieceFiles(folder, pieces, which)
  return paths.length === 0 ? emptySql(WHICH[which].columns) : `select * from ${filesSql(paths)}`
}
