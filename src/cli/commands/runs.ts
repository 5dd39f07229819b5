import type { Command } from 'commander'
import { runById, runs, seenAudiences, type SeenAudience, type ShownRun } from '../../app/runs.ts'
import type { PlanCounts } from '../../core/sync/count.ts'
import type { Cli } from '../cli.ts'
import { commonOptions, newCommand } from '../command.ts'
import { readWhole } from '../read-options.ts'
import { SUMMARIES } from '../summaries.ts'
import { count } from '../../core/counted.ts'
import { moment, size } from '../text/numbers.ts'
import { bad, bold, careful, dim, good } from '../text/paint.ts'
import { lookalikesText } from '../text/lookalike-text.ts'
import { linesText, problemText, reasonsText, type Line } from '../text/sync-text.ts'
import { rejectionViews } from '../text/sync-view.ts'
import { columns } from '../text/table.ts'

const LIMIT_DEFAULT = '20'

export function runsCommand(cli: Cli): Command {
  return newCommand('runs', SUMMARIES.runs, {
    examples: [
      ['rollcall runs', 'the last runs, and how large Meta says the audiences are'],
      ['rollcall runs big_spenders_to_meta --limit 5', 'of one sync'],
      ['rollcall runs show run-mf3k2p1-7d2', 'one run in full'],
    ],
    exits: { 2: 'the command line or the definition is wrong' },
  })
    .argument('[sync]', 'only this sync')
    .option('--limit <count>', 'how many', LIMIT_DEFAULT)
    .action(async (sync: string | undefined, options: { limit: string }, command: Command) => {
      const { file, json } = commonOptions(command)
      const limit = readWhole(options.limit, '--limit', 1, 10_000)
      await using workspace = await cli.openWorkspace(file)
      const shown = await runs(workspace, { sync, limit })
      if (sync !== undefined && shown.length === 0) workspace.sync(sync)
      const audiences = await seenAudiences(workspace, [...new Set(shown.map((run) => run.sync))])
      cli.out({ runs: shown.map(runView), audiences }, json, () => listText(shown, audiences))
    })
    .addCommand(showCommand(cli))
}

function showCommand(cli: Cli): Command {
  return newCommand('show', 'Show one run in full', {
    examples: [['rollcall runs show run-mf3k2p1-7d2', 'counts per outcome, key and cause']],
    exits: { 2: 'there is no such run' },
  })
    .argument('<run>', 'its id, as "rollcall runs" prints it')
    .action(async (id: string, _options: object, command: Command) => {
      const { file, json } = commonOptions(command)
      await using workspace = await cli.openWorkspace(file)
      const run = await runById(workspace, id)
      const audiences = await seenAudiences(workspace, [run.sync])
      cli.out({ run: runView(run), audiences }, json, () => showText(run, audiences))
    })
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** A run as `--json` prints it: times as ISO 8601. */
function runView({ startedAt, finishedAt, matching, ...run }: ShownRun): object {
  return {
    ...run,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    matching: {
      addsUntil: iso(matching.addsUntil),
      removalsUntil: iso(matching.removalsUntil),
    },
  }
}

const STATES: Readonly<Record<ShownRun['state'], () => string>> = {
  running: () => careful('… running'),
  done: () => good('✓ done'),
  held: () => careful('■ held'),
  blocked: () => bad('✗ blocked'),
  waiting: () => careful('… waited'),
  failed: () => bad('✗ failed'),
  died: () => bad('✗ died'),
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, number) => total + number, 0)

function listText(shown: readonly ShownRun[], audiences: readonly SeenAudience[]): string {
  if (shown.length === 0)
    return 'There are no runs yet. Begin with: rollcall plan, then rollcall sync'
  const head = [
    'run',
    'sync',
    'where',
    'started',
    'state',
    'added',
    'removed',
    'invalid',
    'unsure',
    '',
  ]
  const lines = shown.map((run) => [
    run.id,
    bold(run.sync),
    run.environment,
    moment(run.startedAt),
    STATES[run.state](),
    count(run.sent.added),
    count(run.sent.removed),
    count(sum(run.sent.invalid)),
    count(run.sent.unsure),
    run.problem === null ? matchingText(run) : dim(run.problem.code),
  ])
  return [
    columns([head.map(dim), ...lines], [5, 6, 7, 8], ''),
    dim('Added and removed are rows that Meta accepted, invalid and unsure rows that it did not.'),
    audiencesText(audiences),
  ].join('\n')
}

function matchingText({ matching: { addsUntil, removalsUntil } }: ShownRun): string {
  const parts = [
    ...(addsUntil === null ? [] : [`adds until about ${moment(addsUntil)}`]),
    ...(removalsUntil === null ? [] : [`removals until ${moment(removalsUntil)} at the latest`]),
  ]
  return parts.length === 0 ? '' : dim(`Meta still matching: ${parts.join(', ')}`)
}

