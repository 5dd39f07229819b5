import type { Cells } from '../../core/match-key/rows.ts'
import { strongBits, strongKeys, type StrongKey } from '../../core/sync/strong.ts'
import { lineSql } from '../../engine/duckdb/line-columns.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import type { LedgerFiles } from '../../store/port.ts'
import { readLedgerRow } from './codec.ts'
import { ROW_COLUMNS } from './columns.ts'
import { fileSql } from './file-sql.ts'
import { ledgerSql, rowsFile } from './ledger-sql.ts'
import { holdsSuppressedSql, laySuppressed, suppressedMembers } from './suppressed-keys.ts'

/** What a ledger's or a plan's files have of a member. */
export interface FoundRow {
  readonly member: string
  readonly cells: Cells
}

/**
 * All rows, in the files of one remote audience, of those members of whom some row has one of these keys, and of some more. Layers that newer ones
 * have replaced are read too, and so are plans: all of it has to go.
 */
export async function findPerson(
  local: LocalDuckDb,
  folder: ParquetFolder,
  { files, plans }: { readonly files: LedgerFiles; readonly plans: readonly string[] },
  { keys, members }: { readonly keys: readonly StrongKey[]; readonly members: readonly string[] },
): Promise<readonly FoundRow[]> {
  await laySuppressed(local, keys)
  await local.scratch.run('create or replace table asked_members (line varchar)')
  await local.appendLines('asked_members', members)
  const layers = [...(files.base === null ? [] : [files.base]), ...files.overlays]
  const paths = [...layers.map(rowsFile), ...plans.map((plan) => `${plan}.parquet`)]
  const found: FoundRow[] = []
  for (const path of paths) {
    const rows = `select ${names} from ${fileSql(folder.path(path), ROW_COLUMNS)}`
    const lines = await local.scratch.all(
      `select distinct ${lineSql(ROW_COLUMNS)} as line from (${rows}) as rows ` +
        `where match_row is not null and (member in (${suppressedMembers(rows)}) ` +
        'or member in (select cast(line as uuid) from asked_members))',
    )
    for (const { line } of lines) {
      const { member, cells } = readLedgerRow(String(line))
      found.push({ member, cells })
    }
  }
  return found
}

/** Which of these keys members of a ledger have who are not among those named. */
export async function keysOfOthers(
  local: LocalDuckDb,
  folder: ParquetFolder,
  files: LedgerFiles,
  keys: readonly StrongKey[],
  but: ReadonlySet<string>,
): Promise<readonly StrongKey[]> {
  await laySuppressed(local, keys)
  const { rows } = ledgerSql(files, (file) => folder.path(file))
  const lines = await local.scratch.all(
    `select ${lineSql(ROW_COLUMNS)} as line from (${rows}) as rows where ${holdsSuppressedSql}`,
  )
  const wanted = new Set(keys)
  return lines.flatMap(({ line }) => {
    const { member, cells } = readLedgerRow(String(line))
    const own = but.has(member) ? [] : strongKeys(cells, strongBits(cells))
    return own.filter((key) => wanted.has(key))
  })
}

const names = ROW_COLUMNS.map(({ name }) => name).join(', ')
