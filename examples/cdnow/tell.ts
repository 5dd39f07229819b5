/** What the demo says, step by step. */
import type { Verdict } from './check.ts'
import type { Expected } from './expected.ts'
import { bold, command, dim, green, number, red, say, table, yellow } from './page.ts'
import type { Imported, Plan, Rejection, Run } from './rollcall-command.ts'
import type { SandboxAudience } from './sandbox-process.ts'

const NAMES: Readonly<Record<string, string>> = {
  big_spenders_to_meta: 'Big spenders',
  lapsed_to_meta: 'Lapsed buyers',
  bought_once_to_meta: 'Bought once',
}
const REJECTIONS_SHOWN = 6
const SAMPLES_SHOWN = 4
const COVERED =
  'Covered rows are of people who left. All their keys belong to somebody who stays, so they wait.'

const nameOf = (sync: string): string => NAMES[sync] ?? sync

export function introduce(purchases: number, customers: number, sandbox: string): void {
  say()
  say(
    bold(
      'Rollcall keeps ad audiences in step with your own data. Here is its main job, on real data.',
    ),
  )
  say()
  table(undefined, [
    [
      'Purchases',
      `${number(purchases)} real ones, January 1997 to June 1998, of an online music shop (CDNOW):`,
    ],
    ['', 'those of 1997 come from a file, those of 1998 by the API that Segment’s clients speak'],
    [
      'Customers',
      `${number(customers)}; their contact details are made up: twelve countries, some missing,`,
    ],
    ['', 'some broken, some hashed already, some shared by a household'],
    ['Meta', `a sandbox in a process of its own, ${sandbox}; nothing leaves this machine`],
    ['Definition', 'examples/cdnow/rollcall.yaml, with three audiences:'],
    [
      '',
      `${bold('Big spenders')}   spent $200 or more in 365 days; sent with what they spent as value`,
    ],
    [
      '',
      `${bold('Lapsed buyers')}  bought twice or more, nothing for 120 days; one in ten held out`,
    ],
    ['', `${bold('Bought once')}    made a single purchase`],
  ])
}

const LINE = 80

/** Words of a command line as one would type them, on several lines where they are many; an option keeps its value beside it. */
export function typed(words: readonly string[]): string {
  const [path = '', ...options] = words
    .map((word) => (word.includes(' ') ? `"${word}"` : word))
    .join(' ')
    .split(' --')
  const lines = [path]
  for (const option of options) {
    const last = lines.at(-1) ?? ''
    if (last.length + option.length < LINE) lines[lines.length - 1] = `${last} --${option}`
    else lines.push(`--${option}`)
  }
  return lines.join(' \\\n    ')
}

export function showImport({ rows, events, newPeople }: Imported): void {
  say(
    `  ${number(rows)} rows: ${number(events)} events, ${number(newPeople)} people who were not known`,
  )
}

export function showTracked(events: number): void {
  say(`  ${number(events)} events, each on the disk before its call was answered`)
}

export function showPlans(plans: readonly Plan[]): void {
  table(
    ['', 'belong', 'in before', 'enter', 'change', 'leave', 'rows to add', 'rows to remove'],
    plans.map(({ sync, work: { people, rows } }) => [
      nameOf(sync),
      number(people.members),
      number(people.present),
      number(people.added),
      number(people.updated),
      number(people.removed),
      number(rows.add),
      number(rows.remove),
    ]),
  )
  showRejections(plans.flatMap(({ work }) => work.rejected))
  showHolds(plans)
}

/** Those of one kind together, the most frequent first. */
function showRejections(rejections: readonly Rejection[]): void {
  if (rejections.length === 0) return
  const kinds = Map.groupBy(rejections, ({ key, reason }) => `${key} ${reason}`)
  const added = [...kinds.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, count: others.reduce((sum, { count }) => sum + count, first.count) }],
  )
  const all = added.toSorted((left, right) => right.count - left.count)
  say()
  say(
    '  Values that are not sent, and why. Each costs itself alone: the person goes with the others.',
  )
  table(
    undefined,
    all.slice(0, REJECTIONS_SHOWN).map(({ count, key, meaning }) => [number(count), key, meaning]),
    [1, 2],
  )
}

