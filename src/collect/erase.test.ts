import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Message } from '../core/event/message.ts'
import { message } from '../../test/support/message.ts'
import { eraseMessages, eraseRejections } from './erase.ts'
import { Journal, messageLine, readFrom } from './journal.ts'
import { readRejections, Rejections, type Rejection } from './rejections.ts'
import { listSegments, segmentPath, START, type Position } from './segments.ts'

const NOW = Date.UTC(2026, 5, 15)

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-erase-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const isAnn = ({ userId }: Message): boolean => userId === 'ann@example.com'

/** Every third message is hers. */
const messagesFrom = (first: number, count: number): Message[] =>
  Array.from({ length: count }, (_, place) =>
    message({ id: `n${first + place}`, userId: place % 3 === 0 ? 'ann@example.com' : 'bén' }),
  )

async function idsFrom(folder: string, position: Position): Promise<string[]> {
  const ids: string[] = []
  const onDamaged = (): void => assert.fail('a line is damaged')
  for await (const entries of readFrom(folder, position, { onDamaged }))
    ids.push(...entries.map(({ message: { id } }) => id))
  return ids
}

const bytesIn = (folder: string): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')

test('erased messages are gone from every segment, and every position means what it meant', async (context) => {
  const folder = folderOf(context)
  const journal = await Journal.open(folder, { now: () => NOW, segmentBytes: 2000 })
  const messages = messagesFrom(0, 60)
  for (const one of messages) await journal.append([messageLine(one)])
  const positions: Position[] = []
  for await (const entries of readFrom(folder, START))
    positions.push(...entries.map(({ next }) => next))
  assert.ok((await listSegments(folder)).length > 2)
  assert.equal(await eraseMessages(folder, isAnn), 20)
  assert.doesNotMatch(bytesIn(folder), /ann@/)
  const others = (from: number): string[] =>
    messages
      .slice(from)
      .filter((one) => !isAnn(one))
      .map(({ id }) => id)
  assert.deepEqual(await idsFrom(folder, START), others(0))
  for (const [place, position] of positions.entries())
    assert.deepEqual(await idsFrom(folder, position), others(place + 1))
  assert.equal(await eraseMessages(folder, isAnn), 0)
  await journal.close()
})

test('the segment that a journal is writing goes on, and so does one that is opened anew', async (context) => {
  const folder = folderOf(context)
  const journal = await Journal.open(folder, { now: () => NOW })
  await journal.append(messagesFrom(0, 3).map(messageLine))
  await eraseMessages(folder, isAnn)
  await journal.append(messagesFrom(3, 3).map(messageLine))
  await eraseMessages(folder, isAnn)
  await journal.append([messageLine(message({ id: 'last', userId: 'ann@example.com' }))])
  await eraseMessages(folder, isAnn)
  await journal.close()
  const again = await Journal.open(folder, { now: () => NOW })
  await again.append(messagesFrom(6, 3).map(messageLine))
  assert.deepEqual(await idsFrom(folder, START), ['n1', 'n2', 'n4', 'n5', 'n6', 'n7', 'n8'])
  await again.close()
})

test('what an erasure that was killed left half overwritten costs no neighbour, and the next one mends it', async (context) => {
  const folder = folderOf(context)
  const journal = await Journal.open(folder, { now: () => NOW })
  await journal.append(messagesFrom(0, 3).map(messageLine))
  const [segment = 0] = await listSegments(folder)
  const path = segmentPath(folder, segment)
  const whole = readFileSync(path, 'utf8')
  const half = whole.replace(/^.{30}/, ' '.repeat(30))
  writeFileSync(path, half)
  assert.match(half, /ann@/)
  const damaged: Position[] = []
  const ids: string[] = []
  for await (const entries of readFrom(folder, START, { onDamaged: (at) => damaged.push(at) }))
    ids.push(...entries.map(({ message: { id } }) => id))
  assert.deepEqual(ids, ['n1', 'n2'])
  assert.equal(damaged.length, 1)
  assert.equal(await eraseMessages(folder, isAnn), 0)
  assert.doesNotMatch(bytesIn(folder), /ann@/)
  assert.equal(bytesIn(folder).length, whole.length)
  assert.deepEqual(await idsFrom(folder, START), ['n1', 'n2'])
  await journal.close()
})

test('what is torn at the end is left alone: somebody may be writing it', async (context) => {
  const folder = folderOf(context)
  const journal = await Journal.open(folder, { now: () => NOW })
  await journal.append(messagesFrom(0, 3).map(messageLine))
  const [segment = 0] = await listSegments(folder)
  const path = segmentPath(folder, segment)
  const torn = readFileSync(path, 'utf8').slice(0, -5)
  writeFileSync(path, torn)
  await eraseMessages(folder, () => true)
  const last = torn.slice(torn.lastIndexOf('\n') + 1)
  assert.ok(last.length > 50 && readFileSync(path, 'utf8').endsWith(last))
  await journal.close()
})

test('what was not taken is erased too, also what was written last', async (context) => {
  const folder = folderOf(context)
  const rejection = (body: string): Rejection => ({
    at: NOW,
    source: 'web',
    reason: 'no-person',
    field: null,
    call: 'track',
    body,
  })
  const rejections = await Rejections.open(folder, { now: () => NOW })
  await rejections.keep(['ann@example.com', 'ben@example.com'].map(rejection))
  await rejections.sweep()
  await rejections.keep(['cid@example.com', 'ann@example.com'].map(rejection))
  const erased = await eraseRejections(folder, ({ body }) => body?.includes('ann@') ?? false)
  assert.equal(erased, 2)
  await rejections.keep([rejection('dan@example.com')])
  const bodies: (string | null)[] = []
  for await (const some of readRejections(folder, START))
    bodies.push(...some.map(({ body }) => body))
  assert.deepEqual(bodies, ['ben@example.com', 'cid@example.com', 'dan@example.com'])
  assert.doesNotMatch(bytesIn(folder), /ann@/)
  await rejections.close()
})
