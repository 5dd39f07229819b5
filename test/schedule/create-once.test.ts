// One Custom Audience for one sync, whatever becomes of the request that makes it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Installation } from './installation.ts'
import { Platform } from './platform.ts'

const BUYERS = ['ann', 'ben', 'cleo']

test('an audience whose creation was not answered is found by its mark', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await platform.befall('lost_answer', { method: 'POST', path: 'customaudiences' })
  await assert.rejects(shop.run(), { code: 'destination/no-answer' })
  assert.deepEqual(platform.inside(), [])
  await shop.done()
  assert.deepEqual(platform.inside(), BUYERS)
})

test('a run that died before it created the audience creates it once', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.dies('before create')
  assert.deepEqual(platform.audiences, [])
  await shop.done()
  assert.deepEqual(platform.inside(), BUYERS)
})

test('a run that died after it created the audience finds it by its mark', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.dies('after create')
  const made = platform.audience
  await shop.done()
  assert.equal(platform.audience, made)
  assert.deepEqual(platform.inside(), BUYERS)
})

test('an audience is kept from the moment at which it is bound', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.dies('after bindRemote')
  await shop.done()
  shop.people = ['ann', 'cleo']
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'cleo'])
})

test('nobody to send makes no audience', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  await shop.done()
  assert.deepEqual(platform.audiences, [])
})
