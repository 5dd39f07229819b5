import { EVERYBODY_FIRST, judgeSome, type JudgedSome } from '../sync/some.ts'
import type { Ports, RunOptions } from '../sync/order.ts'
import { breakingDeadLease, runOrder, type FinishedRun } from './run.ts'
import { setUpSync } from './sync-setup.ts'
import type { Workspace } from './workspace.ts'

/** What a run is asked for when nobody asks for anything. */
export const PLAIN_RUN: RunOptions = {
  full: false,
  empty: false,
  adopt: null,
  recreate: false,
  approveAll: false,
  waitMs: 0,
}

/**
 * Judges some of the people that Rollcall keeps, and sends what that comes to: the same run as of everybody, with everybody else
 * as the ledger has them. Where nothing is to be sent, nobody is asked and no run is recorded.
 * @param only Ids of people.
 * @throws RollcallError as `run`
 */
export async function quickPass(
  workspace: Workspace,
  key: string,
  only: readonly string[],
  tell: Ports['tell'],
): Promise<FinishedRun | Exclude<JudgedSome, 'to-run'>> {
  const now = workspace.surroundings.world.now()
  await using setup = await setUpSync(workspace, key, now, tell, only)
  const judged = await breakingDeadLease(workspace, async () =>
    judgeSome(setup.order, only, setup.ports),
  )
  if (judged !== 'to-run') return judged
  const finished = await runOrder(workspace, setup.order, { ...PLAIN_RUN, only }, setup.ports)
  return finished.problem?.code === EVERYBODY_FIRST ? 'everybody-first' : finished
}
