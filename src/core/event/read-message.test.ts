import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Message } from './message.ts'
import { readMessage, type Arrival, type ReadMessage } from './read-message.ts'

const NOW = Date.UTC(2026, 5, 15, 12)
const DAY_MS = 86_400_000

const arrival = (more: Partial<Arrival> = {}): Arrival => ({
  kind: null,
  source: 'web',
  receivedAt: NOW,
  batch: { sentAt: undefined, context: undefined, integrations: undefined },
  newId: () => 'made',
  ...more,
})

const read = (call: unknown, more?: Partial<Arrival>): ReadMessage =>
  readMessage(call, arrival(more))

function message(call: unknown, more?: Partial<Arrival>): Message {
  const result = read(call, more)
  assert.equal(result.kind, 'message', JSON.stringify(result))
  return result.kind === 'message' ? result.message : assert.fail()
}

function reason(call: unknown, more?: Partial<Arrival>): string {
  const result = read(call, more)
  if (result.kind !== 'rejected') assert.fail(JSON.stringify(result))
  return result.field === null ? result.reason : `${result.reason} ${result.field}`
}

const TRACK = { type: 'track', userId: 'u1', event: 'Order Completed' }

test('a track call becomes its event', () => {
  const call = {
    ...TRACK,
    messageId: 'm1',
    anonymousId: 'a1',
    properties: { revenue: 12.5, items: [{ sku: 'x' }] },
    context: { traits: { plan: 'pro' }, page: { path: '/' } },
  }
  assert.deepEqual(message(call), {
    id: 'm1',
    kind: 'track',
    source: 'web',
    userId: 'u1',
    anonymousId: 'a1',
    previousId: null,
    groupId: null,
    event: 'Order Completed',
    properties: { revenue: 12.5, items: [{ sku: 'x' }] },
    traits: { plan: 'pro' },
    context: { traits: { plan: 'pro' }, page: { path: '/' } },
    timestamp: NOW,
    receivedAt: NOW,
  })
})

test('page and screen are the events that Segment makes of them', () => {
  const call = { userId: 'u1', name: 'Pricing', category: 'Docs', properties: { name: 'Own' } }
  const page = message(call, { kind: 'page' })
  assert.equal(page.event, 'Page Viewed')
  assert.deepEqual(page.properties, { name: 'Own', category: 'Docs' })
  const screen = message({ ...call, properties: null }, { kind: 'screen' })
  assert.equal(screen.event, 'Screen Viewed')
  assert.deepEqual(screen.properties, { name: 'Pricing', category: 'Docs' })
})

test('identify, group and alias carry whose traits and ids they mean', () => {
  const traits = { email: 'p@example.com' }
  const identified = message({ type: 'identify', anonymousId: 7, traits })
  assert.deepEqual(
    [identified.anonymousId, identified.traits, identified.event],
    ['7', traits, null],
  )
  const grouped = message({ type: 'group', userId: 'u1', groupId: 'g1', traits })
  assert.deepEqual([grouped.groupId, grouped.traits], ['g1', traits])
  const joined = message({ type: 'alias', userId: 'u1', previousId: 'a1' })
  assert.deepEqual([joined.userId, joined.previousId, joined.id], ['u1', 'a1', 'made'])
})

test('a route says the kind, whatever the call says', () => {
  assert.equal(message(TRACK, { kind: 'identify' }).kind, 'identify')
})

test('what the batch says counts where a call says nothing', () => {
  const batch = { sentAt: undefined, context: { ip: 'x', app: 'a' }, integrations: { All: false } }
  const call = { ...TRACK, context: { app: 'b' }, integrations: { All: true } }
  assert.deepEqual(message(call, { batch }).context, { ip: 'x', app: 'b' })
  assert.equal(read(TRACK, { batch }).kind, 'opted-out')
})

test('an opt-out is honoured, by the narrowest name that is given', () => {
  const kind = (integrations: unknown): string => read({ ...TRACK, integrations }).kind
  assert.equal(kind({ All: false }), 'opted-out')
  assert.equal(kind({ Rollcall: false }), 'opted-out')
  assert.equal(kind({ 'Facebook Custom Audiences': false }), 'opted-out')
  assert.equal(kind({ All: false, Rollcall: true }), 'message')
  assert.equal(kind({ All: false, Rollcall: { any: 'setting' } }), 'message')
  assert.equal(kind({ All: true, Mixpanel: false }), 'message')
  assert.equal(kind('nonsense'), 'message')
})

