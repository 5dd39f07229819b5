import type { Kysely, Updateable } from 'kysely'
import { RollcallError } from '../../core/error.ts'
import type { Approval } from '../../core/sync/guard.ts'
import type { Store, SyncState } from '../port.ts'
import { allLedgers, bindLedger, forgetL, moveLedger, readLedger } from './ledgers.ts'
import { endLease, holding } from './leases.ts'
import { readLookalikes } from './lookalikes.ts'
import { fromJson, toJson, type Tables } from './schema.ts'

type Syncs = Pick<
  Store,
  | 'state'
  | 'startCreating'
  | 'bindRemote'
  | 'forgetCertainty'
  | 'keepScopes'
  | 'block'
  | 'approve'
  | 'rename'
  | 'drop'
  | 'syncs'
  | 'ledger'
  | 'ledgers'
  | 'moveLedger'
>

export function syncs(db: Kysely<Tables>): Syncs {
  return {
    state: (sync) =>
      db
        .transaction()
        .setAccessMode('read only')
        .execute((trx) => readState(trx, sync)),
    startCreating: (lease, mark) =>
      holding(db, lease, (trx) => put(trx, lease.sync, { creating: mark })),
    bindRemote: (lease, remoteId, strangers) =>
      holding(db, lease, (trx) => bindLedger(trx, lease.sync, remoteId, strangers)),
    forgetCertainty: (lease, unbind) =>
      holding(db, lease, async (trx) => {
        const { remote } = await readState(trx, lease.sync)
        if (remote === null) return
        await forgetL(trx, lease.sync, remote.remoteId)
        if (unbind) await put(trx, lease.sync, { remote_id: null })
      }),
    keepScopes: (lease, remoteId, scopes) =>
      holding(db, lease, async (trx) => {
        await trx
          .updateTable('ledger')
          .set({ scopes: toJson(scopes) })
          .where('sync', '=', lease.sync)
          .where('remote_id', '=', remoteId)
          .execute()
      }),
    block: (lease, blocked) =>
      holding(db, lease, (trx) =>
        put(trx, lease.sync, { blocked: blocked === null ? null : toJson(blocked) }),
      ),
    approve: (sync, approvals) =>
      db.transaction().execute((trx) => putApprovals(trx, sync, approvals)),
    rename: (from, to) => db.transaction().execute((trx) => rename(trx, from, to)),
    drop: (sync) =>
      db.transaction().execute(async (trx) => {
        await endLease(trx, sync)
        await trx.deleteFrom('sync').where('key', '=', sync).execute()
      }),
    syncs: async () => {
      const rows = await db
        .selectFrom('sync')
        .select('key')
        .where('remote_id', 'is not', null)
        .orderBy('key')
        .execute()
      return rows.map(({ key }) => key)
    },
    ledger: (sync, remoteId) => readLedger(db, sync, remoteId),
    ledgers: () => allLedgers(db),
    moveLedger: (lease, remoteId, files) =>
      holding(db, lease, (trx) => moveLedger(trx, lease.sync, remoteId, files)),
  }
}

const UNKNOWN_SYNC: SyncState = {
  remote: null,
  creating: null,
  blocked: null,
  normaliserVersion: null,
  suppressionDigest: null,
  sentLive: false,
  approvals: [],
  lookalikes: [],
}

async function readState(trx: Kysely<Tables>, sync: string): Promise<SyncState> {
  const row = await trx.selectFrom('sync').selectAll().where('key', '=', sync).executeTakeFirst()
  if (row === undefined) return UNKNOWN_SYNC
  const approvals = await trx
    .selectFrom('approval')
    .select(['guard', 'count', 'until'])
    .where('sync', '=', sync)
    .orderBy('guard')
    .execute()
  return {
    remote: row.remote_id === null ? null : await readLedger(trx, sync, row.remote_id),
    creating: row.creating,
    blocked: row.blocked === null ? null : fromJson(row.blocked),
    normaliserVersion: row.normaliser_version,
    suppressionDigest: row.suppression_digest,
    sentLive: row.sent_live === 1,
    approvals: approvals.map(({ guard, count, until }) => ({ guard, count, until })),
    lookalikes: await readLookalikes(trx, sync),
  }
}

/** Changes the sync's row, and makes it when this is the first thing known of the sync. */
async function put(
  trx: Kysely<Tables>,
  sync: string,
  change: Pick<Updateable<Tables['sync']>, 'creating' | 'remote_id' | 'blocked'>,
): Promise<void> {
  await trx
    .insertInto('sync')
    .values({ key: sync, sent_live: 0, ...change })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(change))
    .execute()
}

async function putApprovals(
  trx: Kysely<Tables>,
  sync: string,
  approvals: readonly Approval[],
): Promise<void> {
  await trx
    .insertInto('sync')
    .values({ key: sync, sent_live: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  for (const { guard, count, until } of approvals) {
    await trx
      .insertInto('approval')
      .values({ sync, guard, count, until })
      .onConflict((conflict) =>
        conflict.columns(['sync', 'guard']).doUpdateSet({ count, until, plan: null }),
      )
      .execute()
  }
}

async function rename(trx: Kysely<Tables>, from: string, to: string): Promise<void> {
  const old = await trx.selectFrom('sync').select('key').where('key', '=', from).executeTakeFirst()
  if (old === undefined || from === to) return
  const ledger = await trx
    .selectFrom('ledger')
    .select('remote_id')
    .where('sync', '=', to)
    .executeTakeFirst()
  const { approvals, creating } = await readState(trx, to)
  if (ledger !== undefined || creating !== null) throw syncExists(from, to)
  await trx.deleteFrom('sync').where('key', '=', to).execute()
  // Everything else that is kept of a sync follows its key.
  await trx.updateTable('sync').set({ key: to }).where('key', '=', from).execute()
  await trx.updateTable('run').set({ sync: to }).where('sync', '=', from).execute()
  await putApprovals(trx, to, approvals)
  await endLease(trx, from)
}

function syncExists(from: string, to: string): RollcallError {
  return new RollcallError(`Cannot rename the sync "${from}": "${to}" has an audience of its own`, {
    code: 'store/sync-exists',
    next: 'act',
    remedy: `Choose another key, or retire "${to}" first.`,
  })
}
