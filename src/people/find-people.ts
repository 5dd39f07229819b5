import { identifierKey, type Identifier } from '../core/identity/identifier.ts'
import type { Wanted } from './erasures.ts'
import { pieceSql } from './piece-files.ts'
import { clearTheirs, layOutTheirs } from './theirs.ts'
import type { Tools } from './tools.ts'

/** Somebody whom an identifier or an id leads to. */
export interface FoundPerson {
  /** As they stand now. */
  readonly person: string
  /** Theirs, and those of everybody who became part of them. */
  readonly ids: readonly string[]
  /** All that they have, with those of everybody who became part of them. */
  readonly identifiers: readonly Identifier[]
  /** What they had and what identifies nobody any more. */
  readonly earlier: readonly Identifier[]
  readonly events: number
}

/** Finds people by identifiers in their normal form, or by ids, also of people who became part of them. Nothing is changed. */
export async function findPeople(tools: Tools, wanted: Wanted): Promise<readonly FoundPerson[]> {
  const { erasures } = tools.store
  const { scratch } = tools.local
  const owners = await erasures.ownersOf(wanted.identifiers)
  await layOutTheirs(tools, [...wanted.people, ...owners])
  const people = await scratch.all(
    `select theirs.stands::varchar as person, (select count(*) from events_now where person in (select person from theirs as one where one.stands = theirs.stands)) as events ` +
      `from theirs where person = stands and stands in (select t.stands from facts_now as f join theirs as t on t.person = f.person where fact = 'seen') order by all`,
  )
  const ids = await scratch.all(
    'select distinct stands::varchar as person, person::varchar as id from theirs order by all',
  )
  const had = await scratch.all(
    `select distinct stands::varchar as person, name as kind, value from facts_now as f join theirs on theirs.person = f.person ` +
      `where fact = 'identifier' order by all`,
  )
  await clearTheirs(tools)
  const has = await erasures.identifiersOf(people.map(({ person }) => String(person)))
  const keys = new Set(has.map(identifierKey))
  const earlier = had
    .map((row) => ({
      person: String(row['person']),
      kind: String(row['kind']),
      value: String(row['value']),
    }))
    .filter((identifier) => !keys.has(identifierKey(identifier)))
  return people.map((row) => {
    const person = String(row['person'])
    return {
      person,
      ids: ids.filter((one) => one['person'] === person).map(({ id }) => String(id)),
      identifiers: of(person, has),
      earlier: of(person, earlier),
      events: Number(row['events']),
    }
  })
}

/** The ids of people that pass a test, those of whom became part of somebody among them. Nothing is changed. */
export async function findIds(
  { store, folder, local }: Tools,
  isMeant: (id: string) => boolean,
): Promise<readonly string[]> {
  const { pieces } = await store.shape()
  await local.scratch.run(
    `create or replace table all_ids as select distinct person::varchar as line from (${pieceSql(folder, pieces, 'facts')}) where fact = 'seen'`,
  )
  const found: string[] = []
  const lines = local.lines('select line from all_ids', await local.scratch.count('all_ids'))
  for await (const chunk of lines) found.push(...chunk.filter(isMeant))
  await local.scratch.run('drop table all_ids')
  return found
}

const of = (
  person: string,
  rows: readonly (Identifier & { readonly person: string })[],
): readonly Identifier[] =>
  rows.filter((row) => row.person === person).map(({ kind, value }) => ({ kind, value }))
