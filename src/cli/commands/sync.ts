import { Option, type Command } from 'commander'
import { workOffErasures } from '../../app/erase/erase.ts'
import { leftSyncs } from '../../app/left-syncs.ts'
import type { FinishedRun } from '../../app/run.ts'
import { runWithRetreats } from '../../app/run-with-retreats.ts'
import type { Workspace } from '../../app/workspace.ts'
import { RollcallError } from '../../core/error.ts'
import type { Approval, Hold } from '../../core/sync/guard.ts'
import type { SyncDefinition } from '../../definition/definition.ts'
import type { RunOptions } from '../../sync/order.ts'
import { EXIT, type Cli, type ExitCode } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { chosenSyncs, eachSync, pausedText } from '../each-sync.ts'
import { followSyncs } from '../follow-syncs.ts'
import { EVERYTHING, readApprove, readNow, readWait, type Approve } from '../read-options.ts'
import { SUMMARIES } from '../summaries.ts'
import { count } from '../../core/counted.ts'
import {
  erasureExit,
  onlyWaits,
  erasureText,
  erasureView,
  type ErasureView,
} from '../text/erasure-text.ts'
import { size } from '../text/numbers.ts'
import { leftText, runsText } from '../text/sync-text.ts'
import { visible } from '../text/visible.ts'
import { leftView, runView, type RunView } from '../text/sync-view.ts'

/** How long an approval given on the command line may wait for its run. */
const APPROVAL_MS = 24 * 3_600_000

interface Options {
  readonly full?: boolean
  readonly adopt?: 'merge' | 'replace'
  readonly recreate?: boolean
  readonly approve?: readonly string[]
  readonly wait?: string
  readonly now?: string
  readonly follow?: boolean
}

export function syncCommand(cli: Cli): Command {
  return newCommand('sync', SUMMARIES.sync, {
    examples: [
      ['rollcall sync', 'all syncs that are not paused'],
      ['rollcall sync big_spenders_to_meta', 'one sync alone'],
      ['rollcall sync --approve', 'let pass what guards hold; on a terminal you are asked'],
      [
        'rollcall sync NAME --approve removed=500',
        'let at most 500 removals pass, within 24 hours',
      ],
      ['rollcall sync --wait 10m', 'wait that long when Meta throttles the ad account'],
      ['rollcall sync NAME --full', 'replace the whole audience'],
      ['rollcall sync --follow', 'keep them in step with what comes in, until Ctrl-C'],
    ],
    exits: {
      1: 'failed or throttled; nothing is lost, the next run goes on from the newest definition',
      2: 'the command line or the definition is wrong',
      3: 'a person must act: a guard holds, Meta refuses, a sync is gone from the file, strangers are in an audience',
    },
  })
    .argument('[syncs...]', 'the syncs to run (default: all)')
    .option('--full', 'send everybody again, as a replacement of the whole audience')
    .addOption(
      new Option('--adopt <how>', 'take over an existing audience: its people stay, or go').choices(
        ['merge', 'replace'],
      ),
    )
    .option('--recreate', 'make a new audience, or lookalike, in place of one that was deleted')
    .addOption(
      new Option('--approve [guard=count]', 'let pass what a guard holds, up to a count')
        .preset(EVERYTHING)
        .argParser(collect),
    )
    .option('--wait <duration>', 'wait this long for a throttle to end, such as 10m')
    .option('--now <moment>', 'evaluate as of this moment, such as 2026-01-31T12:00:00Z')
    .addOption(
      new Option(
        '--follow',
        'go on until Ctrl-C: everybody whenever `every` has passed, in between whom something came in about',
      ).conflicts(['full', 'adopt', 'recreate', 'approve', 'wait', 'now']),
    )
    .action(async (names: string[], options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      const now = readNow(options.now, cli.surroundings.world.now())
      const waitMs = readWait(options.wait)
      await using workspace = await cli.openWorkspace(file)
      const words = apart(options.approve ?? [], workspace)
      const approve = readApprove(words.approve)
      const { chosen, paused } = chosenSyncs(workspace, [...names, ...words.syncs])
      const left = await leftSyncs(workspace)
      if (left.length > 0) cli.exitWith(EXIT.act)
      const erasures = await goOnErasing(cli, workspace)
      if (options.follow === true) {
        for (const note of [pausedText(paused), leftText(left.map(leftView))])
          if (note !== '') cli.note(note)
        if (left.length > 0) for (const sync of chosen) await refuseSecondAudience(workspace, sync)
        await followSyncs(cli, workspace, chosen, json)
        return
      }
      const runs = await eachSync(cli, chosen, async (sync) => {
        if (left.length > 0) await refuseSecondAudience(workspace, sync)
        await confirmTakeOver(cli, workspace, sync, options.adopt, approve)
        const session = { cli, workspace, sync, approve }
        return runOne(session, {
          full: options.full ?? false,
          empty: false,
          adopt: options.adopt ?? null,
          recreate: options.recreate ?? false,
          approveAll: false,
          waitMs,
          now,
        })
      })
      const lefts = left.map(leftView)
      cli.out({ now: new Date(now).toISOString(), runs, paused, left: lefts, erasures }, json, () =>
        [...erasures.map(erasureText), runsText(runs), pausedText(paused), leftText(lefts)]
          .filter((part) => part !== '')
          .join('\n\n'),
      )
    })
}

