import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Kysely, sql, type Transaction } from 'kysely'
import { identifierOf, type LinkedIdentifier, type Profile } from '../core/identity/identifier.ts'
import type { IdentityChanges, Known } from '../core/identity/resolve.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import { NodeSqliteDialect } from '../store/sqlite/dialect.ts'
import type { TombstoneOf } from '../core/tombstone.ts'
import { erasedAmong, Erasures } from './erasures.ts'
import { keepNews, newsSince, type News } from './news.ts'
import { MIGRATIONS, type Tables } from './tables.ts'
import type { TurnedAway } from './read-traits.ts'

const BUSY_MS = 5_000
/** Identifiers are looked up in no order, so as much of them as possible stays in memory. */
const CACHE_KIB = 128 * 1024

/** The identifiers of a batch, looked up in several tables. It is this connection's own and never on the disk. */
const ASKED = 'pragma temp_store = memory; create temp table asked (key text not null)'

/** Pages that are changed by batch after batch are then written into the file once: 64 MB of them. */
const CHECKPOINT_PAGES = 16_384

/** Two files of events and facts. */
export interface Piece {
  readonly name: string
  readonly events: number
  readonly facts: number
  /** The times of its events. */
  readonly first: number
  readonly last: number
  readonly level: number
}

export interface TraitName {
  readonly name: string
  /** Bits of `TRAIT_TYPES`. */
  readonly types: number
}

/** What the store knows that some messages need. */
export interface Ground {
  /** Grows with everything that is kept: what was decided on an older one is not kept. */
  readonly version: number
  readonly known: Known
  /** In the order in which they were first seen. */
  readonly traits: readonly TraitName[]
  readonly accountTraits: readonly TraitName[]
}

/** What the relations over the people are made of. */
export interface Shape {
  readonly pieces: readonly Piece[]
  /** In the order in which they were first seen. */
  readonly traits: readonly TraitName[]
  readonly accountTraits: readonly TraitName[]
  /** Of identifiers. */
  readonly kinds: readonly string[]
}

/** Of a store that nothing was taken into. */
export const EMPTY_SHAPE: Shape = { pieces: [], traits: [], accountTraits: [], kinds: [] }

/** What taking in some messages leaves to be kept, all of it or nothing. */
export interface Kept {
  /** The version of the ground that it was decided on. */
  readonly version: number
  readonly changes: IdentityChanges
  /** New ones, and those that have new types. */
  readonly traits: readonly TraitName[]
  readonly accountTraits: readonly TraitName[]
  /** Null when the messages left neither event nor fact. */
  readonly piece: Piece | null
  readonly stream: string
  /** As text; only the stream's reader understands it. */
  readonly position: string
  readonly messages: number
  readonly turnedAway: readonly {
    readonly reason: TurnedAway
    readonly source: string
    readonly count: number
  }[]
  /** Whom it is about, in whatever way; left out: anybody. */
  readonly people?: readonly string[]
}

/** Who has which identifier, which files count, and how far each stream was taken in: what must change together. */
export class PeopleStore implements AsyncDisposable {
  readonly #db: Kysely<Tables>
  readonly #database: DatabaseSync
  readonly erasures: Erasures

