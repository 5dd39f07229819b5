import type { Generated } from 'kysely'
import type { ErasingStep } from './erasing-step.ts'

/** The tables of the people store as the queries see them. Times are milliseconds since the epoch. */
export interface Tables {
  readonly state: StateTable
  readonly profile: ProfileTable
  readonly identifier: IdentifierTable
  readonly refusal: { readonly refused: string; readonly by: string }
  readonly shared: { readonly key: string }
  readonly kind: { readonly name: string }
  readonly trait: TraitTable
  /** Of accounts. */
  readonly account_trait: TraitTable
  readonly piece: PieceTable
  readonly stream: StreamTable
  readonly turned_away: TurnedAwayTable
  /** Of identifiers whose people were erased. */
  readonly tombstone: { readonly tombstone: string }
  /** People who were erased and may still be in files. */
  readonly erasing: { readonly person: string }
  readonly news: NewsTable
}

interface StateTable {
  readonly version: number
  /** When something was erased, or the step after it begun; null when nothing is left of it. */
  readonly erased_at: number | null
  /** What is done next about it. */
  readonly erasing_step: ErasingStep | null
}

interface ProfileTable {
  readonly person: string
  readonly born: number
  readonly merges: number
}

interface IdentifierTable {
  /** Kind and value, parted by a colon. */
  readonly key: string
  readonly person: string
  readonly at: number
}

interface TraitTable {
  /** In the order in which they were first seen. */
  readonly ordinal: Generated<number>
  readonly name: string
  /** The types that its values had, as bits of `TRAIT_TYPES`. */
  readonly types: number
}

/** Two Parquet files of one name. */
interface PieceTable {
  readonly name: string
  readonly events: number
  readonly facts: number
  /** The times of its events; of a piece without events both are 0. */
  readonly first: number
  readonly last: number
  /** How often what is in it was merged into a larger piece. */
  readonly level: number
  /** When another piece took its place; it is kept a while for those who still read it. */
  readonly replaced_at: number | null
}

/** Where messages come from, and how far they were taken in. */
interface StreamTable {
  readonly name: string
  readonly position: string
  readonly messages: number
}

interface TurnedAwayTable {
  readonly reason: string
  readonly source: string
  readonly count: number
}

/** Whom a batch that was kept is about. */
interface NewsTable {
  /** The store's version since that batch. */
  readonly version: number
  /** A list in JSON. */
  readonly people: string
  readonly count: number
}

/** What makes the tables, in order. One that was released is never changed. */
export const MIGRATIONS: readonly string[] = [
  `
  create table state (version integer not null) strict;
  insert into state values (0);

  create table profile (
    person text primary key,
    born integer not null,
    merges integer not null
  ) strict, without rowid;

  create table identifier (
    key text primary key,
    person text not null,
    at integer not null
  ) strict, without rowid;
  create index identifier_of_person on identifier (person);

  create table refusal (
    refused text not null,
    by text not null,
    primary key (refused, by)
  ) strict, without rowid;

  create table shared (key text primary key) strict, without rowid;
  create table kind (name text primary key) strict, without rowid;

  create table trait (
    ordinal integer primary key autoincrement,
    name text not null unique,
    types integer not null
  ) strict;

  create table piece (
    name text primary key,
    events integer not null,
    facts integer not null,
    first integer not null,
    last integer not null,
    level integer not null,
    replaced_at integer
  ) strict, without rowid;

  create table stream (
    name text primary key,
    position text not null,
    messages integer not null
  ) strict, without rowid;

  create table turned_away (
    reason text not null,
    source text not null,
    count integer not null,
    primary key (reason, source)
  ) strict, without rowid;
  `,
  `
  alter table state add column erased_at integer;
  alter table state add column erasing_step text;
  create table tombstone (tombstone text primary key) strict, without rowid;
  create table erasing (person text primary key) strict, without rowid;
  `,
  `
  create table news (
    version integer primary key,
    people text not null,
    count integer not null
  ) strict;
  `,
  `
  create table account_trait (
    ordinal integer primary key autoincrement,
    name text not null unique,
    types integer not null
  ) strict;
  `,
]