test('each thing that is wrong has its reason', () => {
  for (const call of [null, 1, 'x', [], true]) assert.equal(reason(call), 'not-an-object')
  assert.equal(reason({ ...TRACK, type: 'constructor' }), 'unknown-type type')
  assert.equal(reason({ userId: 'u1' }), 'unknown-type type')
  assert.equal(reason({ type: 'track', event: 'X' }), 'no-person')
  assert.equal(reason({ ...TRACK, userId: ' ' }), 'no-person')
  assert.equal(reason({ type: 'alias', anonymousId: 'a', previousId: 'b' }), 'no-person')
  assert.equal(reason({ type: 'alias', userId: 'a' }), 'no-previous-id')
  assert.equal(reason({ type: 'group', userId: 'a' }), 'no-group')
  assert.equal(reason({ type: 'track', userId: 'u1' }), 'no-event')
  assert.equal(reason({ ...TRACK, userId: { id: 1 } }), 'wrong-type userId')
  assert.equal(reason({ ...TRACK, event: ['a'] }), 'wrong-type event')
  assert.equal(reason({ ...TRACK, messageId: true }), 'wrong-type messageId')
  assert.equal(reason({ ...TRACK, properties: 'a' }), 'wrong-type properties')
  assert.equal(reason({ ...TRACK, traits: [] }), 'wrong-type traits')
  assert.equal(reason({ ...TRACK, context: 1 }), 'wrong-type context')
  assert.equal(reason({ ...TRACK, event: 'x'.repeat(501) }), 'too-long event')
  assert.equal(reason(JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`)), 'too-deep')
})

test('a value of another type than the last one is data like any other', () => {
  for (const revenue of ['12', 12, null, {}, []])
    assert.deepEqual(message({ ...TRACK, properties: { revenue } }).properties, { revenue })
})

test('the client’s clock is put right by when it sent', () => {
  const at = (ms: number): string => new Date(ms).toISOString()
  const time = (call: object, sentAt?: unknown): number =>
    message(
      { ...TRACK, ...call },
      { batch: { sentAt, context: undefined, integrations: undefined } },
    ).timestamp
  const hour = 3_600_000
  assert.equal(time({}), NOW)
  assert.equal(time({ timestamp: at(NOW - hour) }), NOW - hour)
  // A clock a year ahead, and one a year behind: an hour lay between event and sending.
  for (const off of [365 * DAY_MS, -365 * DAY_MS]) {
    const [timestamp, sentAt] = [at(NOW + off - hour), at(NOW + off)]
    assert.equal(time({ timestamp, sentAt }), NOW - hour)
    assert.equal(time({ timestamp }, sentAt), NOW - hour)
    assert.equal(time({ originalTimestamp: timestamp }, sentAt), NOW - hour)
  }
  assert.equal(time({ timestamp: at(NOW + hour) }), NOW, 'nothing happens after it arrived')
  assert.equal(time({ timestamp: '2026-06-01' }), Date.UTC(2026, 5, 1))
  assert.equal(
    time({ timestamp: '2026-06-01T10:00:00.123456+02:00' }),
    Date.UTC(2026, 5, 1, 8, 0, 0, 123),
  )
  assert.equal(time({ timestamp: NOW - hour }), NOW - hour)
  assert.equal(time({ timestamp: at(NOW - hour), sentAt: 'soon' }), NOW - hour)
  const passedOn = {
    timestamp: at(NOW - DAY_MS),
    sentAt: at(NOW - hour),
    receivedAt: at(NOW - hour),
  }
  assert.equal(time(passedOn), NOW - DAY_MS, 'it was put right before')
})

test('a time that cannot be has a reason', () => {
  const timed = (timestamp: unknown): string => reason({ ...TRACK, timestamp })
  assert.equal(timed('yesterday'), 'time-unreadable timestamp')
  assert.equal(timed('2026-02-30'), 'time-unreadable timestamp')
  assert.equal(timed({}), 'time-unreadable timestamp')
  assert.equal(timed(new Date(NOW + 366 * DAY_MS).toISOString()), 'time-ahead timestamp')
  assert.equal(timed(NOW / 1000), 'time-impossible timestamp')
  assert.equal(timed('0001-01-01'), 'time-impossible timestamp')
})

test('names that programs keep for themselves are data', () => {
  const text = `{"type":"track","userId":"u1","event":"constructor","properties":{"__proto__":{"polluted":1},"constructor":2,"toString":3}}`
  const { event, properties } = message(JSON.parse(text))
  assert.equal(event, 'constructor')
  assert.equal(
    JSON.stringify(properties),
    '{"__proto__":{"polluted":1},"constructor":2,"toString":3}',
  )
  assert.equal(Object.getPrototypeOf(properties), Object.prototype)
  assert.equal(Object.hasOwn({}, 'polluted'), false)
})

test('text that no database takes is made whole', () => {
  const call = {
    ...TRACK,
    userId: 'a\0b',
    properties: { 'k\0': '\ud800x', n: JSON.parse('1e999') },
  }
  const { userId, properties } = message(call)
  assert.equal(userId, 'a\ufffdb')
  assert.deepEqual(properties, { 'k\ufffd': '\ufffdx', n: null })
})

const json = fc.jsonValue({ maxDepth: 6 })
const field = fc.oneof(json, fc.string(), fc.constantFrom('', null, 0, '2026-01-01', NOW, 1e308))
const call = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withMap: true }),
  json,
  fc.record(
    {
      type: fc.oneof(
        fc.constantFrom('identify', 'track', 'page', 'screen', 'group', 'alias'),
        field,
      ),
      messageId: field,
      userId: field,
      anonymousId: field,
      previousId: field,
      groupId: field,
      event: field,
      name: field,
      properties: fc.oneof(fc.dictionary(fc.string({ unit: 'binary' }), json), field),
      traits: field,
      context: field,
      timestamp: field,
      originalTimestamp: field,
      sentAt: field,
      receivedAt: field,
      integrations: field,
    },
    { requiredKeys: [] },
  ),
)

test('whatever comes, it is a message that can be kept, an opt-out, or a reason', () => {
  fc.assert(
    fc.property(call, json, (value, around) => {
      const batch = { sentAt: around, context: around, integrations: around }
      const result = read(value, { batch })
      if (result.kind !== 'message') return
      const { message: kept } = result
      assert.deepEqual(
        JSON.parse(JSON.stringify(kept)),
        structuredClone(kept),
        'it survives the disk',
      )
      assert.ok(kept.timestamp <= NOW && kept.timestamp >= Date.UTC(1990, 0, 1))
      assert.ok(kept.userId !== null || kept.anonymousId !== null)
      assert.ok(Number.isInteger(kept.timestamp))
      for (const id of [kept.id, kept.userId ?? 'x', kept.event ?? 'x'])
        assert.ok(id.trim() !== '' && id.isWellFormed() && !id.includes('\0'))
    }),
    { numRuns: 3000 },
  )
})
