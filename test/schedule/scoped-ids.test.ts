// Ids that count within an app or a page: what they count within goes with them to the end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Installation, type StoryPerson } from './installation.ts'
import { Platform } from './platform.ts'

const ANN: StoryPerson = { id: '1001', email: 'ann' }
const BEN: StoryPerson = { id: '1002', email: 'ben' }
const WITHIN_AN_APP = { mapping: { EMAIL: 'email', APPUID: 'id' }, app_ids: ['4711'] }
const ON_A_PAGE = { mapping: { EMAIL: 'email', PAGEUID: 'id' }, page_id: '815' }

test('somebody known by an id within an app goes when they leave', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.sync = WITHIN_AN_APP
  shop.people = [ANN, BEN]
  await shop.done()
  assert.deepEqual(platform.cells('APPUID'), ['1001', '1002'])
  shop.people = [BEN]
  await shop.done()
  assert.deepEqual(platform.cells('APPUID'), ['1002'])
})

test('an id that two members share takes nobody out', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.sync = { mapping: { EMAIL: 'email', APPUID: 'second' }, app_ids: ['4711'] }
  const sharing = [
    { id: 'ann', email: 'ann', second: '77' },
    { id: 'ben', email: 'ben', second: '77' },
  ]
  shop.people = sharing
  await shop.done()
  shop.people = sharing.slice(1)
  await shop.done()
  assert.deepEqual(platform.inside(), ['ben'])
  assert.deepEqual(platform.cells('APPUID'), ['77'])
})

test('an id goes with the app that it was sent under, also when the sync maps it no longer', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.sync = WITHIN_AN_APP
  shop.people = [ANN, BEN]
  await shop.done()
  shop.sync = { mapping: { EMAIL: 'email' } }
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'ben'])
  assert.deepEqual(platform.cells('APPUID'), [])
})

test('ids of another page are not sent to an audience of one page', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.sync = ON_A_PAGE
  shop.people = [ANN]
  await shop.done()
  platform.takeWrites()
  shop.sync = { ...ON_A_PAGE, page_id: '816' }
  shop.people = [ANN, BEN]
  const { state, problem } = await shop.run()
  assert.deepEqual([state, problem?.code], ['blocked', 'sync/page-changed'])
  assert.deepEqual(platform.takeWrites(), [])
  shop.sync = ON_A_PAGE
  await shop.done()
  assert.deepEqual(platform.cells('PAGEUID'), ['1001', '1002'])
})
