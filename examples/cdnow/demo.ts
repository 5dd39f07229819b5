/**
 * Rollcall's main job in about a minute: takes in what a shop's customers bought, from files and as it happens, calls the roll as
 * of three dates, keeps three audiences in a sandbox in step with their definitions, and checks them in another way. Needs no
 * account and no network. Ends with 1 if a check fails.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from './check.ts'
import { contactOf, customersOf, toCsv, type Contact } from './contacts.ts'
import { expectedOn, type Expected } from './expected.ts'
import { heading, note } from './page.ts'
import { importFile, personsOf, plans, runs, type Run } from './rollcall-command.ts'
import { SandboxProcess } from './sandbox-process.ts'
import * as tell from './tell.ts'
import { track } from './tracking.ts'

/** What was bought before is imported from a file; what was bought from then on is tracked as it happens. */
const TRACKED_FROM = '1998-01-01'
const DATES = ['1997-07-01', '1997-12-31', '1998-06-30']
const DAY_MS = 86_400_000

/** What a company has already: who its customers are, and what they bought. */
const IMPORTS = [
  'contacts.csv --map user_id=customer_id'.split(' '),
  [
    'orders.csv',
    '--event',
    'Order Completed',
    ...'--map user_id=customer_id --map time=ordered_on'.split(' '),
    ...'--map property.revenue=dollars --map property.quantity=cds'.split(' '),
  ],
] as const
const SANDBOX_IN_FILE = 'http://127.0.0.1:4010'

/** What the demo works with, in a folder of its own. */
interface Stage {
  readonly folder: string
  readonly file: string
  readonly orders: string
  /** By customer, the address as it stands in contacts.csv. */
  readonly emails: ReadonlyMap<string, string>
  readonly nothingToGoBy: ReadonlySet<string>
  readonly sandbox: SandboxProcess
}

const beside = (name: string): string => join(import.meta.dirname, name)

/** The definition in an empty folder, with contact details for everybody and the address of this sandbox. */
function prepare(folder: string, sandbox: SandboxProcess): Stage {
  const orders = readFileSync(beside('orders.csv'), 'utf8')
  const contacts = customersOf(orders).map(contactOf)
  writeFileSync(join(folder, 'contacts.csv'), toCsv(contacts))
  const definition = readFileSync(beside('rollcall.yaml'), 'utf8')
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(file, definition.replace(SANDBOX_IN_FILE, sandbox.url))
  const emails = new Map(contacts.map(({ customer_id: id, email }) => [id, email]))
  const nothingToGoBy = new Set(contacts.filter(isNobody).map(({ customer_id: id }) => id))
  return { folder, file, orders, emails, nothingToGoBy, sandbox }
}

/** Neither an address, nor a hash, nor a number that says its country: a customer number alone is not sent. */
function isNobody({ email, second_email: second, phone }: Contact): boolean {
  const known = /^\s*(?:[^@\s]+@[^@\s]+\.[^@\s]+|[0-9a-fA-F]{64})\s*$/
  return !known.test(email) && !known.test(second) && !/^\s*\+\d[\d\s().-]{8,}$/.test(phone)
}

/** The lines of the log from one day on, and those before. */
function partedAt(
  orders: string,
  date: string,
): { readonly before: string; readonly from: readonly string[] } {
  const [titles = '', ...lines] = orders.trimEnd().split('\n')
  const isEarlier = (line: string): boolean => (line.split(',')[1] ?? '') < date
  const before = [titles, ...lines.filter(isEarlier)].join('\n')
  return { before: `${before}\n`, from: lines.filter((line) => !isEarlier(line)) }
}

async function takeInFiles({ folder, file, orders }: Stage): Promise<void> {
  heading('What there is already: two files')
  writeFileSync(join(folder, 'orders.csv'), partedAt(orders, TRACKED_FROM).before)
  for (const words of IMPORTS) {
    tell.step(`rollcall import ${tell.typed(words)}`, '')
    const [path = '', ...options] = words
    tell.showImport(await importFile(file, [join(folder, path), ...options]))
  }
}

/** What happens from then on is told by the shop's own server, in calls that Segment's clients make. */
async function trackTheRest({ file, orders }: Stage): Promise<void> {
  heading('Half a year of purchases, as they happen')
  tell.step('rollcall serve', 'takes calls of Segment’s clients: POST /v1/batch')
  const { from } = partedAt(orders, TRACKED_FROM)
  await track(file, from)
  tell.showTracked(from.length)
}

/** Plans, and sends what was planned. What guards would hold is let pass, up to exactly what the plan found. */
async function planAndSend({ file }: Stage, date: string): Promise<readonly Run[]> {
  tell.step(`rollcall plan --now ${date}`, 'who belongs on that day, and what would be sent')
  const planned = await plans(file, date)
  tell.showPlans(planned)
  const approved = planned.flatMap(({ holds }) =>
    holds.flatMap(({ guard, count }) => ['--approve', `${guard}=${count}`]),
  )
  const words = ['--now', date, ...approved]
  tell.step(`rollcall sync ${words.join(' ')}`, 'sends it: removals first, then additions')
  const sent = await runs(file, words)
  tell.showRuns(sent)
  return sent
}

/** Sets what the sandbox holds beside the second evaluation. @returns how many faults there are */
async function verify(
  { sandbox, emails, nothingToGoBy }: Stage,
  expected: ReadonlyMap<string, Expected>,
  sent: readonly Run[],
): Promise<number> {
  await sandbox.letTimePass(DAY_MS)
  const audiences = await sandbox.audiences()
  const checked: tell.Checked[] = []
  for (const [sync, people] of expected) {
    const id = sent.find((run) => run.sync === sync)?.audienceId
    const audience = audiences.find((one) => one.id === id)
    if (audience === undefined) throw new Error(`The sandbox has no audience for ${sync}`)
    const rows = await sandbox.members(audience.id)
    checked.push({
      audience,
      rows: rows.length,
      verdict: check(people, rows, emails, nothingToGoBy),
    })
  }
  tell.showChecked(checked)
  return checked.reduce((sum, { verdict }) => sum + verdict.faults.length, 0)
}

async function callRolls(stage: Stage): Promise<number> {
  await takeInFiles(stage)
  const persons = await personsOf(stage.file, 'everybody')
  let before: ReadonlyMap<string, Expected> = new Map()
  let faults = 0
  for (const date of DATES) {
    if (date > TRACKED_FROM) await trackTheRest(stage)
    heading(`The roll as of ${date}`)
    const expected = expectedOn(stage.orders, date, persons)
    const sent = await planAndSend(stage, date)
    note('Who came and who went, by customer number:')
    tell.showChanges(before, expected)
    note(
      'What the sandbox holds a day later, beside a second evaluation that uses nothing of Rollcall:',
    )
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
  const purchases = stage.orders.trimEnd().split('\n').length - 1
  tell.introduce(purchases, stage.emails.size, sandbox.url)
  const faults = await callRolls(stage)
  tell.conclude(DATES.length * 3, faults, Math.round((performance.now() - startedAt) / 1000))
  if (faults > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
