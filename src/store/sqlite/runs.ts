import type { Kysely } from 'kysely'
import type { RunRecord, Store } from '../port.ts'
import { fromJson, toJson, type Tables } from './schema.ts'

type Runs = Pick<Store, 'startRun' | 'updateRun' | 'runs'>

export function runs(db: Kysely<Tables>): Runs {
  return {
    startRun: (run) =>
      db.transaction().execute(async (trx) => {
        await trx
          .insertInto('run')
          .values({ id: run.id, sync: run.sync, started_at: run.startedAt, record: toJson(run) })
          .execute()
        await noteSentLive(trx, run)
      }),
    updateRun: (run) =>
      db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('run')
          .set({ record: toJson(run) })
          .where('id', '=', run.id)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows !== 1n) throw new Error(`No run ${run.id} was started`)
        await noteSentLive(trx, run)
      }),
    runs: async ({ sync, limit }) => {
      const all = db.selectFrom('run').select(['sync', 'record'])
      const rows = await (sync === undefined ? all : all.where('sync', '=', sync))
        .orderBy('started_at', 'desc')
        .orderBy('ordinal', 'desc')
        .limit(limit)
        .execute()
      // A sync may have been renamed since.
      return rows.map((row) => ({ ...fromJson(row.record), sync: row.sync }))
    },
  }
}

async function noteSentLive(trx: Kysely<Tables>, run: RunRecord): Promise<void> {
  const made = run.lookalikes?.some(({ state }) => state === 'made') ?? false
  if (run.environment !== 'LIVE' || (run.sent.requests === 0 && !made)) return
  await trx.updateTable('sync').set({ sent_live: 1 }).where('key', '=', run.sync).execute()
}
