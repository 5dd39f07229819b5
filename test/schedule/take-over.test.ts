// An audience that exists already, with strangers in it or with another who keeps it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Installation } from './installation.ts'
import { HOUR, Platform } from './platform.ts'

const BUYERS = ['ann', 'ben', 'cleo']
const STRANGERS = ['xaver', 'yara']

test('what is to become of strangers is asked before anything is sent', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  shop.sync = { custom_audience: await platform.prefilled(STRANGERS) }
  const { state, problem } = await shop.run()
  assert.deepEqual([state, problem?.code], ['blocked', 'sync/strangers'])
  assert.deepEqual(platform.takeWrites(), [])
  assert.deepEqual(platform.inside(), STRANGERS)
})

test('with --adopt merge strangers stay, and are never removed', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  shop.sync = { custom_audience: await platform.prefilled(STRANGERS) }
  await shop.done({ adopt: 'merge' })
  assert.deepEqual(platform.inside(), [...BUYERS, ...STRANGERS])
  shop.people = ['ann', 'dora']
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'dora', ...STRANGERS])
  shop.people = []
  await shop.done({ empty: true, approveAll: true })
  assert.deepEqual(platform.inside(), STRANGERS)
})

test('with --adopt replace strangers go', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = [...BUYERS, 'yara']
  shop.sync = { custom_audience: await platform.prefilled(STRANGERS) }
  await shop.done({ adopt: 'replace' })
  assert.deepEqual(platform.inside(), [...BUYERS, 'yara'])
  shop.people = BUYERS
  await shop.done()
  assert.deepEqual(platform.inside(), BUYERS)
})

test('a replacement that died leaves nobody unknown: the next one takes strangers out', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  shop.sync = { custom_audience: await platform.prefilled(STRANGERS) }
  await shop.dies('after publishPlan', { adopt: 'replace' })
  platform.later(HOUR)
  await shop.done({ adopt: 'replace' })
  assert.deepEqual(platform.inside(), BUYERS)
})

test('after a take-over that a guard held it is asked again', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = [...BUYERS, { id: 'dora' }]
  shop.sync = { custom_audience: await platform.prefilled(STRANGERS) }
  const { holds } = await shop.run({ adopt: 'merge' })
  assert.deepEqual(
    holds.map(({ guard }) => guard),
    ['unusable'],
  )
  shop.people = BUYERS
  const { problem } = await shop.run()
  assert.equal(problem?.code, 'sync/strangers')
  assert.deepEqual(platform.inside(), STRANGERS)
})

for (const valueBased of [true, false])
  test(`an audience ${valueBased ? 'of' : 'without'} values is not sent the other kind of rows`, async (t) => {
    const platform = new Platform()
    const shop = new Installation(t, platform)
    shop.people = BUYERS
    shop.sync = {
      custom_audience: await platform.prefilled([], valueBased),
      ...(valueBased ? {} : { value: 'id' }),
    }
    const { state, problem } = await shop.run({ adopt: 'replace' })
    assert.deepEqual([state, problem?.code], ['blocked', 'sync/value-mismatch'])
    assert.deepEqual(platform.takeWrites(), [])
  })

test('an audience that another installation keeps is not merged into', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.done()
  const branch = new Installation(t, platform)
  branch.people = ['dora']
  branch.sync = { custom_audience: platform.audience }
  for (const adopt of [null, 'merge'] as const) {
    platform.takeWrites()
    const { state, problem } = await branch.run({ adopt })
    assert.deepEqual([state, problem?.code], ['blocked', 'sync/kept-elsewhere'])
    assert.deepEqual(platform.takeWrites(), [])
  }
})

test('an installation whose audience was taken over elsewhere stops, until --full', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.done()
  const branch = new Installation(t, platform)
  branch.people = ['dora']
  branch.sync = { custom_audience: platform.audience }
  await branch.done({ adopt: 'replace' })
  assert.deepEqual(platform.inside(), ['dora'])
  platform.takeWrites()
  shop.people = ['ann', 'ben']
  await assert.rejects(shop.run(), { code: 'sync/kept-elsewhere' })
  assert.deepEqual(platform.takeWrites(), [])
  await shop.done({ full: true })
  assert.deepEqual(platform.inside(), ['ann', 'ben'])
})

test('a plan left open for one audience is folded before the sync is bound to another', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.done()
  const old = platform.audience
  shop.people = [...BUYERS, 'dora']
  await shop.dies('after settle')
  assert.deepEqual(platform.inside(old), [...BUYERS, 'dora'])
  const other = await platform.prefilled(STRANGERS)
  shop.sync = { custom_audience: other }
  await shop.done({ adopt: 'merge' })
  assert.deepEqual(platform.inside(other), [...BUYERS, 'dora', ...STRANGERS])
  assert.deepEqual(platform.inside(old), [...BUYERS, 'dora'])
  // Who was in the old audience is still known there, and who is not yet surely in is sent.
  shop.people = ['ann', 'cleo', 'dora', 'emil']
  shop.sync = { custom_audience: old }
  await shop.done({ adopt: 'merge' })
  assert.deepEqual(platform.inside(old), ['ann', 'cleo', 'dora', 'emil'])
})

test('an audience that was let go of is not believed to be as it was left', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.done()
  const old = platform.audience
  shop.sync = { custom_audience: await platform.prefilled([]) }
  await shop.done({ adopt: 'merge' })
  await platform.takeOut(['ann', 'ben'], old)
  assert.deepEqual(platform.inside(old), ['cleo'])
  shop.sync = { custom_audience: old }
  await shop.done({ adopt: 'merge' })
  assert.deepEqual(platform.inside(old), BUYERS)
})

test('a copy of the state from when its ledger was doubted is not believed either', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.done()
  const old = platform.audience
  shop.sync = { custom_audience: await platform.prefilled([]) }
  await shop.done({ adopt: 'merge' })
  shop.sync = { custom_audience: old }
  // Bound again, and held: nothing is known for sure of whom the audience holds.
  shop.people = []
  assert.equal((await shop.run({ adopt: 'merge' })).state, 'held')
  shop.copyState()
  shop.people = [...BUYERS, 'dora']
  await shop.done({ adopt: 'merge' })
  shop.restoreState()
  shop.people = BUYERS
  await assert.rejects(shop.run({ adopt: 'merge' }), { code: 'sync/state-restored' })
  await shop.done({ full: true, adopt: 'merge' })
  assert.deepEqual(platform.inside(old), BUYERS)
})

test('a worker that slept does not send to an audience that was made since', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = ['ann']
  await shop.done()
  shop.people = ['ann', 'ben']
  const wake = await shop.sleeps('after intend')
  platform.deleted(platform.audience)
  shop.people = ['ann']
  await shop.done({ recreate: true })
  await wake()
  assert.deepEqual(platform.inside(), ['ann'])
})
