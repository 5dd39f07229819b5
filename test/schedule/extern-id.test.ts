// What an EXTERN_ID may do to people: Meta remembers whom it was ever sent with.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Installation } from './installation.ts'
import { Platform } from './platform.ts'

const IDS_ALONE = { mapping: { EXTERN_ID: 'id' } }

test('a partner who stays is not taken out by the EXTERN_ID of one who leaves', async (t) => {
  const platform = new Platform('people')
  const shop = new Installation(t, platform)
  shop.people = [
    { id: 'ann', email: 'family' },
    { id: 'ben', email: 'ben', second: 'family' },
    'cleo',
  ]
  await shop.done()
  assert.deepEqual(platform.people(), ['ben', 'cleo', 'family'])
  shop.people = [{ id: 'ann', email: 'family' }, 'cleo']
  await shop.done()
  assert.deepEqual(platform.people(), ['cleo', 'family'])
})

test('a partner who stays is not taken out by one who was left with an EXTERN_ID alone', async (t) => {
  const platform = new Platform('people')
  const shop = new Installation(t, platform)
  shop.sync = { guard: { max_unusable: 'off' } }
  shop.people = [
    { id: 'ann', email: 'family' },
    { id: 'ben', email: 'family' },
  ]
  await shop.done()
  shop.people = [{ id: 'ann', email: 'family' }, { id: 'ben' }]
  await shop.done()
  shop.people = [{ id: 'ann', email: 'family' }]
  await shop.done()
  assert.deepEqual(platform.people(), ['family'])
})

test('somebody known by an EXTERN_ID alone goes when they leave', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.sync = IDS_ALONE
  shop.people = ['ann', 'ben', 'cleo']
  await shop.done()
  assert.deepEqual(platform.inside(), ['#ann', '#ben', '#cleo'])
  shop.people = ['ann', 'cleo']
  await shop.done()
  assert.deepEqual(platform.inside(), ['#ann', '#cleo'])
})

test('somebody known by an EXTERN_ID alone goes also when the sync maps addresses meanwhile', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.sync = IDS_ALONE
  shop.people = ['ann', 'ben', 'cleo']
  await shop.done()
  shop.sync = {}
  shop.people = ['ann', 'cleo']
  await shop.done()
  assert.ok(!platform.inside().includes('#ben'))
  assert.deepEqual(
    platform.inside().filter((name) => !name.startsWith('#')),
    ['ann', 'cleo'],
  )
})

test('whose address is on the do-not-send list does not come back through their EXTERN_ID', async (t) => {
  // Were adds also matched by a remembered EXTERN_ID, only this rule would keep her out.
  const platform = new Platform('people', true)
  const shop = new Installation(t, platform)
  shop.sync = { guard: { max_unusable: 'off' } }
  shop.people = ['ann', 'ben', 'cleo']
  await shop.done()
  shop.doNotSend = ['email,customer_id', 'cleo@example.com,']
  for (let runs = 0; runs < 3; runs += 1) {
    await shop.done()
    assert.deepEqual(platform.people(), ['ann', 'ben'])
  }
})

test('whose EXTERN_ID is on the do-not-send list is not sent by an address either', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.sync = { guard: { max_unusable: 'off' } }
  shop.people = ['ann', { id: 'ben', email: 'ben', second: 'ben.old' }]
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'ben', 'ben.old'])
  shop.doNotSend = ['email,customer_id', ',ben']
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann'])
})
