import { newName } from '../core/new-name.ts'
import type { PlanRow } from '../core/sync/row.ts'
import { suppressMember } from '../core/sync/suppress.ts'
import type { StrongKey } from '../core/sync/strong.ts'
import type { RemoteLedger, SyncState } from '../store/port.ts'
import { carryOut, type CarriedOut, type Errand } from './carry-out.ts'
import type { Ports } from './order.ts'
import { planOfSome } from './plan-of-some.ts'
import type { ShownAudience } from './remote.ts'

export interface TakenOut extends CarriedOut {
  /** How many rows were to be removed and are. */
  readonly rows: number
  /** The do-not-send list of which the ledger has no key any more. */
  readonly suppressionDigest: string
  /** Keys of the present list that may still be in the audience. */
  readonly remaining: readonly StrongKey[]
}

/**
 * Takes whoever came onto the do-not-send list out of the audience, by a plan of its own: ahead of guards, in every mode, and
 * whether or not the source can be read. It is told from the ledger alone who they are.
 */
export async function takeOutSuppressed(
  ledger: RemoteLedger,
  audience: ShownAudience,
  state: SyncState,
  errand: Errand,
): Promise<TakenOut> {
  const { order, ports } = errand
  const { workbench, doNotSend } = ports
  // As it is now: who comes onto the list while this goes on is for the next run.
  const { digest } = doNotSend
  const keys = [...doNotSend.keys]
  const free = { suppressionDigest: digest, remaining: [] }
  if (state.suppressionDigest === digest || (await workbench.findSuppressed(ledger, keys)) === 0)
    return { end: { kind: 'sent' }, ledger, rows: 0, ...free }
  const file = newName('plan', ports.world)
  await workbench.plan(file, suppressedPlan(ports, new Set(keys)))
  const plan = planOfSome(file, ledger, order, state)
  const { remove } = await workbench.countToSend(file)
  const carriedOut = await carryOut(plan, ledger, audience, errand, 'some')
  const left = await workbench.findSuppressed(carriedOut.ledger, keys)
  return left === 0
    ? { ...carriedOut, rows: remove, ...free }
    : { ...carriedOut, rows: 0, suppressionDigest: plan.suppressionDigest, remaining: keys }
}

async function* suppressedPlan(
  { workbench }: Ports,
  keys: ReadonlySet<StrongKey>,
): AsyncGenerator<readonly PlanRow[]> {
  for await (const people of workbench.touched())
    yield people.flatMap((person) => suppressMember(person, (key) => keys.has(key)))
}
