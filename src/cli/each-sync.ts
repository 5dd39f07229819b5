import type { Workspace } from '../app/workspace.ts'
import { RollcallError } from '../core/error.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import { EXIT, type Cli } from './cli.ts'
import { exitCodeOf } from './exit-code.ts'
import { failureView, type FailureView } from './text/sync-view.ts'

/** The syncs that were named, or all; those that are paused are passed over, and that is said. */
export function chosenSyncs(
  workspace: Workspace,
  named: readonly string[],
): { readonly chosen: readonly SyncDefinition[]; readonly paused: readonly string[] } {
  const { syncs } = workspace.definition
  const all = named.length === 0 ? Object.values(syncs) : named.map((key) => workspace.sync(key))
  return {
    chosen: all.filter(({ paused }) => !paused),
    paused: all.filter(({ paused }) => paused).map(({ key }) => key),
  }
}

/** Does something with one sync after another. One that fails does not keep the others from their turn. */
export async function eachSync<T>(
  cli: Cli,
  syncs: readonly SyncDefinition[],
  work: (sync: SyncDefinition) => Promise<readonly T[]>,
): Promise<(T | FailureView)[]> {
  const items: (T | FailureView)[] = []
  for (const sync of syncs) {
    if (cli.surroundings.stop.aborted) break
    try {
      items.push(...(await work(sync)))
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error
      items.push(failureView(sync.key, error))
      cli.exitWith(exitCodeOf(error))
    }
  }
  if (cli.surroundings.stop.aborted) cli.exitWith(EXIT.failed)
  return items
}

export const pausedText = (paused: readonly string[]): string =>
  paused.map((key) => `${key} is paused: passed over, its people stay`).join('\n')
