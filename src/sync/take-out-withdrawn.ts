import { counted } from '../core/counted.ts'
import { newName } from '../core/new-name.ts'
import { diffMember, type DiffRules } from '../core/sync/diff.ts'
import type { PlanRow } from '../core/sync/row.ts'
import type { RemoteLedger, SyncState } from '../store/port.ts'
import { carryOut, type CarriedOut, type Errand } from './carry-out.ts'
import type { Ports } from './order.ts'
import { planOfSome } from './plan-of-some.ts'
import type { ShownAudience } from './remote.ts'

export interface WithdrawnOut extends CarriedOut {
  /** How many people were taken out, and by how many rows. Whoever is not surely out is left to the evaluation. */
  readonly people: number
  readonly rows: number
}

export const nobodyWithdrawn = (ledger: RemoteLedger): WithdrawnOut => ({
  end: { kind: 'sent' },
  ledger,
  people: 0,
  rows: 0,
})

/**
 * Takes whoever no longer agrees to what the destination is for out of the audience, by a plan of its own: ahead of guards and in
 * every mode, as the do-not-send list. Who they are is asked of the whole model, since whoever withdrew may also have left.
 */
export async function takeOutWithdrawn(
  ledger: RemoteLedger,
  audience: ShownAudience,
  state: SyncState,
  errand: Errand,
): Promise<WithdrawnOut> {
  const { order, ports } = errand
  const { workbench } = ports
  const found = await workbench.findWithdrawn(ledger)
  if (found === 0) return nobodyWithdrawn(ledger)
  const file = newName('plan', ports.world)
  await workbench.plan(file, withdrawnPlan(ports, order.mode))
  const { remove } = await workbench.countToSend(file)
  // People who stay hold all that they have: their rows wait, and nothing is to be told.
  if (remove === 0) return nobodyWithdrawn(ledger)
  ports.tell({
    kind: 'noticed',
    message: `${counted(found, 'person has', 'people have')} not agreed or no longer agree, and are taken out`,
  })
  const plan = planOfSome(file, ledger, order, state)
  const carriedOut = await carryOut(plan, ledger, audience, errand, 'some')
  const left = await workbench.findWithdrawn(carriedOut.ledger)
  return left < found
    ? { ...carriedOut, people: found - left, rows: remove }
    : { ...carriedOut, people: 0, rows: 0 }
}

async function* withdrawnPlan(
  { workbench }: Ports,
  mode: DiffRules['mode'],
): AsyncGenerator<readonly PlanRow[]> {
  const rules: DiffRules = { mode, isDue: () => false, isSuppressed: () => false }
  for await (const people of workbench.touched())
    yield people.flatMap((person) => diffMember(person, [], rules))
}
