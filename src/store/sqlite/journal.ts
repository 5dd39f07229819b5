import { sql, type Kysely, type Selectable } from 'kysely'
import type { Batch, BatchIntent, BatchOutcome } from '../../core/sync/batch.ts'
import type { Lease, Store } from '../port.ts'
import { holding, isHeld } from './leases.ts'
import { fromJson, toJson, type Tables } from './schema.ts'

type Journal = Pick<Store, 'intend' | 'settle' | 'batches' | 'giveUpUnanswered' | 'unsettled'>

export function journal(db: Kysely<Tables>): Journal {
  return {
    intend: (lease, plan, intent) => intend(db, lease, plan, intent),
    settle: (lease, plan, sequence, outcome) => settle(db, lease, plan, sequence, outcome),
    batches: async (plan) => {
      const rows = await db
        .selectFrom('batch')
        .selectAll()
        .where('plan', '=', plan)
        .orderBy('sequence')
        .execute()
      return rows.map(batchOf)
    },
    giveUpUnanswered: (lease, now, settlesAt) =>
      holding(db, lease, async (trx) => {
        const message = 'The worker that sent it ended before the answer came'
        await trx
          .updateTable('batch')
          .set(answered({ kind: 'unknown', at: now, settlesAt, message }))
          .where('outcome', 'is', null)
          .where('plan', 'in', trx.selectFrom('plan').select('id').where('sync', '=', lease.sync))
          .execute()
      }),
    unsettled: async (sync, remoteId, now) => {
      const rows = await db
        .selectFrom('batch')
        .innerJoin('plan', 'plan.id', 'batch.plan')
        .selectAll('batch')
        .select('plan.file')
        .where('plan.sync', '=', sync)
        .where('plan.remote_id', '=', remoteId)
        .where((eb) => eb.or([eb('batch.outcome', 'is', null), eb('batch.settles_at', '>', now)]))
        .orderBy('plan.ordinal')
        .orderBy('batch.sequence')
        .execute()
      return rows.map((row) => ({ file: row.file, batch: batchOf(row) }))
    },
  }
}

/**
 * One statement is one transaction. Intents and outcomes are on every request's way, so they check the lease in the
 * statement that writes, where other writes check it in one of their own.
 */
async function intend(
  db: Kysely<Tables>,
  lease: Lease,
  plan: string,
  { operation, offset, count, intendedAt, fenced }: BatchIntent,
): Promise<number> {
  const { rows } = await sql<{ readonly sequence: number }>`
    insert into batch (plan, sequence, operation, offset, count, intended_at, fenced)
    select
      id,
      1 + coalesce((select max(sequence) from batch where plan = plan.id), 0),
      ${operation}, ${offset}, ${count}, ${intendedAt}, ${toJson(fenced)}
    from plan
    where id = ${plan} and sync = ${lease.sync} and closed_at is null and ${isHeld(lease)}
    returning sequence`.execute(db)
  return rows[0]?.sequence ?? refuse(db, lease, `The sync "${lease.sync}" has no open plan ${plan}`)
}

async function settle(
  db: Kysely<Tables>,
  lease: Lease,
  plan: string,
  sequence: number,
  outcome: BatchOutcome,
): Promise<void> {
  const set = answered(outcome)
  const { numAffectedRows } = await sql`
    update batch set outcome = ${set.outcome}, settles_at = ${set.settles_at}
    where plan = ${plan} and sequence = ${sequence} and outcome is null
      and exists (select 1 from plan where id = ${plan} and sync = ${lease.sync})
      and ${isHeld(lease)}`.execute(db)
  if (numAffectedRows !== 1n)
    await refuse(db, lease, `No batch ${sequence} of the plan ${plan} waits for an answer`)
}

/** Says why a write changed nothing: the lease was lost, or the write was wrong. */
function refuse(db: Kysely<Tables>, lease: Lease, message: string): Promise<never> {
  return holding(db, lease, () => Promise.reject(new Error(message)))
}

function answered(
  outcome: BatchOutcome,
): Pick<Selectable<Tables['batch']>, 'outcome' | 'settles_at'> {
  return {
    outcome: toJson(outcome),
    settles_at: outcome.kind === 'unknown' ? outcome.settlesAt : null,
  }
}

function batchOf(row: Selectable<Tables['batch']>): Batch {
  return {
    sequence: row.sequence,
    operation: row.operation,
    offset: row.offset,
    count: row.count,
    intendedAt: row.intended_at,
    fenced: fromJson(row.fenced),
    outcome: row.outcome === null ? undefined : fromJson(row.outcome),
  }
}
