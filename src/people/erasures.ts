import type { DatabaseSync } from 'node:sqlite'
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely'
import { identifierKey, identifierOf, type Identifier } from '../core/identity/identifier.ts'
import { spellingsOf } from '../core/identity/tombstone.ts'
import type { TombstoneOf } from '../core/tombstone.ts'
import { guarded } from '../store/sqlite/failure.ts'
import type { ErasingStep } from './erasing-step.ts'
import type { Tables } from './tables.ts'

/** What is to be erased: people by their ids, and whoever has one of some identifiers. */
export interface Wanted {
  readonly people: readonly string[]
  readonly identifiers: readonly Identifier[]
}

export interface ErasingOrder extends Wanted {
  /** Of the identifiers by which they were named, also where those are not at hand any more. */
  readonly named: readonly string[]
  readonly tombstoneOf: TombstoneOf
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What went from the store at once. */
export interface Removed {
  readonly profiles: number
  readonly identifiers: number
}

/** Who was erased and may still be in files. */
export interface Unfinished {
  readonly step: ErasingStep
  /** When the step was come to. It grows with whatever is erased: what was done before does not count for that. */
  readonly since: number
  readonly people: readonly string[]
}

/** What the store keeps of erased people: tombstones for ever, and until they are in no file any more, their ids. */
export class Erasures {
  readonly #db: Kysely<Tables>
  readonly #database: DatabaseSync
  readonly #path: string

  constructor(db: Kysely<Tables>, database: DatabaseSync, path: string) {
    this.#db = db
    this.#database = database
    this.#path = path
  }

  /** Who has any of some identifiers now. */
  async ownersOf(identifiers: readonly Identifier[]): Promise<readonly string[]> {
    return this.#db
      .transaction()
      .execute(async (trx) => ownersOf(trx, identifiers.flatMap(spellingsOf).map(identifierKey)))
  }

  /** What each of some people has now. */
  async identifiersOf(
    people: readonly string[],
  ): Promise<readonly (Identifier & { readonly person: string })[]> {
    const rows = await this.#db
      .selectFrom('identifier')
      .select(['key', 'person'])
      .where('person', 'in', inList(people))
      .orderBy('key')
      .execute()
    return rows.map(({ key, person }) => ({ person, ...identifierOf(key) }))
  }

