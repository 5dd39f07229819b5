import { emptySql, type Column } from '../../engine/duckdb/line-columns.ts'

/**
 * SQL that reads one of our files as a relation. A column that the file was written without, such as a match key that came
 * later, is null in it; the engine takes the empty side out again, so that costs nothing.
 * @param path File names are ours; the folder's is the user's and may hold a quote.
 * @param placed Adds each row's place in the file, as `file_row_number`.
 */
export function fileSql(path: string, columns: readonly Column[], placed = false): string {
  const options = placed ? ', file_row_number = true' : ''
  const file = `read_parquet('${path.replaceAll("'", "''")}'${options})`
  return `(select * from ${file} union all by name ${emptySql(columns)})`
}
