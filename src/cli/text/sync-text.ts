import { bad, bold, careful, dim, good } from './paint.ts'
import { lookalikesText } from './lookalike-text.ts'
import { columns } from './table.ts'
import { count, counted, people, rows } from '../../core/counted.ts'
import { visible } from './visible.ts'
import type {
  FailureView,
  HoldView,
  LeftView,
  PlaceView,
  PlanView,
  ProblemView,
  RejectionView,
  RunView,
  WorkView,
} from './sync-view.ts'

/** The first line of every plan and run: where it goes. */
export function placeText({ environment, accountId, accountName, business }: PlaceView): string {
  const names = [accountName, business]
    .filter((name) => name !== null)
    .map(visible)
    .join(', ')
  const account = `${accountId}${names === '' ? '' : ` (${names})`}`
  return environment === 'LIVE'
    ? `${bold(bad('LIVE'))} ${account}`
    : `${bold('SANDBOX')} ${account}`
}

/** Several syncs of one place stand under one line that names it. */
function underPlaces<T>(
  items: readonly T[],
  placeOf: (item: T) => PlaceView | null,
  textOf: (item: T) => string,
): string {
  let last = ''
  const parts = items.map((item) => {
    const place = placeOf(item)
    const line = place === null ? '' : placeText(place)
    const head = line === '' || line === last ? '' : `${line}\n\n`
    if (line !== '') last = line
    return head + textOf(item)
  })
  return parts.join('\n\n')
}

/** A count with its meaning; where one of something reads otherwise than many, both. */
export type Line = readonly [name: string, number: number, meaning: string, ofOne?: string]

/** Counts under one another, each with what it counts; what was turned down here comes last, with its reasons. */
function countsText(lines: readonly Line[], rejected: readonly RejectionView[]): string {
  const total = rejected.reduce((sum, { count: number }) => sum + number, 0)
  const last: Line[] =
    total === 0
      ? []
      : [
          [
            'Rejected',
            total,
            'values, not people: each costs itself alone',
            'value, not a person: it costs itself alone',
          ],
        ]
  return [linesText([...lines, ...last]), reasonsText(rejected)]
    .filter((part) => part !== '')
    .join('\n')
}

/** Counts under one another, in one column. */
export function linesText(lines: readonly Line[]): string {
  const cells = lines.map(([name, number, meaning, ofOne]) => [
    name,
    count(number),
    dim(number === 1 ? (ofOne ?? meaning) : meaning),
  ])
  return columns(cells, [1])
}

export function reasonsText(rejected: readonly RejectionView[]): string {
  const lines = rejected.flatMap(({ key, reason, count: number, meaning, remedy }) => [
    [`  ${count(number)}`, key, reason, dim(meaning)],
    ['', '', '', dim(`→ ${remedy}`)],
  ])
  return columns(lines, [0])
}

const withdrawnLine = ({ withdrawn }: WorkView['people']): Line[] =>
  withdrawn === 0
    ? []
    : [
        [
          'Withdrawn',
          withdrawn,
          'people leave without consent, whatever holds the others',
          'person leaves without consent, whatever holds the others',
        ],
      ]

function peopleLines({ people: who, rows: planned, suppressed }: WorkView): Line[] {
  const more: readonly Line[] = [
    [
      'Replaced',
      planned.replaced,
      'rows of people who stay, sent again: the whole audience is replaced',
      'row of somebody who stays, sent again: the whole audience is replaced',
    ],
    [
      'Returning',
      planned.returning,
      'rows sent again, since a removal may take their person out',
      'row sent again, since a removal may take its person out',
    ],
    ['Reasserted', planned.reassert, 'rows last accepted long ago', 'row last accepted long ago'],
    ['Values', planned.value, 'rows whose value changed', 'row whose value changed'],
    [
      'Covered',
      planned.covered,
      'rows that wait, since people who stay hold their keys',
      'row that waits, since people who stay hold its keys',
    ],
    [
      'Objected',
      planned.suppressed,
      'rows that leave for the do-not-send list, whatever holds the others',
      'row that leaves for the do-not-send list, whatever holds the others',
    ],
    [
      'Suppressed',
      suppressed,
      'identifiers on the do-not-send list',
      'identifier on the do-not-send list',
    ],
  ]
  return [
    ['Added', who.added, 'people enter', 'person enters'],
    ['Updated', who.updated, 'people whose match keys changed', 'person whose match keys changed'],
    ['Removed', who.removed, 'people leave', 'person leaves'],
    ...withdrawnLine(who),
    [
      'Skipped',
      who.skipped,
      'people without a usable match key',
      'person without a usable match key',
    ],
    ...more.filter(([, number]) => number > 0),
  ]
}

function holdsText(holds: readonly HoldView[]): string {
  return holds
    .map(
      ({ meaning, count: number, of, approve }) =>
        `  ${careful('■ Held')}: ${meaning} (${count(number)} of ${count(of)})\n    ${dim('to let it pass:')} ${approve}`,
    )
    .join('\n')
}

export const problemText = ({ code, message, remedy }: ProblemView): string =>
  `  ${bad('✗')} ${message} ${dim(`[${code}]`)}\n    → ${remedy}`

