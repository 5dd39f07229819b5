import { mergedScopes } from '../core/scopes.ts'
import type { Result } from '../destination/port.ts'
import type { Lease, OpenPlan, PlanScope, RemoteLedger } from '../store/port.ts'
import { fencesOf, foldPlan } from './fold-plan.ts'
import type { Ports, SyncOrder } from './order.ts'
import { carryMark, type ShownAudience } from './remote.ts'
import { replaceWhole } from './replace.ts'
import { send, type SendEnd, type Sending } from './send.ts'
import type { Tally } from './tally.ts'

/** What carrying out a plan takes, beside the plan. */
export interface Errand {
  readonly order: SyncOrder
  readonly ports: Ports
  readonly lease: Lease
  /** Keeps the lease while a run goes on. */
  readonly renew: () => Promise<void>
  readonly tally: Tally
  /** How long throttles may be waited out, in milliseconds. */
  readonly waitMs: number
}

export interface CarriedOut {
  readonly end: SendEnd
  readonly ledger: RemoteLedger
}

/**
 * Steps 5 to 7 for a plan whose file is durable: publishes it, sends it, and folds what became of it into the ledger.
 * @param audience To carry the mark to; null where the mark there is to stay as it is.
 */
export async function carryOut(
  plan: OpenPlan,
  ledger: RemoteLedger,
  audience: ShownAudience | null,
  errand: Errand,
  scope: PlanScope,
): Promise<CarriedOut> {
  const { order, ports, lease } = errand
  const { store, tell } = ports
  const scopes = mergedScopes(ledger.scopes, order.scopes)
  if (JSON.stringify(scopes) !== JSON.stringify(ledger.scopes))
    await store.keepScopes(lease, ledger.remoteId, scopes)
  await store.publishPlan(lease, plan, scope)
  // What the plan is folded to, whoever folds it: a copy of the state from before it is older from the first request on.
  const marked =
    audience === null ? null : await carryMark(order, audience, ledger.generation + 1, ports)
  const end = marked === null || marked.kind === 'ok' ? await sent(plan, errand) : unsent(marked)
  tell({ kind: 'step-begun', step: 'fold' })
  // A replacement that is finished has been noted in the plan meanwhile.
  const open = (await store.openPlan(order.key)) ?? plan
  await foldPlan(lease, open, ledger, ports)
  return { end, ledger: (await store.ledger(order.key, plan.remoteId)) ?? ledger }
}

async function sent(plan: OpenPlan, errand: Errand): Promise<SendEnd> {
  const { order, ports, lease, renew, tally, waitMs } = errand
  const { add, remove } = await ports.workbench.countToSend(plan.file)
  ports.tell({ kind: 'sending-begun', remove, add })
  const sending: Sending = {
    order,
    ports,
    lease,
    plan,
    fences: await fencesOf(order.key, plan.remoteId, ports),
    tally,
    renew,
    waitUntil: ports.world.now() + waitMs,
  }
  return plan.replacement === 'none' ? send(sending) : replaceWhole(sending)
}

/** Without its mark an audience could not tell a copy of the state from before, so nothing is sent to it. */
const unsent = (answer: Exclude<Result<void>, { kind: 'ok' }>): SendEnd =>
  answer.kind === 'refused' ? answer : { kind: 'unanswered', message: answer.message }
