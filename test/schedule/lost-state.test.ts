// A state folder that is gone, damaged, or older than what was sent.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Installation } from './installation.ts'
import { Platform } from './platform.ts'

const BUYERS = ['ann', 'ben', 'cleo']

/** Three people are in the audience; then one leaves and one enters. */
async function sentBefore(t: TestContext): Promise<{ platform: Platform; shop: Installation }> {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = BUYERS
  await shop.done()
  platform.takeWrites()
  shop.people = ['ann', 'cleo', 'dora']
  return { platform, shop }
}

async function isMadeBefore(shop: Installation, platform: Platform): Promise<void> {
  const { state, problem } = await shop.run()
  assert.deepEqual([state, problem?.code], ['blocked', 'sync/made-before'])
  assert.ok(problem?.message.includes(platform.audience))
  assert.deepEqual(platform.takeWrites(), [])
}

test('a state folder that knows nothing does not make a second audience', async (t) => {
  const { platform, shop } = await sentBefore(t)
  shop.loseState()
  await isMadeBefore(shop, platform)
  assert.deepEqual(platform.inside(), BUYERS)
})

test('the audience of a lost state folder is made right by custom_audience and --adopt replace', async (t) => {
  const { platform, shop } = await sentBefore(t)
  shop.loseState()
  await isMadeBefore(shop, platform)
  shop.sync = { custom_audience: platform.audience }
  await shop.done({ adopt: 'replace' })
  assert.deepEqual(platform.inside(), ['ann', 'cleo', 'dora'])
  shop.people = ['cleo', 'dora']
  await shop.done()
  assert.deepEqual(platform.inside(), ['cleo', 'dora'])
})

test('with --recreate the audience of a lost state folder stays as it is beside a new one', async (t) => {
  const { platform, shop } = await sentBefore(t)
  const old = platform.audience
  shop.loseState()
  await shop.done({ recreate: true })
  const made = platform.audiences.filter((id) => id !== old)
  assert.equal(made.length, 1)
  assert.deepEqual(platform.inside(made[0]), ['ann', 'cleo', 'dora'])
  assert.deepEqual(platform.inside(old), BUYERS)
  await shop.done()
  assert.equal(platform.audiences.length, 2)
})

test('an old audience is not taken for the new one that --recreate was to make', async (t) => {
  const { platform, shop } = await sentBefore(t)
  shop.loseStateFile()
  await shop.dies('before create', { recreate: true })
  await isMadeBefore(shop, platform)
  shop.sync = { custom_audience: platform.audience }
  const { problem } = await shop.run()
  assert.equal(problem?.code, 'sync/strangers')
  await shop.done({ adopt: 'replace' })
  assert.deepEqual(platform.inside(), ['ann', 'cleo', 'dora'])
})

test('a damaged state file stops everything, and moving it away leads to the audience', async (t) => {
  const { platform, shop } = await sentBefore(t)
  shop.damageState()
  await assert.rejects(shop.run(), { code: 'store/corrupt', next: 'act' })
  assert.deepEqual(platform.takeWrites(), [])
  shop.loseState()
  await isMadeBefore(shop, platform)
  shop.sync = { custom_audience: platform.audience }
  await shop.done({ adopt: 'replace' })
  assert.deepEqual(platform.inside(), ['ann', 'cleo', 'dora'])
})

const crowd = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `p${String(from + index).padStart(5, '0')}`)

test('a state folder from before small changes is not believed when it is put back', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = crowd(0, 50)
  await shop.done()
  shop.copyState()
  for (const from of [1, 2]) {
    shop.people = crowd(from, from + 50)
    await shop.done()
  }
  platform.takeWrites()
  shop.restoreState()
  await assert.rejects(shop.run(), { code: 'sync/state-restored', next: 'act' })
  assert.deepEqual(platform.takeWrites(), [])
})

test('a state folder from before a run that died is not believed when it is put back', async (t) => {
  const { platform, shop } = await sentBefore(t)
  shop.copyState()
  await shop.dies('after settle')
  shop.restoreState()
  shop.people = ['ann', 'cleo']
  platform.takeWrites()
  await assert.rejects(shop.run(), { code: 'sync/state-restored', next: 'act' })
  assert.deepEqual(platform.takeWrites(), [])
  await shop.done({ full: true })
  assert.deepEqual(platform.inside(), ['ann', 'cleo'])
})

test('nothing is sent to an audience whose mark cannot be moved', async (t) => {
  const { platform, shop } = await sentBefore(t)
  const marking = { method: 'POST', path: `/${platform.audience}` }
  await platform.befall('html_500', marking, { times: 3 })
  shop.people = ['ann', 'dora']
  platform.takeWrites()
  assert.equal((await shop.run()).state, 'failed')
  assert.equal(new Set(platform.takeWrites()).size, 1)
  await shop.done({ approveAll: true })
  assert.deepEqual(platform.inside(), ['ann', 'dora'])
})

test('after thousands came and went, a state folder that was put back is made right by --full', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = crowd(0, 12_000)
  await shop.done()
  shop.copyState()
  for (const [from, to] of [
    [700, 12_700],
    [1_500, 13_500],
  ] as const) {
    shop.people = crowd(from, to)
    await shop.done()
  }
  platform.takeWrites()
  shop.restoreState()
  await assert.rejects(shop.run(), { code: 'sync/state-restored', next: 'act' })
  assert.deepEqual(platform.takeWrites(), [])
  await shop.done({ full: true })
  assert.deepEqual(platform.inside(), crowd(1_500, 13_500))
  const { sent } = await shop.done()
  assert.equal(sent.requests, 0)
})
