import { foldMember, type FoldRules } from '../core/sync/fold.ts'
import { Fences } from '../core/sync/fence.ts'
import { isUnsettled } from '../core/sync/batch.ts'
import { verdicts } from '../core/sync/verdict.ts'
import type { Lease, OpenPlan, RemoteLedger } from '../store/port.ts'
import type { Ports } from './order.ts'
import type { FoldedMember } from './workbench.ts'

/** Nothing is asked of the platform. */
export type FoldPorts = Pick<Ports, 'store' | 'workbench' | 'world'>

/** Steps 4 and 7: a plan's outcomes become the ledger's next files, and the rest of the plan is given up. */
export async function foldPlan(
  lease: Lease,
  plan: OpenPlan,
  ledger: RemoteLedger,
  ports: FoldPorts,
): Promise<void> {
  const { store, workbench, world } = ports
  const finished = plan.replacement === 'finished' ? plan.file : undefined
  const batches = await store.batches(plan.id)
  // A replacement may be folded long after it took effect, so it is judged by what could still land after it began.
  const began = plan.replacement === 'none' ? [] : batches.map(({ intendedAt }) => intendedAt)
  const now = Math.min(world.now(), ...began)
  const fences = await fencesOf(lease.sync, plan.remoteId, ports, finished, now)
  const rules: FoldRules = {
    mode: plan.mode,
    replacement: batches.length === 0 ? 'none' : plan.replacement,
    verdictOf: verdicts(batches),
    addUnsettled: (row) => fences.addUnsettled(row, now),
    removalUnsettled: (row) => fences.stands('add', row, now),
  }
  const files = await workbench.fold(ledger, foldedMembers(plan, rules, ports))
  // With every fold, so that a state folder that was put back is always older than its mark.
  await store.closePlan(lease, plan, files, ledger.generation + 1)
}

async function* foldedMembers(
  plan: OpenPlan,
  rules: FoldRules,
  { workbench }: FoldPorts,
): AsyncGenerator<readonly FoldedMember[]> {
  for await (const members of workbench.byMember(plan.file))
    yield members.flatMap((rows) => {
      const [first] = rows
      return first === undefined
        ? []
        : [{ member: first.member, raw: first.raw, rows: foldMember(rows, rules) }]
    })
}

/**
 * The fences that unanswered requests to this audience have raised and that stand at `now`.
 * @param finished The plan file of a replacement that is finished: a late repeat of one of its batches comes too late.
 */
export async function fencesOf(
  sync: string,
  remoteId: string,
  ports: FoldPorts,
  finished?: string,
  now: number = ports.world.now(),
): Promise<Fences> {
  const { store, workbench } = ports
  const fences = new Fences()
  for (const { file, batch } of await store.unsettled(sync, remoteId, now)) {
    if (!isUnsettled(batch, now) || file === finished) continue
    const rows = await workbench.rowsAt(file, batch.offset, batch.count)
    const until = batch.outcome?.kind === 'unknown' ? batch.outcome.settlesAt : Infinity
    fences.raise(batch.operation, rows, until)
  }
  return fences
}
