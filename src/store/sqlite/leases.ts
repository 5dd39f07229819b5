import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely'
import { RollcallError } from '../../core/error.ts'
import type { Lease, Store } from '../port.ts'
import type { Tables } from './schema.ts'

type Leases = Pick<
  Store,
  'takeLease' | 'renewLease' | 'releaseLease' | 'breakLease' | 'leaseHolders'
>

const NOBODY = { owner: null, until: 0 } as const

export function leases(db: Kysely<Tables>): Leases {
  return {
    takeLease: (sync, owner, now, until) =>
      db.transaction().execute(async (trx) => {
        const taken = await trx
          .insertInto('lease')
          .values({ sync, epoch: 1, owner, taken_at: now, until })
          .onConflict((conflict) =>
            conflict
              .column('sync')
              .doUpdateSet({ epoch: sql`lease.epoch + 1`, owner, taken_at: now, until })
              .where((eb) =>
                eb.or([
                  eb('lease.owner', 'is', null),
                  eb('lease.owner', '=', owner),
                  eb('lease.until', '<=', now),
                ]),
              ),
          )
          .returning('epoch')
          .executeTakeFirst()
        if (taken !== undefined)
          return { kind: 'taken', lease: { sync, epoch: taken.epoch, owner } }
        const held = await trx
          .selectFrom('lease')
          .select(['owner', 'until'])
          .where('sync', '=', sync)
          .executeTakeFirstOrThrow()
        return { kind: 'held', owner: held.owner ?? '', until: held.until }
      }),

    renewLease: (lease, until) =>
      holding(db, lease, async (trx) => {
        await trx.updateTable('lease').set({ until }).where('sync', '=', lease.sync).execute()
      }),

    releaseLease: (lease) =>
      db.transaction().execute(async (trx) => {
        const newest = await trx
          .selectFrom('lease')
          .select('epoch')
          .where('sync', '=', lease.sync)
          .where('epoch', '=', lease.epoch)
          .executeTakeFirst()
        if (newest === undefined) throw leaseLost(lease)
        await endLease(trx, lease.sync)
      }),

    breakLease: async (sync, owner) => {
      await db
        .updateTable('lease')
        .set(NOBODY)
        .where('sync', '=', sync)
        .where('owner', '=', owner)
        .execute()
    },

    leaseHolders: async () => {
      const rows = await db.selectFrom('lease').select(['sync', 'owner']).orderBy('sync').execute()
      return rows.flatMap(({ sync, owner }) => (owner === null ? [] : [{ sync, owner }]))
    },
  }
}

/**
 * Runs one transaction of a lease's holder. The check is in the same transaction as the writes, so nobody can take the lease
 * between them.
 * @throws RollcallError `store/lease-lost`, with nothing written.
 */
export function holding<T>(
  db: Kysely<Tables>,
  lease: Lease,
  work: (trx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql`select 1 where ${isHeld(lease)}`.execute(trx)
    if (rows.length === 0) throw leaseLost(lease)
    return work(trx)
  })
}

/** The condition that this lease is the newest and somebody's. */
export function isHeld({ sync, epoch, owner }: Lease): RawBuilder<boolean> {
  return sql<boolean>`exists
    (select 1 from lease where sync = ${sync} and epoch = ${epoch} and owner = ${owner})`
}

/** Whoever has it loses it. The epoch stays, so that the next holder gets a higher one. */
export async function endLease(db: Kysely<Tables>, sync: string): Promise<void> {
  await db.updateTable('lease').set(NOBODY).where('sync', '=', sync).execute()
}

function leaseLost({ sync, epoch }: Lease): RollcallError {
  return new RollcallError(
    `Another worker has taken over the sync "${sync}" (this one had epoch ${epoch})`,
    {
      code: 'store/lease-lost',
      next: 'retry',
      remedy:
        'Nothing to do: the other worker goes on. If it happens often, this machine is too busy or sleeps during runs.',
    },
  )
}