  private constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database, path) })
    this.erasures = new Erasures(this.#db, database, path)
  }

  static path(folder: string): string {
    return join(folder, 'people.db')
  }

  /** @throws RollcallError with the codes of `openDatabase`; so does each method, having written nothing */
  static open(folder: string): PeopleStore {
    const path = PeopleStore.path(folder)
    const database = openDatabase(path, BUSY_MS, MIGRATIONS)
    database.exec(
      `pragma cache_size = -${CACHE_KIB}; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}; ${ASKED}`,
    )
    return new PeopleStore(database, path)
  }

  /** @param keys Of the identifiers that messages have. */
  async ground(keys: readonly string[], tombstoneOf: TombstoneOf): Promise<Ground> {
    return this.#db.transaction().execute(async (trx) => {
      const { version } = await trx.selectFrom('state').select('version').executeTakeFirstOrThrow()
      await sql`delete from temp.asked`.execute(trx)
      await sql`insert into temp.asked select value from json_each(${JSON.stringify(keys)})`.execute(
        trx,
      )
      const shared = await sql<{
        key: string
      }>`select key from temp.asked cross join shared using (key)`.execute(trx)
      const refusals = await sql<{
        refused: string
        by: string
      }>`select refused, by from temp.asked cross join refusal on refused = key`.execute(trx)
      const kinds = await trx.selectFrom('kind').select('name').execute()
      return {
        version,
        known: {
          profiles: await profilesOf(trx),
          shared: shared.rows.map(({ key }) => key),
          refusals: refusals.rows.map(({ refused, by }) => [refused, by] as const),
          kinds: kinds.map(({ name }) => name),
          erased: await erasedAmong(trx, keys, tombstoneOf),
        },
        traits: await traitsIn(trx, 'trait'),
        accountTraits: await traitsIn(trx, 'account_trait'),
      }
    })
  }

  /** @returns false when something else was kept since the ground was read; then nothing is */
  async keep({ changes, ...kept }: Kept): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await nextVersion(trx, kept.version))) return false
      await keepProfiles(trx, changes)
      await keepIdentifiers(trx, changes)
      await keepTraits(trx, 'trait', kept.traits)
      await keepTraits(trx, 'account_trait', kept.accountTraits)
      if (kept.piece !== null)
        await trx
          .insertInto('piece')
          .values({ ...kept.piece, replaced_at: null })
          .execute()
      const { stream: name, position, messages } = kept
      await trx
        .insertInto('stream')
        .values({ name, position, messages })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ position, messages: sql<number>`stream.messages + ${messages}` }),
        )
        .execute()
      for (const { reason, source, count } of kept.turnedAway)
        await trx
          .insertInto('turned_away')
          .values({ reason, source, count })
          .onConflict((conflict) =>
            conflict
              .columns(['reason', 'source'])
              .doUpdateSet({ count: sql<number>`turned_away.count + ${count}` }),
          )
          .execute()
      if (kept.people !== undefined) await keepNews(trx, kept.version + 1, kept.people)
      return true
    })
  }

  /** Grows with everything that is kept. */
  async version(): Promise<number> {
    const { version } = await this.#db
      .selectFrom('state')
      .select('version')
      .executeTakeFirstOrThrow()
    return version
  }

  /** Of whom something was kept after that version of the store. */
  async newsSince(version: number): Promise<News> {
    return newsSince(this.#db, version)
  }

  /** How far a stream was taken in; null for one that never was. */
  async position(
    stream: string,
  ): Promise<{ readonly position: string; readonly messages: number } | null> {
    const row = await this.#db
      .selectFrom('stream')
      .select(['position', 'messages'])
      .where('name', '=', stream)
      .executeTakeFirst()
    return row ?? null
  }

  /** Why what was not taken in, and how often. */
  async turnedAway(): Promise<
    readonly { readonly reason: string; readonly source: string; readonly count: number }[]
  > {
    return this.#db
      .selectFrom('turned_away')
      .select(['reason', 'source', 'count'])
      .orderBy('reason')
      .orderBy('source')
      .execute()
  }

  /** As of one moment. */
  async shape(): Promise<Shape> {
    return this.#db.transaction().execute(async (trx) => ({
      pieces: await trx
        .selectFrom('piece')
        .select(['name', 'events', 'facts', 'first', 'last', 'level'])
        .where('replaced_at', 'is', null)
        .orderBy('name')
        .execute(),
      traits: await traitsIn(trx, 'trait'),
      accountTraits: await traitsIn(trx, 'account_trait'),
      kinds: (await trx.selectFrom('kind').select('name').orderBy('name').execute()).map(
        ({ name }) => name,
      ),
    }))
  }

  /**
   * Puts one piece in the place of others that are in it, or nothing where nothing of them is left.
   * @returns false when one of them was replaced meanwhile; then nothing is changed
   */
  async replace(pieces: readonly string[], by: Piece | null, now: number): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const present = await trx
        .selectFrom('piece')
        .select('name')
        .where('name', 'in', pieces)
        .where('replaced_at', 'is', null)
        .execute()
      if (present.length !== pieces.length) return false
      await trx.updateTable('piece').set({ replaced_at: now }).where('name', 'in', pieces).execute()
      if (by !== null)
        await trx
          .insertInto('piece')
          .values({ ...by, replaced_at: null })
          .execute()
      return true
    })
  }

  /** Whether any piece was replaced before a moment. */
  async hasReplaced(before: number): Promise<boolean> {
    const row = await this.#db
      .selectFrom('piece')
      .select('name')
      .where('replaced_at', '<', before)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /** Forgets pieces that were replaced before a moment. @returns the names of those that are still to be kept */
  async forget(before: number): Promise<ReadonlySet<string>> {
    await this.#db.deleteFrom('piece').where('replaced_at', '<', before).execute()
    const rows = await this.#db.selectFrom('piece').select('name').execute()
    return new Set(rows.map(({ name }) => name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.destroy()
    this.#database.close()
  }
}

/** The people who have any of the identifiers that are asked for, each with all that they have. */
async function profilesOf(trx: Transaction<Tables>): Promise<Profile[]> {
  const { rows } = await sql<{
    person: string
    born: number
    merges: number
    key: string
    at: number
  }>`
    select person, born, merges, key, at
    from (select distinct person from temp.asked cross join identifier using (key))
    cross join profile using (person) cross join identifier using (person)
  `.execute(trx)
  const profiles = new Map<string, Profile & { identifiers: Map<string, LinkedIdentifier> }>()
  for (const { person, born, merges, key, at } of rows) {
    const profile = profiles.get(person) ?? { person, born, merges, identifiers: new Map() }
    profiles.set(person, profile)
    profile.identifiers.set(key, { ...identifierOf(key), at })
  }
  return [...profiles.values()]
}

type TraitsOf = 'trait' | 'account_trait'

/** In the order in which they were first seen. */
const traitsIn = async (trx: Transaction<Tables>, of: TraitsOf): Promise<TraitName[]> =>
  trx.selectFrom(of).select(['name', 'types']).orderBy('ordinal').execute()

async function keepTraits(
  trx: Transaction<Tables>,
  of: TraitsOf,
  traits: readonly TraitName[],
): Promise<void> {
  for (const { name, types } of traits)
    await trx
      .insertInto(of)
      .values({ name, types })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ types }))
      .execute()
}

