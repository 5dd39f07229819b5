import type { DatabaseSync } from 'node:sqlite'
import { sql, type Kysely } from 'kysely'
import { RollcallError } from '../../core/error.ts'
import type { ErasureStore } from '../erasures.ts'
import { guarded } from './failure.ts'
import { fromJson, toJson, type Tables } from './schema.ts'

/** @param path For messages. */
export function erasures(db: Kysely<Tables>, database: DatabaseSync, path: string): ErasureStore {
  return {
    beginErasure: ({ record, needs }, tombstones) =>
      db.transaction().execute(async (trx) => {
        await trx
          .insertInto('erasure')
          .values({ id: record.id, record: toJson(record), needs: toJson(needs) })
          .execute()
        for (const { digest, kind } of tombstones)
          await trx
            .insertInto('tombstone')
            .values({ digest, kind })
            .onConflict((conflict) =>
              // The greater of the two words is `person`: once it stands for them it goes on doing so.
              conflict
                .column('digest')
                .doUpdateSet({ kind: sql`max(tombstone.kind, excluded.kind)` }),
            )
            .execute()
      }),
    pendingErasures: async () => {
      const rows = await db
        .selectFrom('erasure')
        .select(['record', 'needs'])
        .where('needs', 'is not', null)
        .orderBy('ordinal')
        .execute()
      return rows.flatMap(({ record, needs }) =>
        needs === null
          ? []
          : [{ record: fromJson(record), needs: { ...NOTHING, ...fromJson(needs) } }],
      )
    },
    updateErasure: async (record) => {
      await db
        .updateTable('erasure')
        .set({ record: toJson(record) })
        .where('id', '=', record.id)
        .execute()
    },
    finishErasure: async (record) => {
      // The record says that it is finished only once nothing of the person is left in any file of the database.
      await db
        .updateTable('erasure')
        .set({ needs: toJson(NOTHING) })
        .where('id', '=', record.id)
        .execute()
      compact(database, path)
      await db
        .updateTable('erasure')
        .set({ record: toJson(record), needs: null })
        .where('id', '=', record.id)
        .execute()
    },
    erasures: async () => {
      const rows = await db
        .selectFrom('erasure')
        .select('record')
        .orderBy('ordinal', 'desc')
        .execute()
      return rows.map(({ record }) => fromJson(record))
    },
    tombstones: async () => {
      const rows = await db.selectFrom('tombstone').selectAll().execute()
      return new Map(rows.map(({ digest, kind }) => [digest, kind]))
    },
    tombstonesVersion: async () => {
      const { rows } = await sql<{ readonly version: number }>`
        select count(*) + count(*) filter (where kind = 'person') as version from tombstone`.execute(
        db,
      )
      return rows[0]?.version ?? 0
    },
  }
}

/** Of nobody. Needs that an earlier version kept lack some of it. */
const NOTHING = { own: [], keys: [], members: {}, people: [], named: [] }

/**
 * Writes the file anew, so that no free page and no gap in a page has what was there before, and empties the log beside it.
 * @throws RollcallError `store/locked` when another process reads or writes
 */
function compact(database: DatabaseSync, path: string): void {
  const busy = guarded(path, () => {
    database.exec('vacuum')
    return database.prepare('pragma wal_checkpoint(truncate)').get()?.['busy']
  })
  if (busy !== 0)
    throw new RollcallError('Another command uses the state folder', {
      code: 'store/locked',
      next: 'retry',
      remedy: 'Run it again when the other command has ended',
    })
}
