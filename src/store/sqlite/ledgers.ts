import type { Kysely, Selectable } from 'kysely'
import { RollcallError } from '../../core/error.ts'
import type { KeptLedger, LedgerFiles, RemoteLedger } from '../port.ts'
import { fromJson, toJson, type Tables } from './schema.ts'

/** The ledger of one remote audience, as rows of the `ledger` table. Each function runs inside its caller's transaction. */

export async function readLedger(
  db: Kysely<Tables>,
  sync: string,
  remoteId: string,
): Promise<RemoteLedger | null> {
  const row = await db
    .selectFrom('ledger')
    .selectAll()
    .where('sync', '=', sync)
    .where('remote_id', '=', remoteId)
    .executeTakeFirst()
  return row === undefined ? null : ledgerOf(row)
}

export async function allLedgers(db: Kysely<Tables>): Promise<readonly KeptLedger[]> {
  const rows = await db
    .selectFrom('ledger')
    .selectAll()
    .orderBy('sync')
    .orderBy('remote_id')
    .execute()
  return rows.map((row) => ({ sync: row.sync, ledger: ledgerOf(row) }))
}

function ledgerOf(row: Selectable<Tables['ledger']>): RemoteLedger {
  return {
    remoteId: row.remote_id,
    files: {
      base: row.base,
      overlays: fromJson(row.overlays),
      baseRows: row.base_rows,
      overlayRows: row.overlay_rows,
    },
    generation: row.generation,
    onlyMaybe: row.only_maybe === 1,
    strangers: row.strangers === 1,
    scopes: fromJson(row.scopes),
  }
}

/** Makes an audience the sync's present one; see `Store.bindRemote`. */
export async function bindLedger(
  trx: Kysely<Tables>,
  sync: string,
  remoteId: string,
  strangers: boolean,
): Promise<RemoteLedger> {
  const keeper = await trx
    .selectFrom('sync')
    .select('key')
    .where('remote_id', '=', remoteId)
    .executeTakeFirst()
  if (keeper !== undefined && keeper.key !== sync) throw audienceTaken(remoteId, keeper.key)
  await trx
    .insertInto('sync')
    .values({ key: sync, remote_id: remoteId, sent_live: 0 })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({ remote_id: remoteId, creating: null }),
    )
    .execute()
  if (keeper === undefined) await forgetL(trx, sync, remoteId)
  await trx
    .insertInto('ledger')
    .values({
      sync,
      remote_id: remoteId,
      overlays: toJson([]),
      base_rows: 0,
      overlay_rows: 0,
      generation: 0,
      only_maybe: 0,
      strangers: strangers ? 1 : 0,
    })
    .onConflict((conflict) =>
      strangers
        ? conflict.columns(['sync', 'remote_id']).doUpdateSet({ strangers: 1 })
        : conflict.columns(['sync', 'remote_id']).doNothing(),
    )
    .execute()
  const row = await trx
    .selectFrom('ledger')
    .selectAll()
    .where('sync', '=', sync)
    .where('remote_id', '=', remoteId)
    .executeTakeFirstOrThrow()
  return ledgerOf(row)
}

/** L becomes empty now, and stays so when a plan made before is closed. */
export async function forgetL(trx: Kysely<Tables>, sync: string, remoteId: string): Promise<void> {
  await trx
    .updateTable('ledger')
    .set({ only_maybe: 1 })
    .where('sync', '=', sync)
    .where('remote_id', '=', remoteId)
    .execute()
  await trx
    .updateTable('plan')
    .set({ only_maybe: 1 })
    .where('sync', '=', sync)
    .where('remote_id', '=', remoteId)
    .where('closed_at', 'is', null)
    .execute()
}

export async function advanceLedger(
  trx: Kysely<Tables>,
  plan: Pick<Selectable<Tables['plan']>, 'sync' | 'remote_id' | 'only_maybe' | 'replacement'>,
  files: LedgerFiles,
  generation: number,
): Promise<void> {
  await trx
    .updateTable('ledger')
    .set({
      ...fileColumns(files),
      generation,
      only_maybe: plan.only_maybe,
      ...(plan.replacement === 'finished' ? { strangers: 0 as const } : {}),
    })
    .where('sync', '=', plan.sync)
    .where('remote_id', '=', plan.remote_id)
    .execute()
}

const fileColumns = ({ base, overlays, baseRows, overlayRows }: LedgerFiles) => ({
  base,
  overlays: toJson(overlays),
  base_rows: baseRows,
  overlay_rows: overlayRows,
})

export async function moveLedger(
  trx: Kysely<Tables>,
  sync: string,
  remoteId: string,
  files: LedgerFiles,
): Promise<void> {
  await trx
    .updateTable('ledger')
    .set(fileColumns(files))
    .where('sync', '=', sync)
    .where('remote_id', '=', remoteId)
    .execute()
}

function audienceTaken(remoteId: string, keeper: string): RollcallError {
  return new RollcallError(`The audience ${remoteId} is kept by the sync "${keeper}" already`, {
    code: 'store/audience-taken',
    next: 'act',
    remedy: `Give this sync an audience of its own, or retire "${keeper}" first.`,
  })
}
