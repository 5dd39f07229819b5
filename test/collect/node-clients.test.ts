// The clients that people use, as they are published, against `rollcall serve` as a process of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import type { Message } from '../../src/core/event/message.ts'
import { messagesIn, serveIn, trackingPlace, untilThere, WRITE_KEY } from './serving.ts'

const place = trackingPlace()
let serving: Awaited<ReturnType<typeof serveIn>>

before(async () => {
  serving = await serveIn(place)
})
after(async () => {
  serving.child.kill('SIGTERM')
  await serving.ended
})

const byKind = (messages: readonly Message[], kind: string): Message =>
  messages.find((message) => message.kind === kind) ?? assert.fail(`no ${kind}`)

const whos = ({ source, userId, anonymousId }: Message): unknown => [source, userId, anonymousId]

test('what @segment/analytics-node sends arrives as what it means', async () => {
  const client = new Analytics({ writeKey: WRITE_KEY, host: serving.url, flushAt: 4 })
  const failures: unknown[] = []
  client.on('error', (error) => failures.push(error))
  const timestamp = new Date('2026-01-31T12:00:00.000Z')
  client.identify({ userId: 's1', traits: { email: 'ann@example.com', plan: 'pro' } })
  client.track({ userId: 's1', event: 'Order Completed', properties: { revenue: 9.5 }, timestamp })
  client.page({ anonymousId: 's2', name: 'Pricing', properties: { path: '/pricing' } })
  client.screen({ anonymousId: 's2', name: 'Home' })
  client.group({ userId: 's1', groupId: 'g1', traits: { name: 'Initech' } })
  client.alias({ userId: 's1', previousId: 's2' })
  client.track({ userId: 's1', event: 'Not for us', integrations: { All: false } })
  await client.closeAndFlush()
  assert.deepEqual(failures, [])
  const messages = await messagesIn(place)
  assert.equal(messages.length, 6)
  const track = byKind(messages, 'track')
  assert.deepEqual(whos(track), ['web', 's1', null])
  assert.deepEqual([track.event, track.properties], ['Order Completed', { revenue: 9.5 }])
  assert.ok(Math.abs(track.timestamp - timestamp.getTime()) < 60_000)
  assert.deepEqual(byKind(messages, 'identify').traits, { email: 'ann@example.com', plan: 'pro' })
  const page = byKind(messages, 'page')
  assert.deepEqual(whos(page), ['web', null, 's2'])
  assert.deepEqual(
    [page.event, page.properties],
    ['Page Viewed', { name: 'Pricing', path: '/pricing' }],
  )
  assert.equal(byKind(messages, 'screen').event, 'Screen Viewed')
  assert.deepEqual([byKind(messages, 'group').groupId], ['g1'])
  assert.deepEqual([byKind(messages, 'alias').previousId], ['s2'])
  assert.match(track.id, /^node-next-/)
})

test('what @rudderstack/rudder-sdk-node sends, gzipped, arrives as what it means', async () => {
  const known = (await messagesIn(place)).length
  const client = new RudderAnalytics(WRITE_KEY, { dataPlaneUrl: serving.url, flushAt: 20 })
  client.identify({ userId: 'r1', traits: { email: 'ben@example.com' } })
  client.track({ userId: 'r1', event: 'Order Completed', properties: { revenue: 3 } })
  client.page({ userId: 'r1', name: 'Home' })
  client.screen({ userId: 'r1', name: 'Home' })
  client.group({ userId: 'r1', groupId: 'g1' })
  client.alias({ userId: 'r1', previousId: 'r0' })
  await new Promise((resolve) => void client.flush(resolve))
  const messages = (await untilThere(place, known + 6)).slice(known)
  assert.deepEqual(
    messages.map(({ kind }) => kind),
    ['identify', 'track', 'page', 'screen', 'group', 'alias'],
  )
  assert.ok(messages.every(({ userId }) => userId === 'r1'))
  const track = byKind(messages, 'track')
  assert.deepEqual([track.event, track.properties], ['Order Completed', { revenue: 3 }])
  assert.equal(byKind(messages, 'page').event, 'Page Viewed')
})

test('a client with a wrong write key is told, and does not go on trying', async () => {
  const known = (await messagesIn(place)).length
  const client = new Analytics({ writeKey: 'wrong_key_here', host: serving.url })
  const failed = new Promise<{ reason?: unknown }>((resolve) => {
    client.on('error', (error) => resolve({ reason: error.reason }))
  })
  client.track({ userId: 's1', event: 'Lost' })
  await client.closeAndFlush()
  assert.match(String((await failed).reason), /401/)
  assert.equal((await messagesIn(place)).length, known)
  const { stdout } = await place.rollcall('events', '--rejected', '--reveal')
  assert.match(stdout, /unknown-key[\s\S]*wron…/)
  assert.doesNotMatch(stdout, /wrong_key_here|Lost/)
})
