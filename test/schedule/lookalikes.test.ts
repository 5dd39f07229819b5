// Lookalikes: made once from what was sent, kept, and never a reason for which people are not sent.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { FinishedRun } from '../../src/app/run.ts'
import { Installation } from './installation.ts'
import { HOUR, Platform } from './platform.ts'

/** Enough for Meta to make a lookalike of those whom it finds. */
const CROWD = Array.from({ length: 200 }, (_, index) => `person${index}`)
const ONE = { lookalikes: [{ country: 'DE', ratio: '1%' }] }
const TWO = { lookalikes: [...ONE.lookalikes, { country: ['AT', 'DE'], from: '1%', to: '3%' }] }

function open(t: TestContext): { platform: Platform; shop: Installation } {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = CROWD
  shop.sync = ONE
  return { platform, shop }
}

/** State and, where there is one, problem of each lookalike. */
const states = ({ lookalikes }: FinishedRun): string[] =>
  lookalikes.map(({ state, problem }) => `${state}${problem === null ? '' : ` ${problem.code}`}`)

const creations = (platform: Platform): number =>
  platform.takeWrites().filter((write) => write.endsWith('/customaudiences')).length

test('lookalikes are made after the first send and kept from then on', async (t) => {
  const { platform, shop } = open(t)
  shop.sync = TWO
  const first = await shop.done()
  assert.deepEqual(states(first), ['made', 'made'])
  const names = platform.lookalikes.map(({ name }) => name).toSorted()
  assert.deepEqual(names, [
    'Lookalike (AT DE, 1% to 3%) of Everyone',
    'Lookalike (DE, 1%) of Everyone',
  ])
  assert.ok(platform.lookalikes.every(({ originId }) => originId === first.remoteId))
  platform.takeWrites()
  platform.later(2 * HOUR)
  const second = await shop.done()
  assert.deepEqual(states(second), ['there', 'there'])
  assert.deepEqual(second.lookalikes[0]?.stateText, 'Ready')
  assert.deepEqual(platform.takeWrites(), [])
})

test('too few people make no lookalike and no failure, and it is asked again', async (t) => {
  const { platform, shop } = open(t)
  shop.people = CROWD.slice(0, 20)
  assert.deepEqual(states(await shop.done()), ['refused meta/lookalike-source-too-small'])
  assert.equal(platform.lookalikes.length, 0)
  shop.people = CROWD
  assert.deepEqual(states(await shop.done()), ['made'])
})

test('a lookalike whose creation was not answered is found by its mark', async (t) => {
  const { platform, shop } = open(t)
  shop.sync = {}
  await shop.done()
  shop.sync = ONE
  await platform.befall('lost_answer', { method: 'POST', path: 'customaudiences' })
  assert.deepEqual(states(await shop.done()), ['unanswered destination/no-answer'])
  assert.deepEqual(states(await shop.done()), ['there'])
  assert.equal(platform.lookalikes.length, 1)
  assert.equal(creations(platform), 2)
})

test('a run that died after it made a lookalike finds it by its mark', async (t) => {
  const { platform, shop } = open(t)
  await shop.dies('after createLookalike')
  assert.deepEqual(states(await shop.done()), ['there'])
  assert.equal(platform.lookalikes.length, 1)
})

test('the lookalike of a lost state folder is known again', async (t) => {
  const { platform, shop } = open(t)
  const { remoteId } = await shop.done()
  shop.loseState()
  shop.sync = { ...ONE, custom_audience: remoteId }
  assert.deepEqual(states(await shop.done({ adopt: 'replace' })), ['there'])
  assert.equal(platform.lookalikes.length, 1)
})

test('a lookalike that was deleted at the platform is told of, and made again when asked', async (t) => {
  const { platform, shop } = open(t)
  await shop.done()
  platform.deleted(platform.lookalikes[0]?.id ?? '')
  for (let run = 0; run < 2; run += 1)
    assert.deepEqual(states(await shop.done()), ['deleted sync/lookalike-deleted'])
  assert.deepEqual(states(await shop.done({ recreate: true })), ['made'])
  assert.deepEqual(states(await shop.done()), ['there'])
})

test('a changed lookalike is another one, and the old one is left where it is', async (t) => {
  const { platform, shop } = open(t)
  await shop.done()
  const old = platform.lookalikes[0]?.id ?? ''
  shop.sync = { lookalikes: [{ country: 'DE', ratio: '2%' }] }
  assert.deepEqual(states(await shop.done()), ['made', 'left sync/lookalike-left'])
  assert.equal(platform.lookalikes.length, 2)
  const again = await shop.done()
  assert.deepEqual(states(again), ['there', 'left sync/lookalike-left'])
  assert.equal(again.lookalikes[1]?.id, old)
  shop.sync = {}
  assert.equal((await shop.done()).lookalikes.length, 2)
  platform.deleted(old)
  assert.equal((await shop.done()).lookalikes.length, 1)
})

test('an audience that is made anew gets lookalikes of its own', async (t) => {
  const { platform, shop } = open(t)
  const { remoteId } = await shop.done()
  platform.deleted(remoteId ?? '')
  const made = await shop.done({ recreate: true })
  assert.deepEqual(states(made), ['made', 'left sync/lookalike-left'])
  const seeds = new Set(platform.lookalikes.map(({ originId }) => originId))
  assert.deepEqual(seeds, new Set([remoteId, made.remoteId]))
})

test('a lookalike keeps the name of its audience', async (t) => {
  const { platform, shop } = open(t)
  await shop.done()
  shop.sync = { ...ONE, name: 'All of them' }
  await shop.done()
  assert.deepEqual(platform.lookalikes[0]?.name, 'Lookalike (DE, 1%) of All of them')
})

test('people are sent while the account is throttled for its lookalikes, and it is left alone then', async (t) => {
  const { platform, shop } = open(t)
  shop.sync = {}
  await shop.done()
  platform.takeWrites()
  shop.sync = TWO
  shop.people = CROWD.slice(1)
  const match = { method: 'POST', path: 'customaudiences' }
  await platform.befall('graph_error', match, { error: 'audienceLimit' })
  const throttled = 'refused meta/audience-calls-used-up'
  assert.deepEqual(states(await shop.done()), [throttled, throttled])
  assert.equal(platform.inside(platform.audience).length, 199)
  assert.equal(creations(platform), 1)
  assert.equal((await shop.run()).state, 'waiting')
  platform.later(HOUR)
  assert.deepEqual(states(await shop.done()), ['made', 'made'])
})

test('nothing is made on a live account before a person approved, lookalikes neither', async (t) => {
  const { platform, shop } = open(t)
  shop.isLive = true
  shop.people = []
  const id = await platform.prefilled(CROWD)
  shop.sync = { ...ONE, mode: 'add_only', custom_audience: id, guard: { empty: 'off' } }
  const held = await shop.run({ adopt: 'merge' })
  assert.deepEqual(
    held.holds.map(({ guard }) => guard),
    ['first_live'],
  )
  assert.equal(platform.lookalikes.length, 0)
  assert.deepEqual(states(await shop.done({ adopt: 'merge', approveAll: true })), ['made'])
  // Who let it pass once is not asked again.
  platform.deleted(platform.lookalikes[0]?.id ?? '')
  assert.deepEqual(states(await shop.done({ recreate: true })), ['made'])
})
