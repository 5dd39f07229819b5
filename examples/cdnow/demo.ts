/**
 * Rollcall's main job in under a minute: calls the roll of a shop's 23,570 customers as of three dates, keeps three Custom Audiences in a
 * sandbox in step with their definitions, and checks them by another way. Needs no account and no network.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check, type Verdict } from './check.ts'
import { contactOf, contactsCsv } from './contacts.ts'
import { expectedOn, type Expected } from './expected.ts'
import { bold, command, dim, green, heading, number, red, say, table, yellow } from './page.ts'
import { rollcall, type Hold, type Plan, type Rejection, type Run } from './rollcall-command.ts'
import { SandboxProcess, type SandboxAudience } from './sandbox-process.ts'

const DATES = ['1997-07-01', '1998-01-01', '1998-06-30']
const NAMES: Readonly<Record<string, string>> = {
  big_spenders_to_meta: 'Big spenders',
  lapsed_to_meta: 'Lapsed buyers',
  bought_once_to_meta: 'Bought once',
}
const DAY_MS = 86_400_000
const REJECTIONS_SHOWN = 6
const SAMPLES = 4

const nameOf = (sync: string): string => NAMES[sync] ?? sync

/** What the demo works with, in a folder of its own. */
interface Stage {
  readonly file: string
  readonly orders: string
  readonly emails: ReadonlyMap<string, string>
  readonly sandbox: SandboxProcess
}

/** A copy of the example in an empty folder, with contact details for everybody and the address of the sandbox. */
function prepare(folder: string, sandbox: SandboxProcess): Stage {
  const beside = (name: string): string => join(import.meta.dirname, name)
  const orders = readFileSync(beside('orders.csv'), 'utf8')
  cpSync(beside('orders.csv'), join(folder, 'orders.csv'))
  writeFileSync(join(folder, 'contacts.csv'), contactsCsv(orders))
  const definition = readFileSync(beside('rollcall.yaml'), 'utf8')
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(file, definition.replace('http://127.0.0.1:4010', sandbox.url))
  const ids = new Set(orders.split('\n').map((line) => line.slice(0, line.indexOf(','))))
  const emails = new Map([...ids].map((id) => [id, contactOf(id).email]))
  return { file, orders, emails, sandbox }
}

function introduce({ sandbox, orders, emails }: Stage): void {
  say()
  say(
    bold(
      'Rollcall keeps ad audiences in step with your own data. This is its main job, on real data.',
    ),
  )
  say()
  const purchases = orders.trimEnd().split('\n').length - 1
  table(
    ['what', 'here'],
    [
      [
        'purchases',
        `${number(purchases)} real ones, 1997 to mid 1998, at an online music shop (CDNOW)`,
      ],
      [
        'customers',
        `${number(emails.size - 1)}, with contact details made up for this demo: some missing, broken,`,
      ],
      ['', 'hashed already, or shared by a household, from twelve countries'],
      ['Meta', `a sandbox in a process of its own, ${sandbox.url}; nothing leaves this machine`],
      ['definition', 'examples/cdnow/rollcall.yaml, with three audiences:'],
    ],
    [0, 1],
  )
  say()
  table(
    ['audience', 'who belongs'],
    [
      [
        'Big spenders',
        'spent $200 or more in the last 365 days; sent with what they spent as their value',
      ],
      ['Lapsed buyers', 'bought twice or more, and nothing for 120 days; one in ten is held out'],
      ['Bought once', 'made a single purchase'],
    ],
    [0, 1],
  )
}

async function showPlan({ file }: Stage, date: string): Promise<void> {
  command(`rollcall plan --now ${date}`, 'what would be sent; sends nothing')
  const { result } = await rollcall<{ plans: readonly Plan[] }>(['plan', '--now', date], file)
  for (const { sync, error } of result.plans)
    if (error !== undefined) throw new Error(`${sync}: ${error.message}. ${error.remedy}`)
  table(
    ['', 'belong', 'in before', 'enter', 'change', 'leave', 'rows to add', 'rows to remove'],
    result.plans.map(({ sync, work: { people, rows } }) => [
      nameOf(sync),
      ...[people.members, people.present, people.added, people.updated, people.removed].map(number),
      number(rows.add),
      number(rows.remove),
    ]),
  )
  showRejections(result.plans.flatMap(({ work }) => work.rejected))
}

/** A value that cannot be sent costs itself alone; its person is sent by what else is known of them. */
function showRejections(rejections: readonly Rejection[]): void {
  if (rejections.length === 0) return
  const together = new Map<string, Rejection>()
  for (const rejection of rejections) {
    const name = `${rejection.key} ${rejection.reason}`
    const before = together.get(name)?.count ?? 0
    together.set(name, { ...rejection, count: before + rejection.count })
  }
  const all = [...together.values()].toSorted((left, right) => right.count - left.count)
  say()
  say('  Values that cannot be sent. Each costs itself alone; the person goes with the others:')
  table(
    ['values', 'match key', 'why'],
    all.slice(0, REJECTIONS_SHOWN).map(({ count, key, meaning }) => [number(count), key, meaning]),
    [1, 2],
  )
}

async function send(stage: Stage, date: string): Promise<readonly Run[]> {
  say()
  command(`rollcall sync --now ${date}`, 'sends: removals first, then additions')
  const first = await runs(stage, ['sync', '--now', date])
  const last: Run[] = []
  for (const run of first) last.push(await letPass(stage, date, run))
  table(
    ['', 'requests', 'rows accepted', 'rows removed', 'state'],
    last.map(({ sync, state, requests, accepted }) => [
      nameOf(sync),
      number(requests),
      number(accepted.added),
      number(accepted.removed),
      state === 'done' ? green('done') : red(state),
    ]),
    [0, 4],
  )
  return last
}

