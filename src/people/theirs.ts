import { pieceSql } from './piece-files.ts'
import { standsSql } from './stands.ts'
import type { Tools } from './tools.ts'

/**
 * Makes scratch relations for finding all that is kept of some people: `facts_now` and `events_now`, what is in the pieces, and
 * `theirs`, those people and everybody who is the same person, each with who stands for all of them.
 * @returns the ids of `theirs`
 */
export async function layOutTheirs(
  { store, folder, local }: Tools,
  people: readonly string[],
): Promise<readonly string[]> {
  const { scratch } = local
  const { pieces } = await store.shape()
  await layOutLines({ local }, 'asked', people)
  for (const sql of [
    `create or replace view facts_now as ${pieceSql(folder, pieces, 'facts')}`,
    `create or replace view events_now as ${pieceSql(folder, pieces, 'events')}`,
    `create or replace table stands as ${standsSql('facts_now')}`,
    `create or replace table theirs as with given as (select try_cast(line as uuid) as person from asked where try_cast(line as uuid) is not null), ` +
      `whole as (select coalesce(stands, given.person) as stands from given left join stands on stands.person = given.person) ` +
      `select person, person as stands from given where person not in (select person from stands) union ` +
      `select stands, stands from whole union select person, stands from stands where stands in (select stands from whole)`,
  ])
    await scratch.run(sql)
  const rows = await scratch.all(
    'select distinct person::varchar as person from theirs order by all',
  )
  return rows.map(({ person }) => String(person))
}

/** Makes a scratch table of texts, in the column `line`. */
export async function layOutLines(
  { local }: Pick<Tools, 'local'>,
  table: string,
  lines: readonly string[],
): Promise<void> {
  await local.scratch.run(`create or replace table ${table} (line varchar)`)
  await local.appendLines(table, lines)
}

/** Lets go of what `layOutTheirs` made. */
export async function clearTheirs({ local }: Pick<Tools, 'local'>): Promise<void> {
  for (const made of [
    'view facts_now',
    'view events_now',
    'table stands',
    'table theirs',
    'table asked',
  ])
    await local.scratch.run(`drop ${made}`)
}
