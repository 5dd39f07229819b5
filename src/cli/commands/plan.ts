import type { Command } from 'commander'
import { leftSyncs } from '../../app/left-syncs.ts'
import { plan } from '../../app/run.ts'
import type { Workspace } from '../../app/workspace.ts'
import type { SyncDefinition } from '../../definition/definition.ts'
import { EXIT, type Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { chosenSyncs, eachSync, pausedText } from '../each-sync.ts'
import { readNow } from '../read-options.ts'
import { SUMMARIES } from '../summaries.ts'
import { leftText, plansText } from '../text/sync-text.ts'
import { leftView, planView, type FailureView, type PlanView } from '../text/sync-view.ts'

export function planCommand(cli: Cli): Command {
  return newCommand('plan', SUMMARIES.plan, {
    examples: [
      ['rollcall plan', 'what every sync would do now'],
      ['rollcall plan big_spenders_to_meta', 'one sync alone'],
      ['rollcall plan --now 2026-01-31', 'who would belong at another time'],
      ['rollcall plan --full', 'what sending everybody again would do'],
    ],
    exits: {
      1: 'a source or the platform could not be reached',
      2: 'the command line or the definition is wrong',
      3: 'a person must act: a guard holds, a sync is gone from the file, strangers are in an audience',
    },
  })
    .argument('[syncs...]', 'the syncs to plan (default: all)')
    .option('--full', 'plan to send everybody again')
    .option('--now <moment>', 'evaluate as of this moment, such as 2026-01-31T12:00:00Z')
    .action(async (names: string[], options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      const { world } = cli.surroundings
      const now = readNow(options.now, world.now())
      await using workspace = await cli.openWorkspace(file)
      const { chosen, paused } = chosenSyncs(workspace, names)
      const plans = await eachSync(cli, chosen, async (sync) => [
        await planOne(cli, workspace, sync, { now, full: options.full ?? false }),
      ])
      const left = (await leftSyncs(workspace)).map(leftView)
      if (left.length > 0) cli.exitWith(EXIT.act)
      cli.out({ now: new Date(now).toISOString(), plans, paused, left }, json, () =>
        [
          plansText(plans),
          pausedText(paused),
          leftText(left),
          plans.some(sends) ? NOTHING_SENT : '',
        ]
          .filter((part) => part !== '')
          .join('\n\n'),
      )
    })
}

const sends = (view: PlanView | FailureView): boolean =>
  'work' in view && view.work.rows.add + view.work.rows.remove > 0

const NOTHING_SENT = 'Nothing was sent. Send with: rollcall sync'

interface Options {
  readonly full?: boolean
  readonly now?: string
}

async function planOne(
  cli: Cli,
  workspace: Workspace,
  sync: SyncDefinition,
  { now, full }: { readonly now: number; readonly full: boolean },
): Promise<PlanView> {
  const progress = cli.progress(sync.key)
  try {
    const planned = await plan(workspace, sync.key, { full, empty: false, now }, progress.tell)
    const { limits } = await workspace.destination(sync.destination)
    const name = workspace.definition.audiences[sync.audience]?.name ?? sync.audience
    const view = planView(planned, sync, name, limits.usableRowsMin)
    if (view.holds.length > 0 || view.problem !== null) cli.exitWith(EXIT.act)
    return view
  } finally {
    progress.stop()
  }
}
