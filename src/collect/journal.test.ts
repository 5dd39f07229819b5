import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import type { RollcallError } from '../core/error.ts'
import type { Message } from '../core/event/message.ts'
import { localDisk, type Disk, type SegmentFile } from './disk.ts'
import { Journal, messageLine, readFrom, removeBefore } from './journal.ts'
import { lastLines } from './last-lines.ts'
import { START, type Position } from './segments.ts'

const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await delay(ms, undefined, signal && { signal })
}

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-journal-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'events')
}

type Settings = Parameters<typeof Journal.open>[1]

const open = async (folder: string, settings: Partial<Settings> = {}): Promise<Journal> =>
  Journal.open(folder, { now: () => Date.now(), ...settings })

function message(id: string, more: Partial<Message> = {}): Message {
  return {
    id,
    kind: 'track',
    source: 'web',
    userId: 'u1',
    anonymousId: null,
    previousId: null,
    groupId: null,
    event: 'Order',
    properties: {},
    traits: {},
    context: {},
    timestamp: 0,
    receivedAt: 0,
    ...more,
  }
}

const lines = (...ids: readonly string[]) => ids.map((id) => messageLine(message(id)))

async function idsIn(folder: string, from: Position = START): Promise<string[]> {
  const ids: string[] = []
  for await (const entries of readFrom(folder, from))
    ids.push(...entries.map((entry) => entry.message.id))
  return ids
}

/** The real disk, with something between. */
const between = (change: (file: SegmentFile) => Partial<SegmentFile>): Disk => ({
  create: async (path) => {
    const file = await localDisk.create(path)
    return { ...file, ...change(file) }
  },
})

const segmentsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .toSorted()

test('what was appended is read, from any position on, and is its owner’s alone', async (context) => {
  const folder = folderOf(context)
  const journal = await open(folder, { segmentBytes: 2000 })
  const ids = Array.from({ length: 40 }, (_, index) => `m${index}`)
  for (const id of ids) await journal.append(lines(id))
  assert.ok(segmentsIn(folder).length > 2, 'segments end by their size')
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  for (const name of segmentsIn(folder))
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
  const nexts: Position[] = []
  for await (const entries of readFrom(folder, START))
    nexts.push(...entries.map(({ next }) => next))
  assert.equal(nexts.length, ids.length)
  for (const [index, next] of nexts.entries())
    assert.deepEqual(await idsIn(folder, next), ids.slice(index + 1))
  const { lines: last, end } = await lastLines(folder, 3)
  assert.deepEqual(
    last.map(({ text }) => text),
    lines(...ids.slice(-3)).map(({ text }) => text),
  )
  await journal.append(lines('after'))
  assert.deepEqual(await idsIn(folder, end), ['after'])
  await removeBefore(folder, end)
  assert.ok(segmentsIn(folder).length <= 2)
  assert.deepEqual(
    await idsIn(folder, nexts[0]),
    await idsIn(folder, START),
    'what is gone is passed over',
  )
  await journal.close()
})

test('an id counts once: within a call, beside another call, later, and after a restart', async (context) => {
  const folder = folderOf(context)
  const journal = await open(folder)
  const taken = await Promise.all([
    journal.append(lines('a', 'b', 'a')),
    journal.append(lines('b', 'c')),
  ])
  assert.deepEqual(taken, [2, 1])
  assert.equal(await journal.append(lines('c', 'a')), 0)
  await journal.close()
  const again = await open(folder)
  assert.equal(await again.append(lines('a', 'd', 'c')), 1)
  assert.deepEqual(await idsIn(folder), ['a', 'b', 'c', 'd'])
  await again.close()
})

test('the ids that are remembered take bounded memory, and the latest are among them', async (context) => {
  const folder = folderOf(context)
  const journal = await open(folder, { idsRemembered: 10 })
  const ids = Array.from({ length: 35 }, (_, index) => `m${index}`)
  for (const id of ids) await journal.append(lines(id))
  assert.equal(await journal.append(lines(...ids.slice(-10))), 0)
  assert.equal(await journal.append(lines('m0')), 1, 'what is long ago is for the reader to tell')
  await journal.close()
})

test('whatever a torn writer left at the end is cut, and all before it stays', async (context) => {
  const folder = folderOf(context)
  const journal = await open(folder)
  await journal.append(lines('a', 'b'))
  await journal.close()
  const [name = ''] = segmentsIn(folder)
  const path = join(folder, name)
  const whole = readFileSync(path)
  const framed = whole.subarray(whole.indexOf('\n') + 1)
  const torn = fc.oneof(
    fc.integer({ min: 0, max: framed.length - 1 }).map((length) => framed.subarray(0, length)),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    fc.constant(Buffer.alloc(4096)),
    fc.integer({ min: 10, max: framed.length - 3 }).map((at) => {
      const damaged = Buffer.from(framed)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      return damaged
    }),
  )
  await fc.assert(
    fc.asyncProperty(torn, async (tail) => {
      writeFileSync(path, whole)
      appendFileSync(path, tail)
      const mended = await open(folder)
      assert.deepEqual(readFileSync(path), whole)
      await mended.append(lines('b', 'c'))
      await mended.close()
      assert.deepEqual(await idsIn(folder), ['a', 'b', 'c'])
      for (const other of segmentsIn(folder).slice(1)) rmSync(join(folder, other))
    }),
    { numRuns: 60 },
  )
})

