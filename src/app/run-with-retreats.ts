import type { RunOptions } from '../sync/order.ts'
import type { Ports } from '../sync/order.ts'
import { run, type FinishedRun } from './run.ts'
import type { Workspace } from './workspace.ts'

const TOO_SMALL_TO_REMOVE = 'meta/too-small-to-remove'

type Options = RunOptions & { readonly now: number }

/**
 * Runs a sync, and once more as a replacement of the whole audience where the platform refuses removals because few people would be
 * left: nobody else's people are in it, so the definition alone says who belongs. The guards have passed the same plan already.
 * Waits out throttles and replacements as long as `waitMs` allows.
 * @returns the runs in their order, the last of which says how it stands
 */
export async function runWithRetreats(
  workspace: Workspace,
  key: string,
  options: Options,
  tell: Ports['tell'],
): Promise<readonly FinishedRun[]> {
  const { world, stop } = workspace.surroundings
  const stopped = (): boolean => stop?.aborted === true
  const deadline = world.now() + options.waitMs
  const runs: FinishedRun[] = []
  let next: Options = options
  for (;;) {
    const left = Math.max(0, deadline - world.now())
    const finished = await run(workspace, key, { ...next, waitMs: left }, tell)
    runs.push(finished)
    if (stopped()) return runs
    if (await mayReplace(workspace, finished, next)) {
      tell({
        kind: 'noticed',
        message:
          'Removals are refused since few people would be left: replacing the whole audience',
      })
      next = { ...next, full: true, approveAll: true }
    } else if (finished.until !== null && finished.until <= deadline) {
      const reason = finished.problem?.message ?? 'The ad account is throttled'
      tell({ kind: 'waiting', until: finished.until, reason })
      await world.sleep(Math.max(0, finished.until - world.now()), stop).catch(() => undefined)
      if (stopped()) return runs
    } else return runs
  }
}

async function mayReplace(
  { store, definition }: Workspace,
  { problem, plan, sync }: FinishedRun,
  { full, empty }: Options,
): Promise<boolean> {
  if (problem?.code !== TOO_SMALL_TO_REMOVE || full || empty || plan === null) return false
  // Under another mode others may be in it than the definition says.
  if (definition.syncs[sync]?.mode !== 'mirror') return false
  const { remote } = await store.state(sync)
  return remote !== null && !remote.strangers && plan.members > plan.unusable
}
