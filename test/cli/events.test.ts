import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { serveIn, trackingPlace, WRITE_KEY } from '../collect/serving.ts'
import { definition, pick, pickAll, Place, type Running } from './rollcall.ts'

const send = async (url: string, path: string, body: object): Promise<number> => {
  const sent = JSON.stringify({ writeKey: WRITE_KEY, ...body })
  return (await fetch(`${url}${path}`, { method: 'POST', body: sent })).status
}

const order = (userId: string): object => ({
  userId,
  event: 'Order Completed',
  properties: { revenue: 12.5, coupon: 'SPRING' },
  timestamp: '2026-01-31T12:00:00Z',
})

const end = async ({ child, ended }: Running): Promise<void> => {
  child.kill('SIGTERM')
  await ended
}

test('events shows what came in without people’s data, and with it when asked', async () => {
  const place = trackingPlace()
  const none = await place.rollcall('events')
  assert.deepEqual([none.code, none.stdout], [0, ''])
  const serving = await serveIn(place)
  const traits = { email: 'ann@example.com' }
  assert.equal(await send(serving.url, '/v1/identify', { userId: 'ann@example.com', traits }), 200)
  assert.equal(await send(serving.url, '/v1/track', order('customer-1')), 200)
  const { stdout } = await place.rollcall('events')
  assert.match(stdout, /web {2}identify {2}a\*\*\*@e\*\*\*\.com {2}email\n/)
  assert.match(stdout, /web {2}track {2}Order Completed {2}c\*\*\* {2}revenue, coupon\n/)
  const { document } = await place.json('events')
  assert.doesNotMatch(JSON.stringify(document), /ann|customer-1|SPRING|12\.5/)
  assert.deepEqual(pickAll(document, 'events', 'event'), [null, 'Order Completed'])
  const revealed = await place.json('events', '--reveal', '--limit', '1')
  assert.deepEqual(pickAll(revealed.document, 'events', 'userId'), ['customer-1'])
  assert.deepEqual(pick(revealed.document, ['events', 0, 'properties']), {
    revenue: 12.5,
    coupon: 'SPRING',
  })
  assert.match((await place.rollcall('events', '--reveal')).stdout, /"coupon":"SPRING"/)
  await end(serving)
})

test('events --follow goes on with what comes in, a line each', async () => {
  const place = trackingPlace()
  const serving = await serveIn(place)
  await send(serving.url, '/v1/track', order('first'))
  const tail = place.start('events', '--follow', '--json', '--reveal')
  let text = ''
  tail.child.stdout?.on('data', (chunk) => (text += String(chunk)))
  const lines = async (count: number): Promise<unknown[]> => {
    while (text.split('\n').length <= count) await once(tail.child.stdout ?? tail.child, 'data')
    return text
      .trimEnd()
      .split('\n')
      .map((line) => pick(JSON.parse(line), ['userId']))
  }
  assert.deepEqual(await lines(1), ['first'])
  await send(serving.url, '/v1/track', order('second'))
  assert.deepEqual(await lines(2), ['first', 'second'])
  tail.child.kill('SIGINT')
  await tail.ended
  await end(serving)
})

test('events --rejected says why something was not taken, and how to put it right', async () => {
  const place = trackingPlace()
  const serving = await serveIn(place)
  assert.equal(await send(serving.url, '/v1/track', { userId: 'ann@example.com' }), 400)
  assert.equal(await send(serving.url, '/v1/track', { ...order('u1'), timestamp: 'soon' }), 400)
  const { stdout } = await place.rollcall('events', '--rejected')
  assert.match(
    stdout,
    /web {2}track {2}The track call has no "event" \[no-event\]\n {2}→ Send the name/,
  )
  assert.match(stdout, /The "timestamp" cannot be read \(timestamp\) \[time-unreadable\]/)
  assert.doesNotMatch(stdout, /ann@/)
  const { document } = await place.json('events', '--rejected')
  assert.deepEqual(pickAll(document, 'events', 'reason'), ['no-event', 'time-unreadable'])
  assert.doesNotMatch(JSON.stringify(document), /ann@|soon/)
  assert.match(
    (await place.rollcall('events', '--rejected', '--reveal')).stdout,
    /ann@example\.com/,
  )
  await end(serving)
})

test('what keeps the server from taking events is said with a remedy', async () => {
  const bare = new Place({ 'rollcall.yaml': definition() })
  const none = await bare.rollcall('serve', '--port', '0')
  assert.equal(none.code, 2)
  assert.match(
    none.stderr,
    /no tracking source \[definition\/no-tracking-source\][\s\S]*write_key: \{ env:/,
  )
  const place = trackingPlace()
  place.env['WEB_WRITE_KEY'] = ''
  const unset = await place.rollcall('serve', '--port', '0')
  assert.equal(unset.code, 2)
  assert.match(unset.stderr, /WEB_WRITE_KEY is empty/)
  assert.equal((await place.rollcall('check')).code, 0, 'other commands do without')
  place.env['WEB_WRITE_KEY'] = WRITE_KEY
  const source = '{ write_key: { env: WEB_WRITE_KEY } }'
  place.write(
    'rollcall.yaml',
    `version: 1\ntracking: { sources: { a: ${source}, b: ${source} } }\n`,
  )
  const same = await place.rollcall('serve', '--port', '0')
  assert.match(same.stderr, /"a" and "b" have the same write key/)
  assert.doesNotMatch(same.stderr, new RegExp(WRITE_KEY))
  const other = trackingPlace()
  const serving = await serveIn(other)
  const third = trackingPlace()
  const taken = await third.rollcall('serve', '--port', new URL(serving.url).port)
  assert.equal(taken.code, 1)
  assert.match(taken.stderr, /is taken \[server\/port-taken\]/)
  await end(serving)
})
