import { emptySql } from '../../engine/duckdb/line-columns.ts'
import type { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import type { KnownPlan } from '../../store/port.ts'
import { GATHERED_COLUMNS, PLAN_COLUMNS } from './columns.ts'

/**
 * SQL that reads closed plans as one relation: a plan's columns, and of each row the id of its plan and the position there, told by
 * the file where it is of several plans.
 * @param plans At least one. What a file has of others that are forgotten is there too.
 */
export function planRowsSql(
  folder: ParquetFolder,
  plans: readonly Pick<KnownPlan, 'id' | 'file'>[],
): string {
  const ids = new Map(plans.map(({ id, file }) => [textSql(folder.path(`${file}.parquet`)), id]))
  const own = [...ids].map(([path, id]) => `(${path}, ${textSql(id)})`)
  const files = `read_parquet([${[...ids.keys()].join(', ')}], file_row_number = true, filename = true, union_by_name = true)`
  return (
    `(select * replace (coalesce(plan_id, own_id) as plan_id, coalesce(plan_position, file_row_number) as plan_position) ` +
    `from (select * from ${files} union all by name ${emptySql([...PLAN_COLUMNS, ...GATHERED_COLUMNS])}) as plan_rows ` +
    `join (values ${own.join(', ')}) as owners(path, own_id) on path = filename)`
  )
}

const textSql = (text: string): string => `'${text.replaceAll("'", "''")}'`
