import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LocalDuckDb } from '../../engine/duckdb/local.ts'
import { ROW_COLUMNS } from './columns.ts'
import { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import { ledgerRowsOf } from './ledger-lookup.ts'
import { membersFile, rowsFile } from './ledger-sql.ts'

const ANN = '11111111-0000-0000-0000-000000000000'
const DIGEST = 'a'.repeat(64)

test('a ledger that was written before a match key was known is read without it', async () => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-file's-"))
  try {
    const ledger = new ParquetFolder(join(folder, 'ledger'))
    mkdirSync(ledger.path(''))
    await using local = await LocalDuckDb.open({
      spillFolder: join(folder, 'spill'),
      memoryLimit: '200MB',
      threads: 1,
    })
    const write = async (sql: string, file: string): Promise<void> =>
      local.scratch.run(`copy (${sql}) to '${ledger.path(file).replaceAll("'", "''")}'`)
    await write(
      `select cast('${ANN}' as uuid) as member, cast('${ANN}' as uuid) as raw, true as in_u, true as usable, false as gone`,
      membersFile('old'),
    )
    const values: Readonly<Record<string, string>> = {
      member: `'${ANN}'`,
      match_row: `'${ANN}'`,
      in_u: 'true',
      in_l: 'true',
      desired: 'true',
      c_email: `unhex('${DIGEST}')`,
    }
    const older = ROW_COLUMNS.filter(({ name }) => name !== 'c_zip')
    const columns = older.map(
      ({ name, type }) => `cast(${values[name] ?? 'null'} as ${type}) as ${name}`,
    )
    await write(`select ${columns.join(', ')}`, rowsFile('old'))

    const [row] = await ledgerRowsOf(local, ledger, { base: 'old', overlays: [] }, ANN)
    assert.equal(row?.inU, true)
    assert.deepEqual(
      row?.cells.filter((cell) => cell !== null),
      [DIGEST],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
