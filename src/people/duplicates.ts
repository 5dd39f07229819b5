import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import type { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import { eventsFile } from './piece-columns.ts'
import type { Piece } from './people-store.ts'
import { filesSql } from './files-sql.ts'

/**
 * How far apart in time two copies of one event may lie. A client that sends again sends the same time; what moves it is how
 * far its clock was off at each sending.
 */
const APART_MS = 7 * 86_400_000

/** Identifies an event within its pieces; two ids may share it. */
export const idHashSql = (id: string): string => `md5_number_lower(${id})`

/**
 * Which of some events were taken in before: one statement for all of them, over the pieces that hold events of their time.
 * @param ids Without a sign that parts columns in them.
 */
export async function findDuplicates(
  local: LocalDuckDb,
  folder: ParquetFolder,
  pieces: readonly Piece[],
  ids: readonly string[],
  [first, last]: readonly [number, number],
): Promise<ReadonlySet<string>> {
  const [from, until] = [first - APART_MS, last + APART_MS]
  const near = pieces.filter(
    (piece) => piece.events > 0 && piece.first <= until && piece.last >= from,
  )
  if (near.length === 0 || ids.length === 0) return new Set()
  const { scratch } = local
  const files = filesSql(near.map(({ name }) => folder.path(eventsFile(name))))
  const within = { from, until }
  await scratch.run('create or replace table arrived (line varchar)')
  await local.appendLines('arrived', ids)
  // The hashes alone are read of everything; the ids of those that are alike.
  await scratch.run(
    `create or replace table alike as select distinct id_hash from ${files} as events ` +
      `where time between $from and $until and id_hash in (select ${idHashSql('line')} from arrived)`,
    within,
  )
  const rows =
    (await scratch.count('alike')) === 0
      ? []
      : await scratch.all(
          `select distinct line from arrived join ` +
            `(select id from ${files} as events where time between $from and $until and id_hash in (select id_hash from alike)) on id = line`,
          within,
        )
  await scratch.run('drop table arrived')
  await scratch.run('drop table alike')
  return new Set(rows.map(({ line }) => String(line)))
}
