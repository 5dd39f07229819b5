import type { Kysely } from 'kysely'
import type { KeptLookalike, Store } from '../port.ts'
import { holding } from './leases.ts'
import type { Tables } from './schema.ts'

type Lookalikes = Pick<Store, 'keepLookalike' | 'forgetLookalike'>

/** Runs inside its caller's transaction. */
export async function readLookalikes(db: Kysely<Tables>, sync: string): Promise<KeptLookalike[]> {
  const rows = await db
    .selectFrom('lookalike')
    .selectAll()
    .where('sync', '=', sync)
    .orderBy('id')
    .execute()
  return rows.map(({ id, origin_id: originId, text, label }) => ({ id, originId, text, label }))
}

export function lookalikes(db: Kysely<Tables>): Lookalikes {
  return {
    keepLookalike: (lease, { id, originId, text, label }) =>
      holding(db, lease, async (trx) => {
        await trx
          .insertInto('lookalike')
          .values({ sync: lease.sync, id, origin_id: originId, text, label })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }),
    forgetLookalike: (lease, id) =>
      holding(db, lease, async (trx) => {
        await trx
          .deleteFrom('lookalike')
          .where('sync', '=', lease.sync)
          .where('id', '=', id)
          .execute()
      }),
  }
}