test('a damaged line is told and left out, and those around it are read', async (context) => {
  const folder = folderOf(context)
  const journal = await open(folder)
  await journal.append(lines('a', 'b', 'c'))
  await journal.close()
  const path = join(folder, segmentsIn(folder)[0] ?? '')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('"id":"b"', '"id":"x"'))
  const damaged: Position[] = []
  const ids: string[] = []
  const onDamaged = (at: Position): void => void damaged.push(at)
  for await (const entries of readFrom(folder, START, { onDamaged }))
    ids.push(...entries.map((entry) => entry.message.id))
  assert.deepEqual(ids, ['a', 'c'])
  assert.deepEqual(
    damaged.map(({ offset }) => offset),
    [text.indexOf('\n') + 1],
  )
})

test('a failed sync acknowledges nothing, is cut back, and another segment goes on', async (context) => {
  const folder = folderOf(context)
  let failing = false
  const disk = between((file) => ({
    sync: async () => {
      if (failing) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
      await file.sync()
    },
  }))
  let now = 1000
  const journal = await open(folder, { disk, now: () => now })
  await journal.append(lines('a'))
  failing = true
  const all = await Promise.allSettled([
    journal.append(lines('b')),
    // The same id from another caller waits for the same write, and fails with it.
    journal.append(lines('b', 'c')),
    journal.append(lines('b')),
  ])
  for (const outcome of all) {
    assert.equal(outcome.status, 'rejected')
    if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'collect/disk-failed')
  }
  assert.deepEqual(await idsIn(folder), ['a'], 'what was not durable is cut')
  failing = false
  await assert.rejects(
    journal.append(lines('d')),
    { code: 'collect/disk-failed' },
    'it rests a while',
  )
  now += 2000
  assert.equal(await journal.append(lines('b', 'c', 'd')), 3)
  assert.deepEqual(await idsIn(folder), ['a', 'b', 'c', 'd'])
  assert.equal(segmentsIn(folder).length, 2)
  await journal.close()
})

test('on a slow disk what waits is bounded, becomes durable together, and the rest is turned away', async (context) => {
  const folder = folderOf(context)
  let syncs = 0
  let letGo = (): void => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const disk = between((file) => ({
    sync: async () => {
      syncs += 1
      if (syncs === 1) await held
      await file.sync()
    },
  }))
  const journal = await open(folder, { disk, waitingBytesMax: 2000 })
  const outcomes: Promise<string>[] = []
  for (let index = 0; index < 100; index += 1)
    outcomes.push(
      journal.append(lines(`m${index}`)).then(
        () => 'kept',
        (error: unknown) => (error as RollcallError).code,
      ),
    )
  let settled = 0
  for (const outcome of outcomes) void outcome.then((end) => (settled += end === 'kept' ? 1 : 0))
  await delay(20)
  assert.equal(settled, 0, 'nothing is acknowledged before it is durable')
  letGo()
  const ends = await Promise.all(outcomes)
  const kept = ends.flatMap((end, index) => (end === 'kept' ? [`m${index}`] : []))
  assert.ok(kept.length > 3 && kept.length < 30, String(kept.length))
  assert.ok(ends.every((end) => end === 'kept' || end === 'collect/busy'))
  assert.equal(syncs, 2, 'what waited went together')
  assert.deepEqual(await idsIn(folder), kept)
  await journal.close()
})

test('a reader that follows sees each message once, over the ends of segments', async (context) => {
  const folder = folderOf(context)
  const journal = await open(folder, { segmentBytes: 1500 })
  const end = new AbortController()
  const seen: string[] = []
  const reading = (async () => {
    for await (const entries of readFrom(folder, START, { follow: { until: end.signal, sleep } })) {
      seen.push(...entries.map((entry) => entry.message.id))
      if (seen.length === 200) end.abort()
    }
  })()
  const ids = Array.from({ length: 200 }, (_, index) => `m${index}`)
  for (const id of ids) await journal.append(lines(id))
  await reading
  assert.deepEqual(seen, ids)
  await journal.close()
})

test('closing waits for what is under way, and takes nothing more', async (context) => {
  const folder = folderOf(context)
  const journal = await open(folder)
  const under = [journal.append(lines('a')), journal.append(lines('b'))]
  await journal.close()
  await Promise.all(under)
  assert.deepEqual(await idsIn(folder), ['a', 'b'])
  await assert.rejects(journal.append(lines('c')), { code: 'collect/closed' })
})
