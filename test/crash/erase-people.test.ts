// People are erased while processes are killed, and while others take in what comes.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { rejectionsFolder, eventsFolder } from '../../src/app/collector.ts'
import { findKept, type ErasedKept } from '../../src/app/erase-kept.ts'
import { attachKeptPeople } from '../../src/app/kept-people.ts'
import { openLocal } from '../../src/app/open-audience.ts'
import { takeInJournal } from '../../src/app/take-in-journal.ts'
import type { Workspace } from '../../src/app/workspace.ts'
import { Journal, messageLine } from '../../src/collect/journal.ts'
import { Rejections } from '../../src/collect/rejections.ts'
import { identifierOf } from '../../src/core/identity/identifier.ts'
import type { Message } from '../../src/core/event/message.ts'
import { temporaryFolder } from '../app/house.ts'
import { messagesIn, serveIn, trackingPlace, WRITE_KEY } from '../collect/serving.ts'
import { textIn } from '../people/bytes-of.ts'
import { everything } from '../people/life.ts'
import { openReal } from '../people/open-real.ts'
import { message } from '../support/message.ts'
import { seededRandom } from '../support/seeded-random.ts'

const HOUR = 3_600_000
const KILLS = 8
const ERASE_ONCE = join(import.meta.dirname, '../people/erase-once.ts')
const CLIENT = join(import.meta.dirname, '../collect/sending-client.ts')

interface Erasing {
  /** Null for one that was killed. */
  readonly erased: ErasedKept | null
}

/** @param killAfter So many milliseconds after it opened the workspace. */
async function eraseOnce(
  folder: string,
  words: readonly string[],
  killAfter: number | null = null,
): Promise<Erasing> {
  const flags = ['--disable-warning=ExperimentalWarning', ERASE_ONCE, folder, ...words]
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.on('data', (text) => {
    told += String(text)
    if (killAfter !== null && told.startsWith('opened'))
      setTimeout(() => child.kill('SIGKILL'), killAfter)
  })
  const signal = await new Promise((resolve) => {
    child.once('close', (code, killed) => resolve(killed ?? code))
  })
  if (signal === 'SIGKILL') return { erased: null }
  assert.equal(signal, 0)
  return { erased: JSON.parse(told.split('\n')[1] ?? '') as ErasedKept | null }
}

/** Ada, whose devices became hers one by one, among others. */
function lives(count: number): Message[] {
  const random = seededRandom(11)
  const pick = (sides: number): number => Math.floor(random() * sides)
  return Array.from({ length: count }, () => {
    const who = pick(40)
    const parts = {
      anonymousId: `(device-${who}-${pick(3)})`,
      userId: pick(3) === 0 ? `(user-${who})` : null,
      timestamp: pick(1000) * HOUR,
    }
    if (pick(3) > 0) return message({ ...parts, event: `e${pick(5)}` })
    const traits = {
      email: `(mail-${who}`.replace('(', '_') + '_@example.com',
      plan: `p${pick(3)}`,
      n: pick(2),
    }
    return message({ ...parts, kind: 'identify', event: null, traits })
  })
}

/** A workspace with people, with messages that are not yet taken in, and with some that were not taken. */
async function settle(folder: string): Promise<void> {
  writeFileSync(join(folder, 'rollcall.yaml'), 'version: 1\n')
  await using workspace = await openReal(folder)
  const journal = await Journal.open(eventsFolder(workspace), { now: Date.now })
  const messages = lives(6000)
  for (let part = 0; part < 12; part += 1) {
    await journal.append(messages.slice(part * 400, part * 400 + 400).map(messageLine))
    await takeInJournal(workspace)
  }
  await journal.append(messages.slice(4800).map(messageLine))
  const rejections = await Rejections.open(rejectionsFolder(workspace), { now: Date.now })
  const bodies = ['_Mail-7_@Example.com', '_mail-8_@example.com']
  await rejections.keep(
    bodies.map((email) => ({
      at: Date.now(),
      source: 'web',
      reason: 'no-event',
      field: null,
      call: 'track',
      body: `{"traits":{"email":"${email}"},"cut`,
    })),
  )
  await journal.close()
  await rejections.close()
}

