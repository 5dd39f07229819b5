import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { localDisk, type Disk } from '../collect/disk.ts'
import { Journal, readFrom } from '../collect/journal.ts'
import { readRejections, Rejections, type Rejection } from '../collect/rejections.ts'
import { START } from '../collect/segments.ts'
import type { Message } from '../core/event/message.ts'
import { serveHttp } from './serve-http.ts'
import { trackingRoutes } from './tracking.ts'

const KEY = 'wk_1'
const BASIC = { Authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}` }
const TRACK = { type: 'track', userId: 'u1', event: 'Order' }
const KB = 1024

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}

interface Place {
  readonly url: string
  readonly told: readonly string[]
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  messages(): Promise<Message[]>
  rejections(): Promise<Rejection[]>
}

interface Settings {
  readonly disk?: Disk
  readonly waitingBytesMax?: number
  readonly now?: () => number
}

/** A server over journals in a folder of its own. */
async function open(
  context: Pick<TestContext, 'after'>,
  { disk = localDisk, waitingBytesMax, now = () => Date.now() }: Settings = {},
): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-tracking-'))
  const [events, rejected] = [join(folder, 'events'), join(folder, 'rejected')]
  const bound = waitingBytesMax === undefined ? {} : { waitingBytesMax }
  const journal = await Journal.open(events, { now, disk, ...bound })
  const rejections = await Rejections.open(rejected, { now, disk })
  const told: string[] = []
  const sources = new Map([[KEY, 'web']])
  const tell = (text: string): void => void told.push(text)
  const routes = trackingRoutes({ sources, journal, rejections, now, newId: randomUUID, tell })
  const served = await serveHttp(routes.fetch, { port: 0, host: '127.0.0.1' })
  context.after(async () => {
    await served.drain()
    await Promise.all([journal.close(), rejections.close()])
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    url: served.url,
    told,
    post: async (path, body, headers = BASIC) => {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array
      const raw = isRaw ? (body as string) : JSON.stringify(body)
      const answer = await fetch(`${served.url}${path}`, { method: 'POST', body: raw, headers })
      const text = await answer.text()
      return { status: answer.status, body: JSON.parse(text), headers: answer.headers }
    },
    messages: async () => {
      const entries = await gathered(readFrom(events, START))
      return entries.map(({ message }) => message)
    },
    rejections: async () => gathered(readRejections(rejected, START)),
  }
}

async function gathered<T>(chunks: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const chunk of chunks) all.push(...chunk)
  return all
}

test('a write key comes by Basic authentication, as a header, or in the body', async (context) => {
  const place = await open(context)
  for (const headers of [BASIC, { 'X-Write-Key': KEY }])
    assert.equal((await place.post('/v1/track', TRACK, headers)).status, 200)
  assert.equal((await place.post('/v1/track', { ...TRACK, writeKey: KEY }, {})).status, 200)
  assert.equal((await place.post('/v1/batch', { batch: [TRACK], writeKey: KEY }, {})).status, 200)
  assert.equal((await place.messages()).length, 4)
  const none = await place.post('/v1/track', TRACK, {})
  assert.deepEqual([none.status, (none.body as { code: string }).code], [400, 'no-key'])
  for (let round = 0; round < 3; round += 1) {
    const wrong = await place.post('/v1/track', TRACK, { 'X-Write-Key': 'other-key' })
    assert.deepEqual([wrong.status, (wrong.body as { code: string }).code], [401, 'unknown-key'])
  }
  assert.equal((await place.messages()).length, 4)
  const kept = (await place.rejections()).map(({ reason, body }) => [reason, body])
  assert.deepEqual(kept, [
    ['no-key', null],
    ['unknown-key', '{"writeKey":"othe…"}'],
  ])
})

test('every call has its route, the short one of the browser’s client too', async (context) => {
  const place = await open(context)
  const call = { userId: 'u1', event: 'Order', groupId: 'g1', previousId: 'u0' }
  const kinds = ['identify', 'track', 'page', 'screen', 'group', 'alias']
  for (const kind of kinds)
    for (const path of [`/v1/${kind}`, `/v1/${kind[0]}`]) {
      const { status, body } = await place.post(path, call)
      assert.deepEqual([status, body], [200, { success: true }])
    }
  for (const path of ['/v1/batch', '/v1/b', '/v1/import'])
    assert.equal((await place.post(path, { batch: [{ ...call, type: 'track' }] })).status, 200)
  assert.deepEqual(
    (await place.messages()).map(({ kind }) => kind),
    [...kinds.flatMap((kind) => [kind, kind]), 'track', 'track', 'track'],
  )
})

test('browsers may send from any page, and be told when to try again', async (context) => {
  const place = await open(context)
  const asked = await fetch(`${place.url}/v1/t`, {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://shop.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,x-retry-count',
    },
  })
  assert.equal(asked.status, 204)
  assert.equal(asked.headers.get('access-control-allow-origin'), '*')
  assert.match(
    asked.headers.get('access-control-allow-headers') ?? '',
    /authorization.*x-retry-count/,
  )
  const beacon = { 'Content-Type': 'text/plain;charset=UTF-8' }
  const sent = await place.post('/v1/t', { ...TRACK, writeKey: KEY }, beacon)
  assert.equal(sent.status, 200)
  assert.equal(sent.headers.get('access-control-allow-origin'), '*')
  assert.match(sent.headers.get('access-control-expose-headers') ?? '', /Retry-After/)
})

test('the settings of a browser’s client send it here and nowhere else', async (context) => {
  const place = await open(context)
  const settings = async (key: string, headers = {}): Promise<unknown> => {
    const answer = await fetch(`${place.url}/v1/projects/${key}/settings`, { headers })
    return answer.status === 200 ? answer.json() : answer.status
  }
  const own = { apiKey: KEY, apiHost: `${new URL(place.url).host}/v1` }
  const integrations = (protocol: string) => ({ 'Segment.io': { ...own, protocol } })
  const plain = { integrations: integrations('http'), plan: {}, edgeFunction: {} }
  assert.deepEqual(await settings(KEY), plain)
  const behindProxy = { 'X-Forwarded-Proto': 'https, http' }
  assert.deepEqual(await settings(KEY, behindProxy), {
    ...plain,
    integrations: integrations('https'),
  })
  assert.equal(await settings('other'), 404)
})

test('bodies may be gzipped, and unzip no further than the limit', async (context) => {
  const place = await open(context)
  const zipped = { ...BASIC, 'Content-Encoding': 'gzip' }
  const batch = { batch: [TRACK, TRACK] }
  assert.equal((await place.post('/v1/batch', gzipSync(JSON.stringify(batch)), zipped)).status, 200)
  assert.equal((await place.messages()).length, 2)
  const bomb = gzipSync(Buffer.alloc(100 << 20, ' '))
  const refused = await place.post('/v1/batch', bomb, zipped)
  assert.deepEqual(
    [refused.status, (refused.body as { code: string }).code],
    [400, 'body-too-large'],
  )
  const broken = await place.post('/v1/batch', Buffer.from([31, 139, 8, 0, 1, 2]), zipped)
  assert.deepEqual(
    [broken.status, (broken.body as { code: string }).code],
    [400, 'body-unreadable'],
  )
})

test('an event is 32 KB at the most and a batch 500 KB', async (context) => {
  const place = await open(context)
  const sized = (bytes: number): object => {
    const empty = { ...TRACK, messageId: randomUUID(), properties: { text: '' } }
    const text = 'ä'.repeat((bytes - JSON.stringify(empty).length) / 2)
    return { ...empty, properties: { text } }
  }
  assert.equal((await place.post('/v1/track', sized(32 * KB))).status, 200)
  assert.equal((await place.post('/v1/track', sized(32 * KB + 4))).status, 400)
  const batch = [sized(32 * KB), sized(32 * KB + 4), TRACK]
  assert.deepEqual((await place.post('/v1/batch', { batch })).body, { success: true })
  const full = Array.from({ length: 15 }, () => sized(32 * KB))
  assert.equal((await place.post('/v1/batch', { batch: full })).status, 200)
  assert.equal((await place.post('/v1/batch', { batch: [...full, sized(32 * KB)] })).status, 400)
  assert.equal((await place.messages()).length, 1 + 2 + 15)
  assert.deepEqual(
    (await place.rejections()).map(({ reason, call }) => `${call} ${reason}`),
    ['track body-too-large', 'track too-large', 'batch body-too-large'],
  )
  const endless = await fetch(`${place.url}/v1/batch`, {
    method: 'POST',
    headers: BASIC,
    duplex: 'half',
    body: new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(64 * KB)) }),
  }).then(
    ({ status }) => status,
    () => 'cut off',
  )
  assert.ok(endless === 400 || endless === 'cut off')
})

test('of a batch what is right is taken, and what is not is kept with its reason', async (context) => {
  const place = await open(context)
  const batch = [TRACK, { type: 'track', userId: 'u1' }, 7, null, { ...TRACK, properties: 'x' }]
  const { status, body } = await place.post('/v1/batch', { batch })
  assert.deepEqual([status, body], [200, { success: true }])
  assert.equal((await place.messages()).length, 1)
  const kept = (await place.rejections()).map(({ source, call, reason, field, body: what }) =>
    [source, call, reason, field, what].join(' '),
  )
  assert.deepEqual(kept, [
    'web track no-event  {"type":"track","userId":"u1"}',
    'web batch not-an-object  7',
    'web batch not-an-object  null',
    'web track wrong-type properties {"type":"track","userId":"u1","event":"Order","properties":"x"}',
  ])
  const alone = await place.post('/v1/track', { userId: 'u1' })
  assert.deepEqual(alone.status, 400)
  assert.deepEqual(alone.body, {
    success: false,
    code: 'no-event',
    message: 'The track call has no "event". Send the name of the event.',
  })
  assert.equal((await place.post('/v1/batch', { batch: {} })).status, 400)
  const many = Array.from({ length: 2501 }, () => 1)
  assert.equal((await place.post('/v1/batch', { batch: many })).status, 400)
  assert.equal((await place.post('/v1/batch', '{"batch": [')).status, 400)
  assert.equal((await place.post('/v1/batch', Buffer.from([0xff, 0xfe, 0x7b]))).status, 400)
})

test('ten thousand properties, and nesting without end, are turned away', async (context) => {
  const place = await open(context)
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`p${index}`, 1]))
  const deep = `{"type":"track","userId":"u1","event":"X","properties":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`
  const batch = `{"batch":[${JSON.stringify({ ...TRACK, properties: many })},${deep}]}`
  assert.equal((await place.post('/v1/batch', batch)).status, 200)
  const kept = await place.rejections()
  assert.deepEqual(
    kept.map(({ reason }) => reason),
    ['too-large', 'too-deep'],
  )
  assert.equal(kept[0]?.body?.length, 4000)
  assert.deepEqual(await place.messages(), [])
})

test('who opted out leaves nothing behind', async (context) => {
  const place = await open(context)
  const optedOut = { ...TRACK, userId: 'ann@example.com', integrations: { All: false } }
  assert.equal((await place.post('/v1/track', optedOut)).status, 200)
  assert.equal((await place.post('/v1/batch', { batch: [optedOut] })).status, 200)
  assert.deepEqual([await place.messages(), await place.rejections()], [[], []])
})

test('while the disk is full nothing is acknowledged, and it goes on by itself', async (context) => {
  let isFull = true
  let now = Date.now()
  const disk: Disk = {
    create: async (path) => {
      const file = await localDisk.create(path)
      const write = async (bytes: Uint8Array): Promise<void> => {
        // As a real disk does it: a part of it is there.
        await file.write(isFull ? bytes.subarray(0, bytes.length / 2) : bytes)
        if (isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      }
      return { ...file, write }
    },
  }
  const place = await open(context, { disk, now: () => now })
  const batch = [{ ...TRACK, messageId: 'm1' }, { userId: 'ann@example.com' }]
  for (let round = 0; round < 3; round += 1) {
    const { status, headers, body } = await place.post('/v1/batch', { batch })
    assert.deepEqual([status, headers.get('retry-after')], [503, '5'])
    assert.equal((body as { code: string }).code, 'collect/disk-full')
    now += 400
  }
  assert.deepEqual([await place.messages(), await place.rejections()], [[], []])
  assert.equal(place.told.length, 1, 'it is said once a minute')
  assert.match(place.told[0] ?? '', /is full\. Make room/)
  isFull = false
  now += 2000
  assert.equal((await place.post('/v1/batch', { batch })).status, 200)
  assert.equal((await place.post('/v1/batch', { batch })).status, 200)
  assert.deepEqual(
    (await place.messages()).map(({ id }) => id),
    ['m1'],
  )
})

test('when more comes than the disk takes, clients are told to wait', async (context) => {
  let letGo = (): void => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const disk: Disk = {
    create: async (path) => {
      const file = await localDisk.create(path)
      return { ...file, sync: async () => held.then(async () => file.sync()) }
    },
  }
  const place = await open(context, { disk, waitingBytesMax: 1000 })
  const answers: Promise<Answer>[] = []
  const busy = new Promise<void>((resolve) => {
    for (let index = 0; index < 20; index += 1) {
      const properties = { text: 'x'.repeat(500) }
      const answer = place.post('/v1/track', { ...TRACK, messageId: `m${index}`, properties })
      answers.push(answer)
      void answer.then(({ status }) => (status === 429 ? resolve() : undefined))
    }
  })
  await busy
  letGo()
  const ended = await Promise.all(answers)
  const taken = ended.filter(({ status }) => status === 200).length
  const waiting = ended.filter(({ status }) => status === 429)
  assert.equal(taken + waiting.length, 20)
  assert.ok(waiting.every(({ headers }) => headers.get('retry-after') === '1'))
  assert.equal((await place.messages()).length, taken, 'an answer of 200 is on the disk')
})

test('whatever is sent, the answer is one of four, and the server goes on', async (context) => {
  const place = await open(context)
  const part = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '{',
      '"batch":[',
      '}',
      ']',
      '{"__proto__":',
      '"userId":"u"',
      '\\u0000',
      '\ud800',
    ),
  )
  const body = fc.oneof(
    fc.array(part).map((parts) => parts.join('')),
    fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    fc.array(fc.jsonValue()).map((batch) => JSON.stringify({ batch })),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  )
  const path = fc.constantFrom('/v1/batch', '/v1/track', '/v1/identify', '/v1/p', '/v1/alias')
  const encoding = fc.constantFrom({}, { 'Content-Encoding': 'gzip' }, { 'Content-Encoding': 'br' })
  await fc.assert(
    fc.asyncProperty(path, body, encoding, async (to, what, encoded) => {
      const headers = Object.assign({ ...BASIC }, encoded)
      const { status } = await place.post(to, what, headers)
      assert.ok(status === 200 || status === 400, String(status))
    }),
    { numRuns: 400 },
  )
  assert.equal((await place.post('/v1/track', { ...TRACK, messageId: 'last' })).status, 200)
  assert.equal((await place.messages()).at(-1)?.id, 'last')
  assert.deepEqual(place.told, [])
})
