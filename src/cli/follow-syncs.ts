import { follow } from '../app/follow.ts'
import { FollowedSync } from '../app/followed-sync.ts'
import type { Workspace } from '../app/workspace.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import { fullPassReasons } from '../definition/full-pass-reasons.ts'
import type { Cli } from './cli.ts'
import { erasureText, erasureView } from './text/erasure-text.ts'
import {
  followingText,
  passText,
  passView,
  type FailedPassView,
  type PassView,
} from './text/follow-text.ts'
import { failureView } from './text/sync-view.ts'
import { visibleJson, visibleText } from './text/visible.ts'

/** Follows syncs until the process is asked to end: one line for each run, as text or as JSON. */
export async function followSyncs(
  cli: Cli,
  workspace: Workspace,
  syncs: readonly SyncDefinition[],
  json: boolean,
): Promise<void> {
  const { world } = cli.surroundings
  const followed = syncs.map(({ key, audience, everyMs }) => {
    const definition = workspace.definition.audiences[audience]
    return new FollowedSync(
      key,
      everyMs,
      definition === undefined ? [] : fullPassReasons(definition),
    )
  })
  for (const [index, { key, everyMs }] of syncs.entries())
    cli.note(followingText(key, everyMs, followed[index]?.reasons ?? []))
  const troubles = new Map<string, string>()
  const tell = (view: PassView | FailedPassView): void => {
    const trouble = troubleOf(view)
    // The same trouble is met again and again until somebody sees to it, and told once.
    if (trouble !== null && trouble === troubles.get(view.sync)) return
    if (trouble === null) troubles.delete(view.sync)
    else troubles.set(view.sync, trouble)
    const line = json ? visibleJson(JSON.stringify(view)) : visibleText(passText(view))
    cli.stdout.write(`${line}\n`)
  }
  await follow(workspace, followed, {
    ran: async (run, judged) => {
      const sync = workspace.sync(run.sync)
      const { limits } = await workspace.destination(sync.destination)
      tell(passView(run, sync, limits.usableRowsMin, judged, world.now()))
    },
    failed: (sync, error) => {
      tell({ at: new Date(world.now()).toISOString(), ...failureView(sync, error) })
    },
    erased: (record) => cli.note(erasureText(erasureView(record))),
    note: (text) => cli.note(text),
    happening: () => undefined,
  })
}

/** Null where all is well. */
function troubleOf(view: PassView | FailedPassView): string | null {
  if ('error' in view) return view.error.code
  const { state, problem, holds } = view
  return state === 'done'
    ? null
    : [state, problem?.code, ...holds.map(({ guard }) => guard)].join(' ')
}
