import { sql, type Kysely, type Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** Of whom something new was kept after a version of the store. */
export interface News {
  /** The store's version now. */
  readonly version: number
  /** Null where it is not known any more of everybody: then it may be about anybody. */
  readonly people: readonly string[] | null
}

/** So many people are remembered, batch by batch: whoever wants to know of more looks at everybody as quickly. */
const REMEMBERED_MAX = 100_000
/** Older news are forgotten so seldom that it costs a batch nothing. */
const FORGET_EVERY = 16

/** Remembers whom the batch that made this version is about. */
export async function keepNews(
  trx: Transaction<Tables>,
  version: number,
  people: readonly string[],
  most = REMEMBERED_MAX,
): Promise<void> {
  await trx
    .insertInto('news')
    .values({ version, people: JSON.stringify(people), count: people.length })
    .execute()
  if (version % FORGET_EVERY === 0)
    await sql`delete from news where version <= (select max(version) from (
      select version, sum(count) over (order by version desc) as newer from news) where newer > ${most})`.execute(
      trx,
    )
}

/** Each version is news of one batch, so that one which is missing cannot be overlooked. */
export async function newsSince(db: Kysely<Tables>, since: number): Promise<News> {
  return db.transaction().execute(async (trx) => {
    const { version } = await trx.selectFrom('state').select('version').executeTakeFirstOrThrow()
    const { batches } = await trx
      .selectFrom('news')
      .select(({ fn }) => fn.countAll<number>().as('batches'))
      .where('version', '>', since)
      .executeTakeFirstOrThrow()
    if (since > version || batches !== version - since) return { version, people: null }
    const { rows } = await sql<{ person: string }>`
      select distinct value as person from news, json_each(people) where version > ${since}`.execute(
      trx,
    )
    return { version, people: rows.map(({ person }) => person) }
  })
}
