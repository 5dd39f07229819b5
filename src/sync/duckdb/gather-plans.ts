import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import type { KnownPlan } from '../../store/port.ts'
import { PLAN_COLUMNS } from './columns.ts'
import { planRowsSql } from './plan-rows-sql.ts'

/** Writes some plans' files as one, in which each row says which plan it is of and its position there. */
export async function gatherPlans(
  { local, folder }: { readonly local: LocalDuckDb; readonly folder: ParquetFolder },
  plans: readonly Pick<KnownPlan, 'id' | 'file'>[],
  name: string,
): Promise<void> {
  const columns = PLAN_COLUMNS.map((column) => column.name).join(', ')
  const path = folder.path(`${name}.parquet`).replaceAll("'", "''")
  // By member: whoever is looked for is found in few parts of the file.
  await local.scratch.run(
    `copy (select ${columns}, plan_id, plan_position from ${planRowsSql(folder, plans)} order by member, plan_id, plan_position) ` +
      `to '${path}' (format parquet, compression zstd)`,
  )
  await folder.makeDurable(`${name}.parquet`)
}