  /**
   * Takes people out of the store and puts tombstones in the place of all their identifiers, in one transaction: what another
   * process decided before is then not kept, and what it decides from now on knows the tombstones.
   * @returns null when somebody became part of another since they were found; then nothing is changed
   */
  async begin(order: ErasingOrder): Promise<Removed | null> {
    const { people, tombstoneOf, now } = order
    return this.#db.transaction().execute(async (trx) => {
      if (!(await areKnown(trx, people))) return null
      const named = await this.#keysNamed(trx, order)
      const gone = [...new Set([...people, ...(await ownersOf(trx, named))])]
      const owned = await trx
        .selectFrom('identifier')
        .select('key')
        .where('person', 'in', inList(gone))
        .execute()
      const keys = [...new Set([...named, ...owned.map(({ key }) => key)])]
      const profiles = await trx
        .deleteFrom('profile')
        .where('person', 'in', inList(gone))
        .executeTakeFirst()
      await trx.deleteFrom('identifier').where('key', 'in', inList(keys)).execute()
      await trx
        .deleteFrom('refusal')
        .where((where) =>
          where.or([where('refused', 'in', inList(keys)), where('by', 'in', inList(keys))]),
        )
        .execute()
      await trx.deleteFrom('shared').where('key', 'in', inList(keys)).execute()
      await sql`insert or ignore into tombstone select value from json_each(${JSON.stringify([...order.named, ...keys.map(tombstoneOf)])})`.execute(
        trx,
      )
      await addErasing(trx, gone)
      // Ids of theirs stand there. Whoever follows looks at everybody then.
      await trx.deleteFrom('news').execute()
      await trx
        .updateTable('state')
        .set({
          version: sql`version + 1`,
          erased_at: sql`max(${now}, coalesce(erased_at, 0) + 1)`,
          erasing_step: 'collected',
        })
        .execute()
      return { profiles: Number(profiles.numDeletedRows), identifiers: owned.length }
    })
  }

  /** Whether each of some tombstones is there. */
  async hasTombstones(tombstones: readonly string[]): Promise<boolean> {
    const { rows } = await sql`
      select value from json_each(${JSON.stringify(tombstones)})
      where value not in (select tombstone from tombstone)
    `.execute(this.#db)
    return rows.length === 0
  }

  /** The keys of what was named. Those of which only the tombstone is left are looked for among all that there are. */
  async #keysNamed(
    trx: Transaction<Tables>,
    { identifiers, named, tombstoneOf }: ErasingOrder,
  ): Promise<readonly string[]> {
    const keys = identifiers.flatMap(spellingsOf).map(identifierKey)
    const known = new Set(keys.map(tombstoneOf))
    const others = named.filter((tombstone) => !known.has(tombstone))
    if (others.length === 0) return keys
    this.#database.function('tombstone_of', (key) => tombstoneOf(String(key)))
    const { rows } = await sql<{ readonly key: string }>`
      select key from (select key from identifier union all select key from shared)
      where tombstone_of(key) in ${inList(others)}
    `.execute(trx)
    return [...keys, ...rows.map(({ key }) => key)]
  }

  /** Null when nothing is left of anybody who was erased. */
  async unfinished(): Promise<Unfinished | null> {
    const reading = this.#db.transaction().setAccessMode('read only')
    return reading.execute(async (trx) => {
      const { erased_at: since, erasing_step: step } = await trx
        .selectFrom('state')
        .select(['erased_at', 'erasing_step'])
        .executeTakeFirstOrThrow()
      if (since === null || step === null) return null
      const rows = await trx.selectFrom('erasing').select('person').orderBy('person').execute()
      return { since, step, people: rows.map(({ person }) => person) }
    })
  }

  /** Goes on to the next step, unless more was erased meanwhile. */
  async goOn({ since }: Unfinished, step: ErasingStep, now: number): Promise<void> {
    await this.#db
      .updateTable('state')
      .set({ erasing_step: step, erased_at: sql`max(${now}, erased_at)` })
      .where('erased_at', '=', since)
      .execute()
  }

  /** Nothing is left of them, unless more was erased meanwhile. */
  async end({ since }: Unfinished): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('state')
        .set({ erased_at: null, erasing_step: null })
        .where('erased_at', '=', since)
        .executeTakeFirst()
      if (Number(numUpdatedRows) > 0) await trx.deleteFrom('erasing').execute()
    })
  }

  /** Those who became part of the erased are erased too; who they were is only to be read from what is deleted next. */
  async alsoErasing(people: readonly string[]): Promise<void> {
    await this.#db.transaction().execute(async (trx) => addErasing(trx, people))
  }

  /**
   * Writes the store's file anew, so that no free page and no gap in a page holds what was deleted. SQLite's secure_delete alone
   * leaves copies that pages made when they were split. Others wait meanwhile.
   * @returns false when somebody was reading or writing, so that the log of changes is still there
   */
  compact(): boolean {
    return guarded(this.#path, () => {
      this.#database.exec('vacuum')
      return this.#database.prepare('pragma wal_checkpoint(truncate)').get()?.['busy'] === 0
    })
  }

  /** All there are. They are looked up in memory where many identifiers are read, as in a journal. */
  async tombstones(): Promise<ReadonlySet<string>> {
    const rows = await this.#db.selectFrom('tombstone').select('tombstone').execute()
    return new Set(rows.map(({ tombstone }) => tombstone))
  }

  /** The keys of identifiers that identify nobody. */
  async shared(): Promise<ReadonlySet<string>> {
    const rows = await this.#db.selectFrom('shared').select('key').execute()
    return new Set(rows.map(({ key }) => key))
  }
}

/** Which of some identifiers were erased, by their keys. Where nobody was, it costs nothing. */
export async function erasedAmong(
  trx: Transaction<Tables>,
  keys: readonly string[],
  tombstoneOf: TombstoneOf,
): Promise<readonly string[]> {
  const any = await trx.selectFrom('tombstone').select('tombstone').limit(1).executeTakeFirst()
  if (any === undefined) return []
  const tombstones = new Map(keys.map((key) => [key, tombstoneOf(key)]))
  const rows = await trx
    .selectFrom('tombstone')
    .select('tombstone')
    .where('tombstone', 'in', inList([...tombstones.values()]))
    .execute()
  const found = new Set<string | undefined>(rows.map(({ tombstone }) => tombstone))
  return keys.filter((key) => found.has(tombstones.get(key)))
}

async function ownersOf(trx: Transaction<Tables>, keys: readonly string[]): Promise<string[]> {
  const rows = await trx
    .selectFrom('identifier')
    .select('person')
    .distinct()
    .where('key', 'in', inList(keys))
    .orderBy('person')
    .execute()
  return rows.map(({ person }) => person)
}

/** Whether each of some people stands for themselves, or was erased before. */
async function areKnown(trx: Transaction<Tables>, people: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    select value from json_each(${JSON.stringify(people)})
    where value not in (select person from profile) and value not in (select person from erasing)
  `.execute(trx)
  return rows.length === 0
}

async function addErasing(trx: Transaction<Tables>, people: readonly string[]): Promise<void> {
  await sql`insert or ignore into erasing select value from json_each(${JSON.stringify(people)})`.execute(
    trx,
  )
}

/** One parameter for however many. */
const inList = (values: readonly string[]): RawBuilder<string> =>
  sql<string>`(select value from json_each(${JSON.stringify(values)}))`
