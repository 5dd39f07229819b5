// `rollcall serve` as real processes: killed, stopped, and on a disk that is full. What was acknowledged is there, once.
import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Message } from '../../src/core/event/message.ts'
import { messagesIn, serveIn, trackingPlace, WRITE_KEY } from '../collect/serving.ts'
import { seededRandom } from '../support/seeded-random.ts'

const EVENTS = 50_000
const CLIENTS = 4
const KILLS = 4
const CLIENT = join(import.meta.dirname, '../collect/sending-client.ts')
const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

interface Sending {
  readonly acknowledged: readonly string[]
  readonly ended: Promise<number | null>
}

function send(context: TestContext, url: string, name: string, count: number): Sending {
  const child = spawn(process.execPath, [CLIENT, url, WRITE_KEY, name, String(count)], {
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
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { acknowledged, ended }
}

function assertOnceEach(messages: readonly Message[], acknowledged: readonly string[]): void {
  const ids = messages.map(({ id }) => id)
  const there = new Set(ids)
  assert.equal(there.size, ids.length, 'no event is there twice')
  const lost = acknowledged.filter((id) => !there.has(id))
  assert.deepEqual(lost, [], 'every acknowledged event is there')
}

test(`killed ${KILLS} times while four clients send 50,000 events: each is there, once`, async (context) => {
  const place = trackingPlace()
  const random = seededRandom(7)
  let serving = await serveIn(place)
  const { url } = serving
  const port = Number(new URL(url).port)
  const clients = Array.from({ length: CLIENTS }, (_, client) =>
    send(context, url, `client${client}`, EVENTS / CLIENTS),
  )
  const acknowledged = (): string[] => clients.flatMap((client) => client.acknowledged)
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // Each kill falls into the middle of what is being sent.
    const from = ((kill - 0.5) * EVENTS) / (KILLS + 1)
    while (acknowledged().length < from) await delay(20)
    await delay(random() * 100)
    serving.child.kill('SIGKILL')
    await serving.ended
    assertOnceEach(await messagesIn(place), acknowledged())
    serving = await serveIn(place, port)
  }
  assert.deepEqual(await Promise.all(clients.map(({ ended }) => ended)), [0, 0, 0, 0])
  assert.equal(acknowledged().length, EVENTS)
  serving.child.kill('SIGTERM')
  assert.equal((await serving.ended).code, 0)
  const messages = await messagesIn(place)
  assertOnceEach(messages, acknowledged())
  assert.equal(messages.length, EVENTS)
})

const body = JSON.stringify({
  userId: 'u1',
  event: 'Order',
  messageId: 'slow',
  writeKey: WRITE_KEY,
})

test('a stop signal lets what is under way end, takes nothing new, and exits with 0', async () => {
  const place = trackingPlace()
  const { url, child, ended } = await serveIn(place)
  const { hostname, port } = new URL(url)
  const idle = connect(Number(port), hostname)
  const slow = connect(Number(port), hostname)
  await Promise.all([once(idle, 'connect'), once(slow, 'connect')])
  slow.write(
    `POST /v1/track HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  )
  const before = await fetch(`${url}/v1/track`, {
    method: 'POST',
    body: body.replace('slow', 'fast'),
  })
  assert.equal(before.status, 200)
  const [idleClosed, slowClosed] = [once(idle, 'close'), once(slow, 'close')]
  child.kill('SIGTERM')
  await idleClosed
  await assert.rejects(fetch(`${url}/v1/track`, { method: 'POST', body }))
  slow.write(body.slice(10))
  let answer = ''
  slow.setEncoding('utf8').on('data', (text: string) => (answer += text))
  await slowClosed
  assert.match(answer, /^HTTP\/1\.1 200 OK[\s\S]*Connection: close[\s\S]*"success":true/i)
  const { code, stderr } = await ended
  assert.equal(code, 0, stderr)
  assert.deepEqual(
    (await messagesIn(place)).map(({ id }) => id),
    ['fast', 'slow'],
  )
  const again = await serveIn(place)
  again.child.kill('SIGTERM')
  assert.equal((await again.ended).code, 0, 'the lock was let go of')
})

const namespaces = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])
const skip =
  namespaces.status === 0 ? false : 'needs unshare(1) and mount namespaces for a disk of its own'

/** Serves on a disk of one megabyte, which grows when told so; in the end what it holds is copied to where the test can read it. */
function serveOnSmallDisk(folder: string): ChildProcess {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  const script = [
    `mount -t tmpfs -o size=1m tmpfs "${disk}"`,
    `cp "${folder}/rollcall.yaml" "${disk}/"`,
    `"${process.execPath}" "${MAIN}" serve --port 0 --json --file "${disk}/rollcall.yaml" &`,
    'read grow',
    `mount -o remount,size=100m "${disk}"`,
    'read stop',
    'kill -TERM $!',
    'wait $!',
    'echo "ended with $?"',
    `cp -r "${disk}/.rollcall" "${folder}/"`,
  ].join('\n')
  return spawn('unshare', ['-Urm', 'sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, WEB_WRITE_KEY: WRITE_KEY },
  })
}

test(
  'on a full disk nothing is acknowledged; with room it goes on, and each event is there once',
  { skip },
  async (context) => {
    const place = trackingPlace()
    const child = serveOnSmallDisk(place.folder)
    context.after(() => child.kill('SIGKILL'))
    let [stdout, stderr] = ['', '']
    child.stdout?.on('data', (text) => (stdout += String(text)))
    child.stderr?.on('data', (text) => (stderr += String(text)))
    while (!stdout.includes('"url"')) await once(child.stdout ?? child, 'data')
    const url = /"url": "(?<url>[^"]+)"/.exec(stdout)?.groups?.['url'] ?? ''
    const client = send(context, url, 'client', 5000)
    while (!stderr.includes('is full')) await once(child.stderr ?? child, 'data')
    const whileFull = await fetch(`${url}/v1/track`, { method: 'POST', body })
    assert.equal(whileFull.status, 503)
    assert.equal(whileFull.headers.get('retry-after'), '5')
    child.stdin?.write('grow\n')
    assert.equal(await client.ended, 0)
    child.stdin?.write('stop\n')
    await once(child, 'close')
    assert.match(stdout, /ended with 0/, stderr)
    const messages = await messagesIn(place)
    assertOnceEach(messages, client.acknowledged)
    assert.equal(client.acknowledged.length, 5000)
    assert.ok(!messages.some(({ id }) => id === 'slow'), 'what was refused is not there')
  },
)

test('two processes cannot take the events of one workspace', async () => {
  const place = trackingPlace()
  const { child, ended } = await serveIn(place)
  const second = await place.rollcall('serve', '--port', '0')
  assert.equal(second.code, 1, second.stderr)
  assert.match(second.stderr, /tracking\/in-use/)
  child.kill('SIGKILL')
  await ended
  const third = await serveIn(place)
  third.child.kill('SIGTERM')
  assert.equal((await third.ended).code, 0, 'who is dead holds nothing')
})