async function asked(workspace: Workspace): Promise<unknown> {
  await using local = await openLocal(workspace)
  await attachKeptPeople(local, workspace)
  return await everything({ ask: async (sql) => local.source.all(sql) })
}

const GONE = /[(_](?:user|device|mail)-7[-)_]/i

async function assertGone(workspace: Workspace): Promise<void> {
  await using local = await openLocal(workspace)
  const text = await textIn(workspace.stateFolder, local)
  assert.doesNotMatch(text, GONE)
  assert.match(text, /user-8\)/)
  assert.match(text, /_mail-8_@example/)
}

test('killed again and again, an erasure ends as one that was left alone', async (context) => {
  const [folder, quiet] = [temporaryFolder(context), temporaryFolder(context)]
  await settle(folder)
  cpSync(folder, quiet, { recursive: true })
  const words = ['email:_mail-7_@example.com', 'user_id:(user-7)']
  const random = seededRandom(5)
  let killed = 0
  for (let round = 0; round < KILLS; round += 1)
    if ((await eraseOnce(folder, words, random() * 600)).erased === null) killed += 1
  assert.ok(killed >= KILLS / 3, `only ${killed} of ${KILLS} processes were killed`)
  const { erased } = await eraseOnce(folder, words)
  assert.equal(erased?.left?.kind, 'replaced')
  const { erased: whole } = await eraseOnce(quiet, words)
  assert.ok(whole !== null && whole.events > 50 && whole.journal > 30 && whole.rejected === 1)
  assert.equal(whole.identifiers, 5)
  for (const place of [folder, quiet]) {
    const { erased: later } = await eraseOnce(place, [`--later=${2 * HOUR}`])
    assert.equal(later?.left, null)
    assert.equal((await eraseOnce(place, [])).erased, null)
  }
  await using workspace = await openReal(folder)
  await using other = await openReal(quiet)
  await assertGone(workspace)
  await takeInJournal(workspace)
  await takeInJournal(other)
  const identifiers = words.map(identifierOf)
  assert.deepEqual(await findKept(workspace, { people: [], identifiers }), [])
  assert.deepEqual(await asked(workspace), await asked(other))
  await assertGone(workspace)
})

const EVENTS = 12_000

test('while clients send and a server takes in, only who is erased is missed', async (context) => {
  const place = trackingPlace()
  const { url, child, ended } = await serveIn(place)
  const clients = ['ada', 'ben'].map((name) => send(context, url, name))
  const gone = ['user_id:ada-7', 'user_id:ben-42']
  while (clients.some(({ acknowledged }) => acknowledged.length < EVENTS)) {
    await eraseOnce(place.folder, gone)
    await delay(50)
  }
  child.kill('SIGTERM')
  const end = await ended
  assert.equal(end.code, 0, end.stderr)
  assert.equal(end.stderr.includes('Cannot take in'), false, end.stderr)
  await eraseOnce(place.folder, gone)
  await eraseOnce(place.folder, [`--later=${2 * HOUR}`])
  const others = [
    ...(clients[0]?.acknowledged.filter((_, index) => index % 100 !== 7) ?? []),
    ...(clients[1]?.acknowledged.filter((_, index) => index % 100 !== 42) ?? []),
  ].toSorted()
  const kept = (await messagesIn(place)).map(({ id }) => id)
  assert.deepEqual(kept.toSorted(), others)
  await using workspace = await openReal(place.folder)
  await takeInJournal(workspace)
  await using local = await openLocal(workspace)
  await attachKeptPeople(local, workspace)
  const rows = await local.source.all('select id from events order by id')
  assert.deepEqual(rows.map(({ id }) => String(id)).toSorted(), others)
  const text = await textIn(workspace.stateFolder, local)
  // A UUID may end in it, within its own digits.
  assert.doesNotMatch(text, /(?<![0-9a-f])ada-7(?!\d)|ben-42(?!\d)/)
})

/** Sends events of a hundred users; the acknowledged ids are in their order. */
function send(
  context: TestContext,
  url: string,
  name: string,
): { readonly acknowledged: readonly string[] } {
  const child = spawn(process.execPath, [CLIENT, url, WRITE_KEY, name, String(EVENTS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => child.kill('SIGKILL'))
  const acknowledged: string[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    acknowledged.push(...lines)
  })
  return { acknowledged }
}