/** A run that a guard holds waits for a person; here the demo says yes, to exactly what was found. */
async function letPass(stage: Stage, date: string, run: Run): Promise<Run> {
  if (run.state !== 'held') return run
  const ceilings = run.holds.map(({ approve }) => approve.slice(approve.indexOf('--approve')))
  for (const hold of run.holds) sayHeld(run.sync, hold)
  const line = `sync ${run.sync} ${ceilings.join(' ')} --now ${date}`
  command(`rollcall ${line}`, '')
  const [approved = run] = await runs(stage, line.split(' '))
  say()
  return approved
}

function sayHeld(sync: string, { meaning, count, of }: Hold): void {
  const what = `${nameOf(sync)}: ${meaning}, ${number(count)} beside ${number(of)} that were in`
  say(`  ${yellow('held')} ${what}`)
  say(
    `  ${dim('A guard stops what looks like a mistake until a person says how much may pass. We say yes:')}`,
  )
}

async function runs({ file }: Stage, words: readonly string[]): Promise<readonly Run[]> {
  const { result } = await rollcall<{ runs: readonly Run[] }>(words, file)
  for (const { sync, error, problem } of result.runs) {
    const wrong = error ?? problem
    if (wrong) throw new Error(`${sync}: ${wrong.message}. ${wrong.remedy}`)
  }
  return result.runs
}

/** The people in each audience, by sync. */
type Roll = ReadonlyMap<string, Expected>

function samples(ids: readonly string[]): string {
  if (ids.length === 0) return 'nobody'
  return `${ids.slice(0, SAMPLES).join(', ')}${ids.length > SAMPLES ? ' …' : ''}`
}

function showChanges(before: Roll, after: Roll): void {
  say()
  say('  Who entered and who left, by customer number:')
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

const sizeOf = ({
  approximate_count_lower_bound: lower,
  approximate_count_upper_bound: upper,
}: SandboxAudience): string => (upper <= 1000 ? '<1,000' : `${number(lower)} to ${number(upper)}`)

/** Reads what the sandbox holds and sets it beside the second evaluation. @returns how many faults there are */
async function verify(
  { sandbox, emails }: Stage,
  expected: Roll,
  sent: readonly Run[],
): Promise<number> {
  await sandbox.letTimePass(DAY_MS)
  const audiences = await sandbox.audiences()
  const lines: string[][] = []
  const faults: string[] = []
  for (const [sync, people] of expected) {
    const id = sent.find((run) => run.sync === sync)?.audienceId
    const audience = audiences.find((one) => one.id === id)
    if (audience === undefined) throw new Error(`The sandbox has no audience for ${sync}`)
    const rows = await sandbox.members(audience.id)
    const verdict = check(people, rows, emails)
    faults.push(...verdict.faults.map((fault) => `${nameOf(sync)}: ${fault}`))
    lines.push(verdictLine(audience, rows.length, verdict))
  }
  say()
  say(
    '  What the sandbox holds a day later on its clock, and what we find when we work it out ourselves:',
  )
  table(
    ['', 'rows held', 'people', 'hashes found', 'covered rows', 'Meta would show', 'equal'],
    lines,
  )
  for (const fault of faults) say(`  ${red('✗')} ${fault}`)
  return faults.length
}

function verdictLine(audience: SandboxAudience, rows: number, verdict: Verdict): string[] {
  const { people, hashes, covered, faults } = verdict
  return [
    audience.name,
    number(rows),
    number(people),
    number(hashes),
    number(covered),
    sizeOf(audience),
    faults.length === 0 ? green('yes') : red('no'),
  ]
}

function conclude(faults: number, seconds: number): void {
  say()
  if (faults > 0) {
    say(red(bold(`The sandbox does not equal the definitions: ${faults} faults, above.`)))
    return
  }
  say(green(bold(`All nine times the sandbox held exactly who belongs. ${seconds} seconds.`)))
  say()
  say(
    `  A ${bold('row')} is one hashed entry: somebody with two e-mail addresses has two. A ${bold('covered')} row is of somebody who`,
  )
  say(
    '  left and whose every key belongs to somebody who stays; taking it out would take out that person.',
  )
  say()
  say(bold('What to try next'))
  say()
  table(
    ['', ''],
    [
      ['npm run rollcall -- --help', dim('all commands')],
      [
        'npm run rollcall -- init people.csv',
        dim('a first definition from a CSV file of your own'),
      ],
      [
        'npm run rollcall -- match-key PHONE "020 7946 0123" --country GB',
        dim('what is sent of a value'),
      ],
      ['docs/recipes/', dim('suppression, seeds, reminders, return on ad spend')],
      ['docs/connect-meta.md', dim('when you want to send to Meta')],
    ],
    [0, 1],
  )
}

async function callThreeRolls(stage: Stage): Promise<number> {
  let before: Roll = new Map()
  let faults = 0
  for (const date of DATES) {
    heading(`The roll as of ${date}`)
    const expected = expectedOn(stage.orders, date)
    await showPlan(stage, date)
    const sent = await send(stage, date)
    showChanges(before, expected)
    faults += await verify(stage, expected, sent)
    before = expected
  }
  return faults
}

const startedAt = performance.now()
const folder = mkdtempSync(join(tmpdir(), 'rollcall-demo-'))
try {
  await using sandbox = await SandboxProcess.start()
  const stage = prepare(folder, sandbox)
  introduce(stage)
  const faults = await callThreeRolls(stage)
  conclude(faults, Math.round((performance.now() - startedAt) / 1000))
  if (faults > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