function audiencesText(audiences: readonly SeenAudience[]): string {
  const lines = audiences.map(({ sync, audience, problem }) =>
    audience === null
      ? [bold(sync), bad(problem ?? 'not known'), '', '']
      : [
          bold(sync),
          `Custom Audience ${audience.id}`,
          `people: ${size(audience.sizeLower, audience.sizeUpper)}`,
          dim(audience.stateText),
        ],
  )
  return lines.length === 0 ? '' : `\n${dim('What Meta says now:')}\n${columns(lines)}`
}

const section = (title: string, text: string): string[] =>
  text === '' ? [] : ['', dim(title), text]

/** Why rows are sent, each with its count; none can be left out. */
const causeLines = (
  rows: PlanCounts['rows'],
): Readonly<Record<keyof PlanCounts['rows'], Line>> => ({
  add: ['add', rows.add, 'to be added, for whatever cause'],
  remove: ['remove', rows.remove, 'to be removed'],
  suppressed: [
    'suppressed',
    rows.suppressed,
    'of the removals for the do-not-send list, whatever held the others',
  ],
  withdrawn: [
    'withdrawn',
    rows.withdrawn,
    'of the removals for want of consent, whatever held the others',
  ],
  reassert: [
    'reassert',
    rows.reassert,
    'of them added again, since they were last accepted long ago',
  ],
  replaced: [
    'replaced',
    rows.replaced,
    'of them added again, since the whole audience is replaced',
  ],
  returning: [
    'returning',
    rows.returning,
    'of them added again, since a removal may take their person out',
  ],
  value: ['value', rows.value, 'of them added again, since their value changed'],
  covered: ['covered', rows.covered, 'not to be removed yet: people who stay hold every key'],
})

/** Runs of earlier versions counted nobody. */
const withdrawnLines = ({ withdrawn }: PlanCounts): readonly Line[] =>
  withdrawn > 0
    ? [['Withdrawn', withdrawn, 'people without consent', 'person without consent']]
    : []

function showText(run: ShownRun, audiences: readonly SeenAudience[]): string {
  const { plan, sent, holds, problem } = run
  const planned: readonly Line[] =
    plan === null
      ? []
      : [
          ['People', plan.members, 'meet the definition', 'meets the definition'],
          ['Present', plan.present, 'were in the audience before', 'was in the audience before'],
          ['Added', plan.entered, 'people to enter', 'person to enter'],
          [
            'Updated',
            plan.changed,
            'people whose match keys changed',
            'person whose match keys changed',
          ],
          ['Removed', plan.left, 'people to leave', 'person to leave'],
          ...withdrawnLines(plan),
          [
            'Skipped',
            plan.unusable,
            'people without a usable match key',
            'person without a usable match key',
          ],
        ]
  const causes =
    plan === null ? [] : Object.values(causeLines(plan.rows)).filter(([, number]) => number > 0)
  const outcomes: readonly Line[] = [
    ['Accepted', sent.added, 'rows added', 'row added'],
    ['', sent.removed, 'rows removed', 'row removed'],
    ...Object.entries(sent.invalid).map(([reason, number]): Line => [
      'Invalid',
      number,
      `rows: ${reason}`,
      `row: ${reason}`,
    ]),
    ['Unsure', sent.unsure, 'rows without an answer', 'row without an answer'],
    [
      'Refused',
      sent.refused,
      'rows in requests that took no effect',
      'row in a request that took no effect',
    ],
    ['Requests', sent.requests, ''],
  ]
  return [
    `${bold(run.id)} ${STATES[run.state]()} ${run.environment}`,
    `  ${run.sync} → ${run.remoteId === null ? 'no audience yet' : `Custom Audience ${run.remoteId}`}`,
    `  ${moment(run.startedAt)} to ${run.finishedAt === null ? '–' : moment(run.finishedAt)}`,
    ...section('Planned, in people', linesText(planned)),
    ...section('Planned, in rows', linesText(causes)),
    ...section('Sent, in rows', linesText(outcomes)),
    ...(plan === null
      ? []
      : section('Values turned down, in values', reasonsText(rejectionViews(plan.rejected)))),
    ...section(
      'Held by',
      holds
        .map(({ guard, count: number, of }) => `  ${guard}: ${count(number)} of ${count(of)}`)
        .join('\n'),
    ),
    ...section('Lookalikes, as the run left them', lookalikesText(run.lookalikes ?? [])),
    ...(problem === null ? [] : ['', problemText(problem)]),
    ...(matchingText(run) === '' ? [] : ['', `  ${matchingText(run)}`]),
    audiencesText(audiences),
  ].join('\n')
}