async function nextVersion(trx: Transaction<Tables>, version: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('state')
    .set({ version: version + 1 })
    .where('version', '=', version)
    .executeTakeFirst()
  return Number(numUpdatedRows) === 1
}

async function keepProfiles(
  trx: Transaction<Tables>,
  { profiles }: IdentityChanges,
): Promise<void> {
  const kept: (readonly [string, number, number])[] = []
  const gone: string[] = []
  for (const [person, profile] of profiles)
    if (profile === null) gone.push(person)
    else kept.push([person, profile.born, profile.merges])
  await sql`delete from profile where person in (select value from json_each(${JSON.stringify(gone)}))`.execute(
    trx,
  )
  await sql`insert or replace into profile select value->>0, value->>1, value->>2 from json_each(${JSON.stringify(kept)})`.execute(
    trx,
  )
}

async function keepIdentifiers(trx: Transaction<Tables>, changes: IdentityChanges): Promise<void> {
  const kept: (readonly [string, string, number])[] = []
  const gone: string[] = []
  for (const [key, owner] of changes.identifiers)
    if (owner === null) gone.push(key)
    else kept.push([key, owner.person, owner.at])
  // In the order of the table, neighbours are written together.
  kept.sort(([left], [right]) => (left < right ? -1 : 1))
  await sql`delete from identifier where key in (select value from json_each(${JSON.stringify(gone)}))`.execute(
    trx,
  )
  await sql`insert or replace into identifier select value->>0, value->>1, value->>2 from json_each(${JSON.stringify(kept)})`.execute(
    trx,
  )
  await sql`insert or ignore into shared select value from json_each(${JSON.stringify(changes.shared)})`.execute(
    trx,
  )
  await sql`insert or ignore into refusal select value->>0, value->>1 from json_each(${JSON.stringify(changes.refusals)})`.execute(
    trx,
  )
  await sql`insert or ignore into kind select value from json_each(${JSON.stringify(changes.kinds)})`.execute(
    trx,
  )
}
