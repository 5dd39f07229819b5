// Rows that are in the audience although the last answer said otherwise, where seeds hardly ever come upon them.
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

test('who was taken in with others and called invalid alone is removed when they leave', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = ['ann']
  await shop.done()
  shop.people = ['ann', 'ben', 'cleo']
  const invalid = async (name: string, named: number, times: number): Promise<void> =>
    platform.befall(
      'partial_invalid',
      { method: 'POST', path: '/users' },
      { containing: platform.digestOf(`${name}@example.com`), named, times },
    )
  // Of ben and cleo together one is invalid, and which is not said; then, in whichever half he is, ben.
  await invalid('cleo', 0, 1)
  await invalid('ben', 1, 2)
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'ben', 'cleo'])
  shop.people = ['ann', 'cleo']
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'cleo'])
})
