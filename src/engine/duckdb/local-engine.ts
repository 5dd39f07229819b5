import { duckdb } from '../../sql/duckdb.ts'
import type { Engine, Values } from '../port.ts'
import { SCRATCH, type LocalDuckDb } from './local.ts'
import { describeColumns } from './source.ts'

/** Laid out first, so that they can be counted. */
async function* lines(local: LocalDuckDb, sql: string, values?: Values): AsyncGenerator<string[]> {
  await local.source.run(`create or replace table ${SCRATCH}.asked_lines as ${sql}`, values)
  yield* local.lines('select * from asked_lines', await local.scratch.count('asked_lines'))
  await local.scratch.run('drop table asked_lines')
}

/** The embedded engine over what is attached to it. */
export const localEngine = (local: LocalDuckDb): Engine => ({
  dialect: duckdb,
  all: async (sql, values) => local.source.all(sql, values),
  one: async (sql, values) => local.source.one(sql, values),
  lines: (sql, values) => lines(local, sql, values),
  describe: async (query) => describeColumns(local, query),
})
