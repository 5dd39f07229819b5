// The floor under an unchanged run: one statement that fingerprints the source and full-joins it with the ledger.
import { LocalDuckDb } from '../src/engine/duckdb/local.ts'
import { duckdb } from '../src/sql/duckdb.ts'
import { fingerprintQuery } from '../src/sql/fingerprint.ts'
import { availableParallelism } from 'node:os'
import { readingOf } from './reading.ts'

const [people = '', members = '', spillFolder = ''] = process.argv.slice(2)
await using local = await LocalDuckDb.open({
  spillFolder,
  memoryLimit: '800MB',
  threads: availableParallelism(),
})
const { sql, parameters } = fingerprintQuery(readingOf(people, ''), duckdb)
const began = performance.now()
await local.source.one(
  `select count(*) as differing from (${sql}) as now full outer join read_parquet('${members}') as ledger ` +
    `on now.member = ledger.member where now.raw is distinct from ledger.raw`,
  parameters,
)
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - began) / 1000 })}\n`)
