import { NORMALISER_VERSION } from '../core/match-key/table.ts'
import { newName } from '../core/new-name.ts'
import type { Blocked, SyncState } from '../store/port.ts'
import { evaluate } from './evaluate.ts'
import { withLease } from './lease.ts'
import type { Ports, SyncOrder } from './order.ts'

/** What judging some people alone comes to, before anything is sent. */
export type JudgedSome =
  /** Nothing is to be sent of them. What else is to be noted of them, the next run of everybody notes. */
  | 'in-step'
  | 'to-run'
  /** The ledger does not say enough of the others. */
  | 'everybody-first'

/** Whether the ledger can be believed of those who are not judged. */
export const mayJudgeSome = ({ remote, normaliserVersion }: SyncState): boolean =>
  remote !== null && !remote.onlyMaybe && normaliserVersion === NORMALISER_VERSION

export const EVERYBODY_FIRST = 'sync/everybody-first'

/** Why a run of some people alone was not made. */
export const everybodyFirst = (since: number): Blocked => ({
  code: EVERYBODY_FIRST,
  message: 'Some people alone cannot be judged before everybody was',
  remedy: 'Nothing to do: the next run looks at everybody',
  since,
})

/**
 * Judges some members alone, by the ledger as it is: most of what comes in changes nothing about an audience, and then the platform
 * is not asked for anything.
 * @throws RollcallError as `runSync` does before anything is sent
 */
export async function judgeSome(
  order: SyncOrder,
  only: readonly string[],
  ports: Ports,
): Promise<JudgedSome> {
  const { store, workbench, world, doNotSend } = ports
  // Nobody else may run the sync meanwhile: what it did by what it knew before would be overlooked.
  return withLease(order.key, order.settleMs, ports, async () => {
    const state = await store.state(order.key)
    if (state.remote === null || !mayJudgeSome(state)) return 'everybody-first'
    if (state.suppressionDigest !== doNotSend.digest) return 'to-run'
    if ((await store.openPlan(order.key)) !== null) return 'to-run'
    const file = newName('plan', world)
    const options = { full: false, empty: false, only }
    const { counts } = await evaluate(order, options, ports, state.remote, [], file)
    await workbench.discard(file)
    return counts.rows.add + counts.rows.remove === 0 ? 'in-step' : 'to-run'
  })
}