const noticesText = (notices: readonly string[]): string =>
  notices.map((notice) => `  ${dim('·')} ${dim(notice)}`).join('\n')

const paragraphs = (parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join('\n')

function planText(view: PlanView): string {
  const { sync, audience, work, holds, problem, lookalikes, warnings, notices } = view
  const target = audience.id === null ? 'a new Custom Audience' : `Custom Audience ${audience.id}`
  const { rows: planned, people: who } = work
  const nothing = planned.add === 0 && planned.remove === 0
  return paragraphs([
    `${bold(sync)} → ${target} “${visible(audience.name)}” ${dim(`(${audience.state})`)}`,
    nothing
      ? `  ${good('✓')} In step: ${people(who.members)}, nothing to send`
      : countsText(peopleLines(work), work.rejected),
    nothing && who.skipped > 0 ? dim(`  ${people(who.skipped)} without a usable match key`) : '',
    nothing ? coveredText(planned.covered) : '',
    nothing
      ? ''
      : `  ${dim(`Would send ${rows(planned.remove)} to remove and ${rows(planned.add)} to add; then ${people(who.usable)} of ${count(who.members)} with a usable match key`)}`,
    holdsText(holds),
    problem === null ? '' : problemText(problem),
    warnings.map((warning) => `  ${careful('! ' + warning)}`).join('\n'),
    lookalikesText(lookalikes),
    noticesText(notices),
  ])
}

/** They are still in the Custom Audience, as far as we told it, though nothing is left to send of them. */
const coveredText = (covered: number): string =>
  covered === 0
    ? ''
    : dim(
        `  ${counted(covered, 'row waits', 'rows wait')} to leave: people who stay hold every key`,
      )

const STATES: Readonly<Record<RunView['state'], (run: RunView) => string>> = {
  done: () => good('✓ done'),
  held: ({ requests }) =>
    careful(
      requests === 0
        ? '■ held: nothing was sent'
        : '■ held: nothing was sent but for those who said no',
    ),
  blocked: () => bad('✗ blocked: a person must act'),
  waiting: () => careful('… waiting'),
  failed: () => bad('✗ failed'),
}

function sentLines({ accepted, invalid, unsure, refused }: RunView): Line[] {
  const doubtful: readonly Line[] = [
    [
      'Unsure',
      unsure,
      'rows without an answer; the next run does them again',
      'row without an answer; the next run does it again',
    ],
    [
      'Refused',
      refused,
      'rows in requests that took no effect',
      'row in a request that took no effect',
    ],
  ]
  return [
    ['Accepted', accepted.added, 'rows added', 'row added'],
    ['', accepted.removed, 'rows removed', 'row removed'],
    ...Object.entries(invalid).map(([reason, number]): Line => [
      'Invalid',
      number,
      `rows that Meta turned down: ${reason}`,
      `row that Meta turned down: ${reason}`,
    ]),
    ...doubtful.filter(([, number]) => number > 0),
  ]
}

function workText(view: RunView): string {
  const { work, requests, state } = view
  const sent = requests === 0 ? [] : sentLines(view)
  if (work === null) return countsText(sent, [])
  if (requests === 0 && state === 'done')
    return paragraphs([`  ${good('✓')} In step: nothing to send`, coveredText(work.rows.covered)])
  return countsText([...peopleLines(work), ...sent], work.rejected)
}

const MATCHING =
  'Accepted by Meta is not matched yet: adds take about an hour, removals up to a day'

function runText(view: RunView): string {
  const { sync, run, audienceId, holds, problem, until, notices, accepted } = view
  const target = audienceId === null ? '' : ` → Custom Audience ${audienceId}`
  const matching = accepted.added + accepted.removed > 0 ? [MATCHING] : []
  return paragraphs([
    `${bold(sync)}${target} ${STATES[view.state](view)} ${dim(run)}`,
    workText(view),
    holdsText(holds),
    problem === null ? '' : problemText(problem),
    lookalikesText(view.lookalikes),
    until === null ? '' : `  It may go on at ${until}; --wait 10m waits that long`,
    noticesText([...matching, ...notices]),
  ])
}

const failureText = ({ sync, error }: FailureView): string =>
  `${bold(sync)} ${bad('✗ failed')}\n${problemText(error)}`

const isFailure = (item: object): item is FailureView => 'error' in item

export const plansText = (items: readonly (PlanView | FailureView)[]): string =>
  underPlaces(
    items,
    (item) => (isFailure(item) ? null : item.place),
    (item) => (isFailure(item) ? failureText(item) : planText(item)),
  )

export const runsText = (items: readonly (RunView | FailureView)[]): string =>
  underPlaces(
    items,
    (item) => (isFailure(item) ? null : item.place),
    (item) => (isFailure(item) ? failureText(item) : runText(item)),
  )

/** Syncs that are gone from the file are never passed over. */
export function leftText(lefts: readonly LeftView[]): string {
  return lefts
    .map(
      ({ sync, remoteId, people: number, remedy }) =>
        `${bad('✗')} The sync ${bold(sync)} is gone from the file, and ${counted(number, 'person is', 'people are')} still in Custom Audience ${remoteId}\n` +
        `  → Say what becomes of them: ${remedy}; or write moved_from: ${sync} where it was renamed`,
    )
    .join('\n')
}
