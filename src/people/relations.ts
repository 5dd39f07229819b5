import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import type { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import { BELOW, factsOf, moment, ORDER } from './facts-sql.ts'
import type { Shape } from './people-store.ts'
import { onlyTheirs } from './only-theirs.ts'
import { pieceSql } from './piece-files.ts'
import {
  accountColumns,
  literal,
  profileColumns,
  type NamedColumns,
  type ProfileColumn,
  type ProfileColumns,
} from './profile-columns.ts'
import { narrowProfilesSql, pickTrait, readTrait, wideProfilesSql } from './profiles-sql.ts'
import { standsSql } from './stands.ts'

/**
 * Leaves of the columns of `profiles` only those that are read, so that the others cost nothing; where many are, all of them.
 * @param isRead Of a column beside `person` and the times: whether anything that will be asked until the next call names it.
 */
export type Narrow = (isRead: (column: string) => boolean) => Promise<void>

/**
 * Lets the SQL of models and audiences read the people, as of the moment of their shape:
 * - `profiles`: who there is, with identifiers and the latest traits
 * - `events`: what they did, each of the person that it belongs to now
 * - `trait_history`: which value a trait had since when
 * - `consent_history`: which categories they agreed to since when
 * - `accounts`: the groups that they belong to, with the latest traits
 * - `account_members`: who belongs to which since when
 * - `merges`: who became part of whom
 *
 * @param only Where some people alone are asked about, their ids as they stand now: the files are read for them, and nobody else is there.
 */
export async function attachPeople(
  local: LocalDuckDb,
  folder: ParquetFolder,
  { pieces, kinds, traits, accountTraits }: Shape,
  named: NamedColumns,
  only?: readonly string[],
): Promise<Narrow> {
  const kept = {
    facts: pieceSql(folder, pieces, 'facts'),
    taken: pieceSql(folder, pieces, 'events'),
  }
  const columns = profileColumns(kinds, traits, named)
  await local.source.run(`create schema if not exists ${BELOW}`)
  await local.source.run(
    `create or replace table ${BELOW}.stands as ${standsSql(`(${kept.facts})`)}`,
  )
  const read = only === undefined ? kept : await onlyTheirs(local, BELOW, kept, only)
  for (const sql of [
    `create or replace view ${BELOW}.facts as ${read.facts}`,
    `create or replace view ${BELOW}.taken as ${read.taken}`,
    `create or replace view profiles as ${wideProfilesSql(columns)}`,
    `create or replace view events as ${EVENTS}`,
    `create or replace view trait_history as ${historySql(columns.traits)}`,
    `create or replace view consent_history as ${CONSENT_HISTORY}`,
    `create or replace view accounts as ${accountsSql(accountColumns(accountTraits))}`,
    `create or replace view account_members as ${MEMBERS}`,
    `create or replace view merges as ${MERGES}`,
  ])
    await local.source.run(sql)
  return async (isRead) => narrow(local, columns, isRead)
}

/** With more columns, finding each by itself takes longer than gathering all. */
const NARROW_MAX = 30

async function narrow(
  local: LocalDuckDb,
  all: ProfileColumns,
  isRead: (column: string) => boolean,
): Promise<void> {
  const of = <T extends { readonly column: string }>(columns: readonly T[]): readonly T[] =>
    columns.filter(({ column }) => isRead(column))
  const read = {
    consent: of(all.consent),
    identifiers: of(all.identifiers),
    traits: of(all.traits),
  }
  const count = read.consent.length + read.identifiers.length + read.traits.length
  const sql = count <= NARROW_MAX ? narrowProfilesSql(read) : wideProfilesSql(all)
  await local.source.run(`create or replace view profiles as ${sql}`)
}

const EVENTS =
  `select coalesce(stands, taken.person) as person, name, ${moment('time')} as time, time as time_ms, id, ` +
  `cast(properties as json) as properties, cast(context as json) as context, source ` +
  `from ${BELOW}.taken as taken left join ${BELOW}.stands as stands on stands.person = taken.person`

/** A view of the accounts: of each of their traits the value that was said last, by whomever. */
function accountsSql(traits: readonly ProfileColumn[]): string {
  return (
    `with told as (${factsOf(`'group'`, 'name as account, value, time, id')}), ` +
    `each_trait as (select account, each.key as name, each.value as value, told.time as time, told.id as id from told, json_each(told.value) as each), ` +
    `latest as (select account, name, nullif(cast(arg_max(value, ${ORDER}) as varchar), 'null') as value from each_trait group by account, name), ` +
    `traits as (select ${['account', ...traits.map(pickTrait)].join(', ')} from latest group by account) ` +
    `select ${['account', ...traits.map(readTrait)].join(', ')} from (select distinct account from told) left join traits using (account)`
  )
}

const MEMBERS =
  `select person, account, ${moment('min(time)')} as since ` +
  `from (${factsOf(`'group'`, 'name as account, time')}) group by person, account`

const CONSENT_HISTORY =
  `select person, cast(json_extract_string(value, '$[*]') as varchar[]) as granted, ${moment('time')} as since, id as message ` +
  `from (select *, lag(value) over (partition by person order by time, id) as before ` +
  `from (${factsOf(`'consent'`, 'value, time, id')})) where value is distinct from before`

/** A view of what the traits were, each under the name of its column; of values of one moment the last one counts. */
function historySql(traits: readonly ProfileColumn[]): string {
  const renamed = traits.filter(({ name, column }) => name !== column)
  const cases = renamed.map(({ name, column }) => `when ${literal(name)} then ${literal(column)} `)
  const trait = renamed.length === 0 ? 'name' : `case name ${cases.join('')}else name end`
  return (
    `select person, ${trait} as trait, cast(nullif(value, 'null') as json) as value, ${moment('time')} as since ` +
    `from (select *, lag(value) over (partition by person, name order by time) as before ` +
    `from (select person, name, time, arg_max(value, id) as value ` +
    `from (${factsOf(`'trait'`, 'name, value, time, id')}) group by person, name, time)) where value is distinct from before`
  )
}

const MERGES =
  `select facts.person, cast(value as uuid) as merged_into, stands, ${moment('time')} as merged_at, name as by_identifiers, id as message ` +
  `from ${BELOW}.facts as facts join ${BELOW}.stands as stands on stands.person = facts.person where fact = 'merge'`
