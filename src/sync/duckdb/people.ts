import type { MappedValues } from '../../core/match-key/rows.ts'
import type { MatchKey } from '../../core/match-key/table.ts'
import { SCRATCH, type LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { Dialect } from '../../sql/dialect.ts'
import type { Query } from '../../sql/query.ts'
import {
  duplicateKeysQuery,
  fingerprintQuery,
  ITEM_END,
  mappedColumns,
  membersOfKeysQuery,
  membersQuery,
  sizeQuery,
  valuesQuery,
  type Mapping,
  type Reading,
} from '../../sql/fingerprint.ts'

/** For each match key, where its columns stand among the values of a member. */
export type Places = readonly (readonly [MatchKey, readonly number[]])[]

export function placesOf(mapping: Mapping, columns: readonly string[]): Places {
  return mapping.map(([key, named]) => [key, named.map((column) => columns.indexOf(column))])
}

/** A member's values by match key, from their line's parts. */
export function mappedValues(places: Places, values: readonly string[]): MappedValues {
  const mapped: Partial<Record<MatchKey, readonly string[]>> = {}
  for (const [key, own] of places)
    mapped[key] = own
      .flatMap((place) => (values[place] ?? '').split(ITEM_END))
      .filter((text) => text !== '')
  return mapped
}

/** Those who do not agree to what people are read for: of the whole model, and of those who would belong if they did. */
export interface Refusing {
  readonly everywhere: Query
  readonly inAudience: Query
}

/** Where a workbench learns who belongs now. Tables are the run's own, in the scratch schema. */
export interface People {
  readonly places: Places
  /** Evaluates the audience into a table of (member, hint, raw). @returns the members, and how many rows had no key */
  fingerprints(table: string): Promise<{ known: number; missing: number }>
  /** The members of some keys as a table of (member), whether or not there are any. */
  members(table: string, keys: readonly string[]): Promise<void>
  /** Reads the values of the members in the relation `wanted` of (member, hint) into a table of (member, line). */
  readValues(table: string, wanted: string): Promise<void>
  /**
   * Lays out whoever of the whole model does not agree to what the people are read for, as a table of (member).
   * @returns how many of them would belong if they did; 0 where nothing is to be agreed to
   */
  withoutConsent(table: string): Promise<number>
  /** How many different members the table has. */
  distinct(table: string): Promise<number>
  /** Keys that stand more than once, and a few of them. */
  duplicates(): Promise<{ count: number; samples: string[] }>
}

/** The people of one audience, read from a source that the local DuckDB itself can reach. */
export class LocalPeople implements People {
  readonly #local: LocalDuckDb
  readonly #reading: Reading
  readonly #dialect: Dialect
  readonly #refusing: Refusing | null
  readonly places: Places

  /** @param refusing Null where people are read whether they agree to anything or not. */
  constructor(
    local: LocalDuckDb,
    reading: Reading,
    dialect: Dialect,
    refusing: Refusing | null = null,
  ) {
    this.#local = local
    this.#reading = reading
    this.#dialect = dialect
    this.#refusing = refusing
    this.places = placesOf(reading.mapping, mappedColumns(reading))
  }

  async fingerprints(table: string): Promise<{ known: number; missing: number }> {
    const { sql, parameters } = fingerprintQuery(this.#reading, this.#dialect)
    await this.#local.source.run(
      `create or replace table ${SCRATCH}.${table} as ${sql}`,
      parameters,
    )
    const { rows, known } = await this.#local.scratch.one(
      `select count(*) as rows, count(member) as known from ${table}`,
    )
    const missing = Number(rows) - Number(known)
    if (missing > 0) await this.#local.scratch.run(`delete from ${table} where member is null`)
    return { known: Number(known), missing }
  }

  async members(table: string, keys: readonly string[]): Promise<void> {
    const { scratch } = this.#local
    await scratch.run('create or replace table asked_keys (key varchar)')
    await this.#local.appendLines('asked_keys', keys)
    const { sql, parameters } = membersOfKeysQuery(this.#reading, this.#dialect, 'asked_keys')
    await scratch.run(`create or replace table ${table} as ${sql}`, parameters)
  }

  async readValues(table: string, wanted: string): Promise<void> {
    const { sql, parameters } = valuesQuery(this.#reading, this.#dialect, wanted)
    await this.#local.source.run(
      `create or replace table ${SCRATCH}.${table} as ${sql}`,
      parameters,
    )
  }

  async withoutConsent(table: string): Promise<number> {
    if (this.#refusing === null) {
      await this.#local.scratch.run(`create or replace table ${table} (member uuid)`)
      return 0
    }
    const { everywhere, inAudience } = this.#refusing
    const all = membersQuery({ ...this.#reading, members: everywhere }, this.#dialect)
    await this.#local.source.run(
      `create or replace table ${SCRATCH}.${table} as ${all.sql}`,
      all.parameters,
    )
    const missed = sizeQuery({ ...this.#reading, members: inAudience }, this.#dialect)
    const { people } = await this.#local.source.one(missed.sql, missed.parameters)
    return Number(people)
  }

  async distinct(table: string): Promise<number> {
    const { members } = await this.#local.scratch.one(
      `select count(distinct member) as members from ${table}`,
    )
    return Number(members)
  }

  async duplicates(): Promise<{ count: number; samples: string[] }> {
    const { sql, parameters } = duplicateKeysQuery(this.#reading, this.#dialect)
    const rows = await this.#local.source.all(sql, parameters)
    return {
      count: Number(rows[0]?.['duplicates'] ?? 0),
      samples: rows.map((row) => String(row['key'])),
    }
  }
}
