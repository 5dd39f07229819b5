import type { Command } from 'commander'
import {
  prepareRetirement,
  retire,
  type Fate,
  type Retired,
  type Retirement,
} from '../../app/retire.ts'
import { RollcallError } from '../../core/error.ts'
import { EXIT, type Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { SUMMARIES } from '../summaries.ts'
import { counted, people } from '../../core/counted.ts'
import { bad, bold, dim, good } from '../text/paint.ts'
import { placeText, problemText } from '../text/sync-text.ts'
import { placeView, problemView } from '../text/sync-view.ts'
import { visible } from '../text/visible.ts'
import { usageError } from '../usage-error.ts'

interface Options {
  readonly keep?: boolean
  readonly empty?: boolean
  readonly delete?: boolean
  readonly approve?: boolean
  readonly destination?: string
}

export function retireCommand(cli: Cli): Command {
  return newCommand('retire', SUMMARIES.retire, {
    examples: [
      ['rollcall retire vip_to_meta --keep', 'its people stay in the Custom Audience'],
      ['rollcall retire vip_to_meta --empty', 'its people are taken out, the audience stays'],
      ['rollcall retire vip_to_meta --delete', 'the Custom Audience is deleted'],
    ],
    exits: {
      1: 'the platform could not be reached; nothing was forgotten',
      2: 'the command line or the definition is wrong',
      3: 'not approved, or people are still in the audience',
    },
  })
    .argument('<sync>', 'the sync to end; it may be gone from the file already')
    .option('--keep', 'leave its people in the audience')
    .option('--empty', 'take its people out of the audience')
    .option('--delete', 'delete the audience, with everybody in it')
    .option('--approve', 'do not ask')
    .option('--destination <key>', 'where its audience is, when the sync is gone from the file')
    .action(async (sync: string, options: Options, command: Command) => {
      const { file, json } = commonOptions(command)
      const fate = fateOf(options)
      await using workspace = await cli.openWorkspace(file)
      const retirement = await prepareRetirement(workspace, sync, options.destination)
      cli.note(placeText(placeView(retirement.addressee)))
      if (options.approve !== true) await askFirst(cli, retirement, fate)
      const progress = cli.progress(sync)
      let retired: Retired
      try {
        retired = await retire(workspace, retirement, fate, progress.tell)
      } finally {
        progress.stop()
      }
      if (!retired.done) cli.exitWith(EXIT.act)
      cli.out(viewOf(retirement, fate, retired), json, () => retiredText(retirement, fate, retired))
    })
}

function fateOf({ keep, empty, delete: deleted }: Options): Fate {
  const chosen = [
    ...(keep === true ? (['keep'] as const) : []),
    ...(empty === true ? (['empty'] as const) : []),
    ...(deleted === true ? (['delete'] as const) : []),
  ]
  const [only] = chosen
  if (only !== undefined && chosen.length === 1) return only
  throw usageError(
    'What is to become of the people in the audience must be said, in one way',
    'Write one of --keep (they stay), --empty (they go, the audience stays), --delete (the audience goes)',
  )
}

/** What will happen, as a sentence; how many are concerned is always in it. */
function intention(
  { sync, people: ours, ledger, audience, lookalikes }: Retirement,
  fate: Fate,
): string {
  const name = audience === null ? '' : ` “${visible(audience.name)}”`
  const target = `Custom Audience ${ledger.remoteId}${name}`
  switch (fate) {
    case 'keep':
      return `${people(ours)} of the sync "${sync}" ${ours === 1 ? 'stays' : 'stay'} in ${target}; Rollcall forgets whom it sent and can never take them out again`
    case 'empty':
      return `${people(ours)} of the sync "${sync}" ${ours === 1 ? 'is' : 'are'} taken out of ${target}`
    case 'delete':
      return `${target} is deleted, with ${people(ours)} of the sync "${sync}"${ledger.strangers ? ' and everybody else in it' : ''}${
        lookalikes.length === 0
          ? ''
          : `; so ${lookalikes.length === 1 ? 'is its lookalike' : `are its ${lookalikes.length} lookalikes`}, and ads that use them stop`
      }`
  }
}

async function askFirst(cli: Cli, retirement: Retirement, fate: Fate): Promise<void> {
  const sentence = intention(retirement, fate)
  if (await cli.confirm(`${sentence}. Go on?`)) return
  throw new RollcallError(`Not approved: ${sentence}`, {
    code: 'retire/not-approved',
    next: 'act',
    remedy: `Run it on a terminal and say yes, or with --approve`,
  })
}

function viewOf(retirement: Retirement, fate: Fate, { done, run }: Retired): object {
  const { sync, addressee, ledger, people: ours, inFile } = retirement
  return {
    sync,
    fate,
    place: placeView(addressee),
    audienceId: ledger.remoteId,
    people: ours,
    lookalikes: retirement.lookalikes.map(({ id, label }) => ({ id, label })),
    done,
    inFile,
    removedRows: run?.sent.removed ?? 0,
    unsureRows: run?.sent.unsure ?? 0,
    problem: problemView(run?.problem ?? null),
  }
}

const ENDS: Readonly<Record<Fate, string>> = {
  keep: 'its people stay in the Custom Audience, and Rollcall no longer keeps it',
  empty: 'its people were taken out; Meta needs up to a day for that',
  delete: 'the Custom Audience is deleted',
}

/** Why people may still be in though nothing stopped the run. */
function leftText(run: Retired['run']): string {
  const { unsure = 0, invalid = {} } = run?.sent ?? {}
  const turnedDown = Object.values(invalid).reduce((sum, rows) => sum + rows, 0)
  return turnedDown > 0
    ? `  → Meta turned down the removal of ${counted(turnedDown, 'row', 'rows')}: run it again, or give up the audience with --delete`
    : `  → ${counted(unsure, 'row was', 'rows were')} not answered: run it again in 15 minutes`
}

function retiredText(
  { sync, inFile, ledger, lookalikes }: Retirement,
  fate: Fate,
  { done, run }: Retired,
): string {
  const problem = problemView(run?.problem ?? null)
  if (!done)
    return [
      `${bad('✗')} ${bold(sync)} is not retired yet: people may still be in Custom Audience ${ledger.remoteId}`,
      problem === null ? leftText(run) : problemText(problem),
    ].join('\n')
  return [
    `${good('✓')} ${bold(sync)} is retired: ${ENDS[fate]}`,
    ...(fate === 'delete' || lookalikes.length === 0
      ? []
      : [
          dim(
            `  Its lookalikes stay at Meta: ${lookalikes.map(({ id, label }) => `${id} (${label})`).join(', ')}`,
          ),
        ]),
    ...(inFile
      ? [
          dim(
            `  Take it out of the file now, or write paused: true; otherwise the next sync fills an audience again`,
          ),
        ]
      : []),
  ].join('\n')
}
