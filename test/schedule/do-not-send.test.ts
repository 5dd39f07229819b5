// Whoever is on the do-not-send list is out, whatever happens to the list, to requests and to guards meanwhile.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Installation } from './installation.ts'
import { HOUR, Platform } from './platform.ts'

const LISTED = ['email', 'ann@example.com', 'ben@example.com']

test('a list that is half written for a moment brings nobody back for good', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = ['ann', 'ben', 'cleo']
  await shop.done()
  shop.writeDoNotSend(LISTED)
  const wake = await shop.sleeps('before publishPlan')
  shop.writeDoNotSend(LISTED.slice(0, 2))
  await wake()
  shop.writeDoNotSend(LISTED)
  await shop.done({ approveAll: true })
  assert.deepEqual(platform.inside(), ['cleo'])
})

test('where too few would be left, a run that a guard holds says why somebody on the list is still in', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = ['ann', 'ben', 'cleo']
  await shop.done()
  shop.writeDoNotSend(LISTED.slice(0, 2))
  shop.people = []
  await platform.befall('too_small_to_remove', { method: 'DELETE', path: '/users' })
  const { state, problem } = await shop.run()
  assert.deepEqual([state, problem?.code], ['held', 'meta/too-small-to-remove'])
  const later = await shop.run()
  assert.deepEqual([later.state, later.problem], ['held', null])
  assert.deepEqual(platform.inside(), ['ben', 'cleo'])
})

test('people on the list are not held against the definition as people without a usable key', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = Array.from({ length: 20 }, (_, number) => `p${number}`)
  await shop.done()
  shop.writeDoNotSend(['email', 'p1@example.com', 'p2@example.com'])
  const { plan } = await shop.done()
  assert.deepEqual([plan?.members, plan?.unusable, plan?.rows.suppressed], [18, 0, 2])
  const next = await shop.done()
  assert.deepEqual([next.plan?.members, next.plan?.unusable], [18, 0])
})

test('a pause that a clock a year ahead wrote is not waited for', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = ['ann']
  await shop.done()
  const year = 24 * 365 * HOUR
  platform.later(year)
  await platform.befall('throttle', { method: 'POST', path: '/users' }, { minutes: 5 })
  shop.people = ['ann', 'ben']
  assert.equal((await shop.run()).state, 'waiting')
  platform.later(-year)
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'ben'])
})
