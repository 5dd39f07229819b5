/**
 * Rollcall's main job in under a minute: calls the roll of a shop's customers as of three dates, keeps three audiences in a sandbox
 * in step with their definitions, and checks them in another way. Needs no account and no network. Ends with 1 if a check fails.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from './check.ts'
import { contactOf, customersOf, toCsv, type Contact } from './contacts.ts'
import { expectedOn, type Expected } from './expected.ts'
import { heading, note } from './page.ts'
import { plans, runs, type Run } from './rollcall-command.ts'
import { SandboxProcess } from './sandbox-process.ts'
import * as tell from './tell.ts'

const DATES = ['1997-07-01', '1998-01-01', '1998-06-30']
const DAY_MS = 86_400_000
const SANDBOX_IN_FILE = 'http://127.0.0.1:4010'

/** What the demo works with, in a folder of its own. */
interface Stage {
  readonly file: string
  readonly orders: string
  /** By customer, the address as it stands in contacts.csv. */
  readonly emails: ReadonlyMap<string, string>
  readonly nothingToGoBy: ReadonlySet<string>
  readonly sandbox: SandboxProcess
}

const beside = (name: string): string => join(import.meta.dirname, name)

/** A copy of the example in an empty folder, with contact details for everybody and the address of this sandbox. */
function prepare(folder: string, sandbox: SandboxProcess): Stage {
  const orders = readFileSync(beside('orders.csv'), 'utf8')
  cpSync(beside('orders.csv'), join(folder, 'orders.csv'))
  const contacts = customersOf(orders).map(contactOf)
  writeFileSync(join(folder, 'contacts.csv'), toCsv(contacts))
  const definition = readFileSync(beside('rollcall.yaml'), 'utf8')
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(file, definition.replace(SANDBOX_IN_FILE, sandbox.url))
  const emails = new Map(contacts.map(({ customer_id: id, email }) => [id, email]))
  const nothingToGoBy = new Set(contacts.filter(isNobody).map(({ customer_id: id }) => id))
  return { file, orders, emails, nothingToGoBy, sandbox }
}

/** Neither an address, nor a hash, nor a number that says its country: a customer number alone is not sent. */
function isNobody({ email, second_email: second, phone }: Contact): boolean {
  const known = /^\s*(?:[^@\s]+@[^@\s]+\.[^@\s]+|[0-9a-fA-F]{64})\s*$/
  return !known.test(email) && !known.test(second) && !/^\s*\+\d[\d\s().-]{8,}$/.test(phone)
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
  let before: ReadonlyMap<string, Expected> = new Map()
  let faults = 0
  for (const date of DATES) {
    heading(`The roll as of ${date}`)
    const expected = expectedOn(stage.orders, date)
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
