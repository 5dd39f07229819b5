import type { ShownLookalike } from '../core/lookalike.ts'
import { newName } from '../core/new-name.ts'
import type { PlanCounts } from '../core/sync/count.ts'
import type { Hold } from '../core/sync/guard.ts'
import { evaluate } from './evaluate.ts'
import { foldedState } from './fold-open.ts'
import { heldBy } from './held-by.ts'
import { withLease } from './lease.ts'
import { lookAtLookalikes, lookalikesToMake } from './lookalikes.ts'
import type { Ports, RunOptions, SyncOrder } from './order.ts'
import { lookAt, NOTHING_SENT, originOf, type Looked } from './remote.ts'

/** What a plan shows: the same evaluation as a run's, nothing sent and nothing kept. */
export interface PlanShown {
  readonly counts: PlanCounts
  readonly holds: readonly Hold[]
  readonly looked: Looked
  readonly file: string
  readonly lookalikes: readonly ShownLookalike[]
}

/** Works out what a run would do. Folds what an earlier run left, since that is always safe; sends nothing. */
export async function planSync(
  order: SyncOrder,
  options: Pick<RunOptions, 'full' | 'empty'>,
  ports: Ports,
): Promise<PlanShown> {
  return withLease(order.key, order.settleMs, ports, async (lease) => {
    const state = await foldedState(lease, ports)
    const looked = await lookAt(order, state, options, ports)
    const ledger = looked.kind === 'there' ? (state.remote ?? NOTHING_SENT) : NOTHING_SENT
    const file = newName('plan', ports.world)
    const listed = state.suppressionDigest === ports.doNotSend.digest ? [] : ports.doNotSend.keys
    const { counts } = await evaluate(order, options, ports, ledger, [...listed], file)
    const origin = originOf(looked)
    const lookalikes = await lookAtLookalikes(order, origin, state, ports)
    const toMake = lookalikesToMake(order, origin, state)
    return { counts, holds: heldBy(counts, order, state, toMake, ports), looked, file, lookalikes }
  })
}
