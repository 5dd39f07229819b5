import { SCRATCH, type LocalDuckDb } from '../engine/duckdb/local.ts'

/** SQL of all facts and of all events that are kept. */
interface Kept {
  readonly facts: string
  readonly taken: string
}

/**
 * What is kept of some people alone, those who became part of them included. Their facts become a table: each relation over people
 * reads them several times, and of a few people they are few. Events are read where they lie, so that of files and row groups
 * only those of the time that is asked for are read.
 * @param schema Where the tables go; it has the table `stands`.
 * @param people Ids of people as they stand now; others do no harm.
 */
export async function onlyTheirs(
  local: LocalDuckDb,
  schema: string,
  { facts, taken }: Kept,
  people: readonly string[],
): Promise<Kept> {
  const asked = `${SCRATCH}.asked_people`
  await local.scratch.run(`create or replace table ${asked} (line varchar)`)
  await local.appendLines('asked_people', people)
  for (const sql of [
    `create or replace table ${schema}.theirs as with asked as (select cast(line as uuid) as person from ${asked}) ` +
      `from asked union select person from ${schema}.stands where stands in (from asked)`,
    `create or replace table ${schema}.their_facts as ` +
      // Who has an identifier that is shared is not said there.
      `select * from (${facts}) as facts where fact = 'shared' ` +
      `union all select * from (${facts}) as facts semi join ${schema}.theirs using (person)`,
  ])
    await local.source.run(sql)
  return {
    facts: `select * from ${schema}.their_facts`,
    taken: `select * from (${taken}) as taken semi join ${schema}.theirs using (person)`,
  }
}
