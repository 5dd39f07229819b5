import { sql, type Kysely, type Selectable } from 'kysely'
import { RollcallError } from '../../core/error.ts'
import type { Lease, LedgerFiles, OpenPlan, PlanScope, Store } from '../port.ts'
import { advanceLedger, readLedger } from './ledgers.ts'
import { holding } from './leases.ts'
import { fromJson, type Tables } from './schema.ts'

type Plans = Pick<
  Store,
  | 'openPlan'
  | 'publishPlan'
  | 'finishReplacement'
  | 'closePlan'
  | 'movePlans'
  | 'filesInUse'
  | 'plans'
  | 'forgetPlansBefore'
>

export function plans(db: Kysely<Tables>): Plans {
  return {
    openPlan: async (sync) => {
      const row = await db
        .selectFrom('plan')
        .selectAll()
        .where('sync', '=', sync)
        .where('closed_at', 'is', null)
        .executeTakeFirst()
      return row === undefined ? null : openPlanOf(row)
    },
    publishPlan: (lease, plan, scope) =>
      holding(db, lease, (trx) => publish(trx, lease, plan, scope)),
    finishReplacement: (lease, plan) =>
      holding(db, lease, async (trx) => {
        const { replacement } = await findOpen(trx, lease, plan)
        if (replacement === 'none') throw new Error(`The plan ${plan} replaces nothing`)
        await trx
          .updateTable('plan')
          .set({ replacement: 'finished' })
          .where('id', '=', plan)
          .execute()
      }),
    closePlan: (lease, plan, files, generation) =>
      holding(db, lease, (trx) => close(trx, lease, plan.id, files, generation)),
    movePlans: (lease, ids, file) =>
      holding(db, lease, async (trx) => {
        await trx
          .updateTable('plan')
          .set({ file })
          .where('id', 'in', sql<string>`(select value from json_each(${JSON.stringify(ids)}))`)
          .where('sync', '=', lease.sync)
          .where('closed_at', 'is not', null)
          .execute()
      }),
    filesInUse: () => db.transaction().setAccessMode('read only').execute(filesInUse),
    plans: async (sync) => {
      const rows = await db
        .selectFrom('plan')
        .select(['id', 'file', 'remote_id', 'closed_at'])
        .where('sync', '=', sync)
        .orderBy('ordinal')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        file: row.file,
        remoteId: row.remote_id,
        closedAt: row.closed_at,
      }))
    },
    forgetPlansBefore: async (time) => {
      await db
        .deleteFrom('plan')
        .where('closed_at', '<', time)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('batch')
                .select('sequence')
                .whereRef('batch.plan', '=', 'plan.id')
                .where((batch) =>
                  batch.or([batch('outcome', 'is', null), batch('settles_at', '>', time)]),
                ),
            ),
          ),
        )
        .execute()
    },
  }
}

function openPlanOf(row: Selectable<Tables['plan']>): OpenPlan {
  return {
    id: row.id,
    remoteId: row.remote_id,
    file: row.file,
    mode: row.mode,
    replacement: row.replacement,
    normaliserVersion: row.normaliser_version,
    suppressionDigest: row.suppression_digest,
  }
}

async function publish(
  trx: Kysely<Tables>,
  { sync }: Lease,
  plan: OpenPlan,
  scope: PlanScope,
): Promise<void> {
  const open = await trx
    .selectFrom('plan')
    .select('id')
    .where('sync', '=', sync)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  if (open !== undefined) throw planOpen(sync, open.id)
  const ledger = await readLedger(trx, sync, plan.remoteId)
  const doubted = scope === 'some' && ledger?.onlyMaybe === true
  await trx
    .insertInto('plan')
    .values({
      id: plan.id,
      sync,
      remote_id: plan.remoteId,
      file: plan.file,
      mode: plan.mode,
      replacement: plan.replacement,
      normaliser_version: plan.normaliserVersion,
      suppression_digest: plan.suppressionDigest,
      only_maybe: doubted ? 1 : 0,
    })
    .execute()
  if (scope === 'everyone')
    await trx.updateTable('approval').set({ plan: plan.id }).where('sync', '=', sync).execute()
}

async function findOpen(
  trx: Kysely<Tables>,
  { sync }: Lease,
  id: string,
): Promise<Selectable<Tables['plan']>> {
  const plan = await trx
    .selectFrom('plan')
    .selectAll()
    .where('id', '=', id)
    .where('sync', '=', sync)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  if (plan === undefined) throw new Error(`The sync "${sync}" has no open plan ${id}`)
  return plan
}

async function close(
  trx: Kysely<Tables>,
  lease: Lease,
  id: string,
  files: LedgerFiles,
  generation: number,
): Promise<void> {
  const plan = await findOpen(trx, lease, id)
  await advanceLedger(trx, plan, files, generation)
  await trx
    .updateTable('sync')
    .set({
      normaliser_version: plan.normaliser_version,
      suppression_digest: plan.suppression_digest,
    })
    .where('key', '=', plan.sync)
    .execute()
  await trx
    .updateTable('plan')
    .set({
      closed_at: sql<number>`max(
        (select taken_at from lease where sync = ${plan.sync}),
        coalesce((select max(intended_at) from batch where plan = ${id}), 0))`,
    })
    .where('id', '=', id)
    .execute()
  await trx.deleteFrom('approval').where('sync', '=', plan.sync).where('plan', '=', id).execute()
}

async function filesInUse(trx: Kysely<Tables>): Promise<ReadonlySet<string>> {
  const ledgers = await trx.selectFrom('ledger').select(['base', 'overlays']).execute()
  const planned = await trx.selectFrom('plan').select('file').execute()
  return new Set([
    ...ledgers.flatMap(({ base, overlays }) => [
      ...(base === null ? [] : [base]),
      ...fromJson(overlays),
    ]),
    ...planned.map(({ file }) => file),
  ])
}

function planOpen(sync: string, id: string): RollcallError {
  return new RollcallError(`The sync "${sync}" has an open plan already: ${id}`, {
    code: 'store/plan-open',
    next: 'retry',
    remedy: 'Nothing to do: the next run folds that plan and makes a new one.',
  })
}
