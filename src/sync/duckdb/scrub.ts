import type { StrongKey } from '../../core/sync/strong.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { LedgerFiles } from '../../store/port.ts'
import { MEMBER_COLUMNS, PLAN_COLUMNS, ROW_COLUMNS } from './columns.ts'
import { fileSql } from './file-sql.ts'
import { based, writeLayer, type LayerTools } from './layer-files.ts'
import { ledgerSql, membersFile, rowsFile } from './ledger-sql.ts'
import { holdsSuppressedSql, laySuppressed } from './suppressed-keys.ts'

/** Whose rows are to be in no file any more: these members', and all with one of these keys. */
export interface Scrubbed {
  readonly members: readonly string[]
  readonly keys: readonly StrongKey[]
}

/** What a row of a plan is left with: its place and what was done, so that the positions of the others stay what they were. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

const IS_THEIRS = 'member in (select member from scrubbed_members)'

/** Lays out whose rows are meant; the other functions of this file go by it. */
export async function layScrubbed(local: LocalDuckDb, { members, keys }: Scrubbed): Promise<void> {
  await laySuppressed(local, keys)
  await local.scratch.run('create or replace table scrubbed_lines (line varchar)')
  await local.appendLines('scrubbed_lines', members)
  await local.scratch.run(
    'create or replace table scrubbed_members as select cast(line as uuid) as member from scrubbed_lines',
  )
}

/**
 * The ledger without them, as one new base: not even a layer that newer ones replaced has them.
 * @returns null when no file of it has anything of theirs
 */
export async function scrubLedger(
  tools: LayerTools,
  files: LedgerFiles,
): Promise<LedgerFiles | null> {
  const { local, folder } = tools
  const layers = [...(files.base === null ? [] : [files.base]), ...files.overlays]
  let found = 0
  for (const layer of layers) {
    found += await local.scratch.count(
      `${fileSql(folder.path(rowsFile(layer)), ROW_COLUMNS)} where ${IS_THEIRS} or ${holdsSuppressedSql}`,
    )
    found += await local.scratch.count(
      `${fileSql(folder.path(membersFile(layer)), MEMBER_COLUMNS)} where ${IS_THEIRS}`,
    )
  }
  if (found === 0) return null
  const { members, rows } = ledgerSql(files, (file) => folder.path(file))
  const base = await writeLayer(tools, {
    members: `select * from (${members}) as ledger where not ${IS_THEIRS}`,
    rows: `select * from (${rows}) as ledger where not (${IS_THEIRS} or ${holdsSuppressedSql})`,
  })
  return based(base, tools)
}

/**
 * A plan's file in which their rows are nobody's and empty. Its other rows keep their positions.
 * @returns the new file's name; null when the file has nothing of theirs
 */
export async function scrubPlan(
  { local, folder, newName }: LayerTools,
  plan: string,
): Promise<string | null> {
  const file = fileSql(folder.path(`${plan}.parquet`), PLAN_COLUMNS, true)
  // Found once: as a condition of each column it would be asked dozens of times for each row.
  await local.scratch.run(
    `create or replace table scrubbed_places as select file_row_number as place from ${file} ` +
      `where ${IS_THEIRS} or ${holdsSuppressedSql}`,
  )
  if ((await local.scratch.count('scrubbed_places')) === 0) return null
  const emptied = PLAN_COLUMNS.filter(
    ({ name, type }) => name === 'quarantine' || type === 'uuid' || name.startsWith('c_'),
  ).map(({ name, type }) => {
    const nothing = name === 'member' ? `cast('${NOBODY}' as uuid)` : `cast(null as ${type})`
    return `case when place is null then ${name} else ${nothing} end as ${name}`
  })
  const name = newName()
  const path = folder.path(`${name}.parquet`).replaceAll("'", "''")
  await local.scratch.run(
    `copy (select * exclude (file_row_number, place) replace (${emptied.join(', ')}) ` +
      `from ${file} as rows left join scrubbed_places on place = file_row_number order by file_row_number) ` +
      `to '${path}' (format parquet, compression zstd)`,
  )
  await folder.makeDurable(`${name}.parquet`)
  return name
}
