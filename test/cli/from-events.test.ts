// The whole way of a company with nothing but an app: its client's calls, its people, an audience of what they did, Meta.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serveIn, WRITE_KEY } from '../collect/serving.ts'
import { pick, Place } from './rollcall.ts'

const DEFINITION = `version: 1
tracking: { sources: { web: { write_key: { env: WEB_WRITE_KEY } } } }
audiences:
  buyers:
    name: Bought twice
    model: profiles
    where: { did: Order Completed, count: { gte: 2 }, within: 30d, where: { property: revenue, gte: 10 } }
destinations:
  meta: { type: meta }
syncs:
  buyers_to_meta:
    audience: buyers
    destination: meta
    mapping: { EMAIL: email, PHONE: phone }
`

const call = async (url: string, kind: string, body: object): Promise<void> => {
  const text = JSON.stringify({ writeKey: WRITE_KEY, ...body })
  assert.equal((await fetch(`${url}/v1/${kind}`, { method: 'POST', body: text })).status, 200)
}

const order = (revenue: number): object => ({ event: 'Order Completed', properties: { revenue } })

test('what an app sends becomes an audience at Meta, also what came before its people were known', async (context) => {
  const place = new Place({ 'rollcall.yaml': DEFINITION })
  place.env['WEB_WRITE_KEY'] = WRITE_KEY
  const none = await place.json('plan')
  assert.equal(none.code, 0)

  const { url, child, ended } = await serveIn(place)
  context.after(() => child.kill('SIGKILL'))
  for (const person of ['ann', 'ben', 'cleo']) {
    await call(url, 'track', { anonymousId: `visitor-${person}`, ...order(20) })
    const traits = { email: `${person}@example.com`, phone: '+12025550100' }
    await call(url, 'identify', { anonymousId: `visitor-${person}`, userId: person, traits })
  }
  // Ann and Ben buy again, Ben for too little; the same message twice counts once.
  await call(url, 'track', { userId: 'ann', messageId: 'again', ...order(30) })
  await call(url, 'track', { userId: 'ben', ...order(5) })
  for (let copy = 0; copy < 2; copy += 1)
    await call(url, 'track', { userId: 'cleo', messageId: 'once', event: 'Viewed' })

  const first = await place.json('sync')
  assert.deepEqual(pick(first.document, ['runs', 0, 'work', 'people', 'members']), 1)
  assert.deepEqual(pick(first.document, ['runs', 0, 'accepted']), { added: 1, removed: 0 })

  await call(url, 'track', { userId: 'cleo', ...order(40) })
  const second = await place.json('sync')
  assert.deepEqual(pick(second.document, ['runs', 0, 'accepted']), { added: 1, removed: 0 })
  const preview = await place.json('audience', 'preview', 'buyers')
  assert.equal(pick(preview.document, ['size']), 2)

  // The message may still be waiting for more to be taken in with.
  await call(url, 'track', { userId: 'ben', ...order(50) })
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  assert.equal(code, 0)
  assert.doesNotMatch(stderr, /Cannot/)
})
