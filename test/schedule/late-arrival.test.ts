// A request that nobody answered and that takes effect after all, where seeds hardly ever come upon it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Installation } from './installation.ts'
import { HOUR, Platform } from './platform.ts'

test('who was called invalid after an attempt without an answer is removed when they leave', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = ['ann']
  await shop.done()
  shop.people = ['ann', 'ben']
  platform.delayNextUpload()
  await platform.befall('partial_invalid', { method: 'POST', path: '/users' })
  const { sent } = await shop.done()
  assert.deepEqual([sent.added, Object.keys(sent.invalid).length], [0, 1])
  assert.deepEqual(platform.inside(), ['ann'])
  await platform.arrive()
  assert.deepEqual(platform.inside(), ['ann', 'ben'])
  platform.later(HOUR)
  shop.people = ['ann']
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann'])
})