/** What is left to do for people who are to be erased comes before every run, whichever syncs were named. */
async function goOnErasing(cli: Cli, workspace: Workspace): Promise<readonly ErasureView[]> {
  const progress = cli.progress('erase')
  try {
    const records = await workOffErasures(workspace, progress.tell)
    // What only has to be waited for is no reason to call the syncs failed.
    for (const record of records) if (!onlyWaits(record)) cli.exitWith(erasureExit(record))
    return records.map(erasureView)
  } finally {
    progress.stop()
  }
}

/** Each use of an option adds to those before. */
const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

/** In `--approve my_sync` commander takes the sync for the option's value; it is given back. */
function apart(
  values: readonly string[],
  { definition }: Workspace,
): { approve: readonly string[]; syncs: readonly string[] } {
  const isSync = (value: string): boolean => Object.hasOwn(definition.syncs, value)
  return {
    approve: values.map((value) => (isSync(value) ? EVERYTHING : value)),
    syncs: values.filter(isSync),
  }
}

/** While a sync is gone from the file, a new one may be the same under another key: its people would be sent to two audiences. */
async function refuseSecondAudience({ store }: Workspace, { key }: SyncDefinition): Promise<void> {
  const { remote } = await store.state(key)
  if (remote !== null) return
  throw new RollcallError(`The sync "${key}" is new, and another one is gone from the file`, {
    code: 'sync/left-behind',
    next: 'act',
    remedy:
      'Retire the one that is gone, or, where it was renamed, write its old key as moved_from of this one',
  })
}

/** Replacing an audience that others filled takes their people out, which cannot be undone. */
async function confirmTakeOver(
  cli: Cli,
  workspace: Workspace,
  sync: SyncDefinition,
  adopt: Options['adopt'],
  { everything }: Approve,
): Promise<void> {
  if (adopt !== 'replace' || sync.customAudience === null || everything) return
  const destination = await workspace.destination(sync.destination)
  const looked = await destination.look(sync.customAudience)
  if (looked.kind !== 'ok') return
  const { id, name, sizeLower, sizeUpper } = looked.value
  const question = `Everybody in Custom Audience ${id} "${visible(name)}" (people: ${size(sizeLower, sizeUpper)}) who is not in "${sync.audience}" goes out. Replace them?`
  if (await cli.confirm(question)) return
  throw new RollcallError(question.replace(' Replace them?', ''), {
    code: 'sync/not-approved',
    next: 'act',
    remedy: `Run it with --adopt replace --approve, or with --adopt merge to keep them`,
  })
}

interface Session {
  readonly cli: Cli
  readonly workspace: Workspace
  readonly sync: SyncDefinition
  readonly approve: Approve
}

async function runOne(
  session: Session,
  options: RunOptions & { readonly now: number },
): Promise<RunView[]> {
  const { cli, workspace, sync, approve } = session
  if (approve.ceilings.length > 0) await keepApprovals(session, approve.ceilings)
  const asks = approve.everything && cli.isTerminal
  const first = await runTold(session, { ...options, approveAll: approve.everything && !asks })
  const last = first.at(-1)
  const again = asks && last?.state === 'held' && (await askedToApprove(session, last.holds))
  const finished = again ? await runTold(session, options) : first
  const { limits } = await workspace.destination(sync.destination)
  const end = finished.at(-1)
  if (end !== undefined) cli.exitWith(exitCodeOf(end))
  return finished.map((one) => runView(one, sync, limits.usableRowsMin))
}

async function runTold(
  { cli, workspace, sync }: Session,
  options: RunOptions & { readonly now: number },
): Promise<readonly FinishedRun[]> {
  const progress = cli.progress(sync.key)
  try {
    return await runWithRetreats(workspace, sync.key, options, progress.tell)
  } finally {
    progress.stop()
  }
}

/** Asks about what this run's guards found; a yes is kept as exactly so much and no more. */
async function askedToApprove(session: Session, holds: readonly Hold[]): Promise<boolean> {
  const { cli, sync } = session
  const { guards } = {
    guards: holds.map(
      ({ guard, count: number, of }) => `${guard} ${count(number)} of ${count(of)}`,
    ),
  }
  if (!(await cli.confirm(`${sync.key} is held: ${guards.join(', ')}. Let it pass?`))) return false
  await keepApprovals(
    session,
    holds.map(({ guard, count: number }) => ({ guard, count: number })),
  )
  return true
}

async function keepApprovals(
  { cli, workspace, sync }: Session,
  ceilings: readonly Omit<Approval, 'until'>[],
): Promise<void> {
  const until = cli.surroundings.world.now() + APPROVAL_MS
  await workspace.store.approve(
    sync.key,
    ceilings.map((ceiling) => ({ ...ceiling, until })),
  )
}

function exitCodeOf({ state, sent }: FinishedRun): ExitCode {
  switch (state) {
    case 'done':
      return sent.refused > 0 ? EXIT.failed : EXIT.done
    case 'held':
    case 'blocked':
      return EXIT.act
    case 'waiting':
    case 'failed':
      return EXIT.failed
  }
}