/** What looks like a mistake until a person lets it pass. */
function showHolds(plans: readonly Plan[]): void {
  for (const { sync, holds } of plans)
    for (const { meaning, count, of } of holds) {
      say()
      say(
        `  ${yellow('Held')}: ${nameOf(sync)}, ${meaning} (${number(count)} beside ${number(of)}).`,
      )
      say(
        '  A guard stops what may be a mistake, until a person lets so much pass. Here it is meant:',
      )
    }
}

export function showRuns(runs: readonly Run[]): void {
  table(
    ['', 'requests', 'rows added', 'rows removed', ''],
    runs.map(({ sync, state, requests, accepted }) => [
      nameOf(sync),
      number(requests),
      number(accepted.added),
      number(accepted.removed),
      state === 'done' ? green('accepted') : red(state),
    ]),
    [0, 4],
  )
}

function samples(ids: readonly string[]): string {
  if (ids.length === 0) return '·'
  const shown = ids.slice(0, SAMPLES_SHOWN).join(' ')
  return ids.length > SAMPLES_SHOWN ? `${shown} … ${number(ids.length)} in all` : shown
}

/** Who is new and who is gone since the roll before, by customer number. */
export function showChanges(
  before: ReadonlyMap<string, Expected>,
  after: ReadonlyMap<string, Expected>,
): void {
  table(
    ['', 'entered', 'left'],
    [...after].map(([sync, people]) => {
      const earlier: Expected = before.get(sync) ?? new Map()
      return [
        nameOf(sync),
        samples([...people.keys()].filter((id) => !earlier.has(id))),
        samples([...earlier.keys()].filter((id) => !people.has(id))),
      ]
    }),
    [0, 1, 2],
  )
}

/** What an audience in the sandbox holds, and what came of checking it. */
export interface Checked {
  readonly audience: SandboxAudience
  readonly rows: number
  readonly verdict: Verdict
}

export function showChecked(checked: readonly Checked[]): void {
  table(
    ['', 'rows', 'people', 'hashes found', 'covered', 'Meta would show', ''],
    checked.map(({ audience, rows, verdict: { people, hashes, covered, faults } }) => [
      audience.name,
      number(rows),
      number(people),
      number(hashes),
      number(covered),
      sizeOf(audience),
      faults.length === 0 ? green('✓ equal') : red('✗ differs'),
    ]),
    [0, 6],
  )
  if (checked.some(({ verdict }) => verdict.covered > 0)) say(`  ${dim(COVERED)}`)
  for (const { audience, verdict } of checked)
    for (const fault of verdict.faults) say(`  ${red('✗')} ${audience.name}: ${fault}`)
}

function sizeOf({
  approximate_count_lower_bound: lower,
  approximate_count_upper_bound: upper,
}: SandboxAudience): string {
  return upper <= 1000 ? '<1,000' : `${number(lower)} to ${number(upper)}`
}

export function conclude(audiences: number, faults: number, seconds: number): void {
  say()
  if (faults > 0) {
    say(
      red(bold(`The sandbox differs from the definitions in ${faults} points; they stand above.`)),
    )
    return
  }
  say(
    green(
      bold(
        `✓ ${audiences} of ${audiences} times the sandbox held exactly who belongs. ${seconds} seconds.`,
      ),
    ),
  )
  say()
  say(bold('What to try next'))
  table(undefined, [
    ['npm run rollcall -- --help', dim('all that it can do')],
    ['npm run rollcall -- init people.csv', dim('begin with a CSV file of yours')],
    [
      'npm run rollcall -- match-key PHONE "020 7946 0123" --country GB',
      dim('what is sent of a value'),
    ],
    ['less docs/recipes/README.md', dim('four definitions to start from')],
    ['less docs/connect-meta.md', dim('when you want to send to Meta')],
  ])
}

/** A step: the command line as one would type it, and what it does. */
export function step(line: string, purpose: string): void {
  say()
  command(line, purpose)
}
