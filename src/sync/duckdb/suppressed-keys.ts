import type { StrongKey } from '../../core/sync/strong.ts'
import { valueSql } from '../../engine/duckdb/line-columns.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import { STRONG_COLUMNS } from './held-sql.ts'

/** Keys that rows are looked for by, as the table `suppressed_keys`. They are written as place and value, parted by a colon. */
export async function laySuppressed(local: LocalDuckDb, keys: readonly StrongKey[]): Promise<void> {
  await local.scratch.run('create or replace table suppressed_lines (line varchar)')
  await local.appendLines('suppressed_lines', keys)
  await local.scratch.run(
    `create or replace table suppressed_keys as select cast(split_part(line, ':', 1) as integer) as place, ` +
      `line[strpos(line, ':') + 1:] as value from suppressed_lines`,
  )
}

type StrongColumn = (typeof STRONG_COLUMNS)[number]

/** Whom a row of a relation names by one of those keys. */
export function suppressedMembers(rows: string): string {
  const holding = STRONG_COLUMNS.map(
    (strong, place) =>
      `select member from (${rows}) as rows where ${isSuppressedSql(strong, place)}`,
  )
  return `select distinct member from (${holding.join(' union all ')}) as rows`
}

/** Whether a row has one of those keys in any column. */
export const holdsSuppressedSql: string = STRONG_COLUMNS.map(
  (strong, place) => `(${strong.column} is not null and ${isSuppressedSql(strong, place)})`,
).join(' or ')

function isSuppressedSql({ column, cell }: StrongColumn, place: number): string {
  return `${column} in (select ${valueSql('value', cell)} from suppressed_keys where place = ${place})`
}
