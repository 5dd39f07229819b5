// What stops a run until a person approves, and how far an approval goes.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Guard } from '../../src/core/sync/guard.ts'
import { Installation, type StoryPerson } from './installation.ts'
import { HOUR, Platform } from './platform.ts'

type People = readonly (string | StoryPerson)[]

const crowd = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `p${String(from + index).padStart(4, '0')}`)

/** An audience with these people in it, but for those whose addresses are on the do-not-send list. */
async function holding(
  t: TestContext,
  people: People,
  listed: readonly string[] = [],
): Promise<{ platform: Platform; shop: Installation }> {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = people
  shop.doNotSend = ['email', ...listed.map((name) => `${name}@example.com`)]
  if (people.length > 0) await shop.done()
  platform.takeWrites()
  return { platform, shop }
}

/** The next run is held for exactly this, and asks the platform for no change. */
async function isHeld(
  { platform, shop }: { platform: Platform; shop: Installation },
  guard: Guard,
  count: number,
): Promise<void> {
  const { state, holds } = await shop.run()
  assert.deepEqual(
    [state, ...holds.map((hold) => `${hold.guard}=${hold.count}`)],
    ['held', `${guard}=${count}`],
  )
  assert.deepEqual(platform.takeWrites(), [])
}

const unnamed = (count: number): StoryPerson[] =>
  Array.from({ length: count }, (_, index) => ({ id: `nobody${index}` }))

interface Case {
  readonly guard: Guard
  readonly count: number
  readonly before: People
  readonly after: People
  /** Who was on the do-not-send list before, and is not after. */
  readonly listed?: readonly string[]
  /** How the definition turns it off. */
  readonly off: Readonly<Record<string, string>>
  readonly inside: readonly string[]
}

const CASES: readonly Case[] = [
  {
    guard: 'empty',
    count: 3,
    before: crowd(0, 3),
    after: [],
    off: { empty: 'off' },
    inside: [],
  },
  {
    guard: 'removed',
    count: 101,
    before: crowd(0, 300),
    after: crowd(101, 300),
    off: { max_removed: 'off' },
    inside: crowd(101, 300),
  },
  {
    guard: 'added',
    count: 1_001,
    before: crowd(0, 3),
    after: crowd(0, 1_004),
    off: { max_added: 'off' },
    inside: crowd(0, 1_004),
  },
  {
    guard: 'unusable',
    count: 2,
    before: crowd(0, 20),
    after: [...crowd(0, 20), ...unnamed(2)],
    off: { max_unusable: 'off' },
    inside: crowd(0, 20),
  },
  {
    guard: 'unlisted',
    count: 150,
    before: crowd(0, 300),
    after: crowd(0, 300),
    listed: crowd(0, 150),
    off: { max_unlisted: 'off' },
    inside: crowd(0, 300),
  },
]

for (const { guard, count, before, after, listed, off, inside } of CASES) {
  test(`the guard "${guard}" holds until so much is approved`, async (t) => {
    const story = await holding(t, before, listed)
    const { platform, shop } = story
    shop.people = after
    shop.doNotSend = ['email']
    await isHeld(story, guard, count)
    await shop.approve(guard, count - 1)
    await isHeld(story, guard, count)
    await shop.approve(guard, count)
    await shop.done()
    assert.deepEqual(platform.inside(), inside)
  })

  test(`the guard "${guard}" is off where the definition says so`, async (t) => {
    const { platform, shop } = await holding(t, before, listed)
    shop.people = after
    shop.doNotSend = ['email']
    shop.sync = { guard: off }
    await shop.done()
    assert.deepEqual(platform.inside(), inside)
  })
}

test('the guard "normaliser" holds what other rules would send', async (t) => {
  const story = await holding(t, ['ann'])
  const { platform, shop } = story
  shop.people = ['ann', 'ben']
  shop.ageNormaliser()
  await isHeld(story, 'normaliser', 1)
  await shop.approve('normaliser', 1)
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'ben'])
  shop.people = ['ann', 'ben', 'cleo']
  await shop.done()
})

test('the guard "first_live" holds the first send to a live account, and no later one', async (t) => {
  const story = await holding(t, [])
  const { platform, shop } = story
  shop.isLive = true
  shop.people = ['ann', 'ben']
  await isHeld(story, 'first_live', 2)
  await shop.approve('first_live', 2)
  await shop.done()
  shop.people = ['ann', 'ben', 'cleo']
  await shop.done()
  assert.deepEqual(platform.inside(), ['ann', 'ben', 'cleo'])
})

test('a first run that is held makes no audience', async (t) => {
  const story = await holding(t, [])
  story.shop.people = ['ann', ...unnamed(1)]
  await isHeld(story, 'unusable', 1)
  assert.deepEqual(story.platform.audiences, [])
})

test('an approval of one guard is none of another', async (t) => {
  const story = await holding(t, crowd(0, 300))
  story.shop.people = crowd(150, 300)
  await story.shop.approve('added', 1_000)
  await story.shop.approve('empty', 1_000)
  await isHeld(story, 'removed', 150)
})

test('an approval ends after 24 hours', async (t) => {
  const story = await holding(t, crowd(0, 300))
  const { platform, shop } = story
  shop.people = crowd(150, 300)
  await shop.approve('removed', 150)
  platform.later(25 * HOUR)
  await isHeld(story, 'removed', 150)
})

test('an approval is for one run, and the next one is held again', async (t) => {
  const story = await holding(t, crowd(0, 600))
  const { platform, shop } = story
  shop.people = crowd(200, 600)
  await shop.approve('removed', 200)
  await shop.done()
  platform.takeWrites()
  shop.people = crowd(350, 600)
  await isHeld(story, 'removed', 150)
})

test('an approval is used up by the run that it let pass, also when that run died', async (t) => {
  const story = await holding(t, crowd(0, 300))
  const { platform, shop } = story
  shop.people = crowd(150, 300)
  await shop.approve('removed', 150)
  await shop.dies('after publishPlan')
  platform.takeWrites()
  await isHeld(story, 'removed', 150)
})

test('an approval given after a run died is for the next one', async (t) => {
  const { platform, shop } = await holding(t, crowd(0, 300))
  shop.people = crowd(150, 300)
  await shop.approve('removed', 150)
  await shop.dies('after publishPlan')
  await shop.approve('removed', 150)
  await shop.done()
  assert.deepEqual(platform.inside(), crowd(150, 300))
})

test('an approval lets pass what the newest definition wants, never the plan that was held', async (t) => {
  const story = await holding(t, crowd(0, 300))
  const { platform, shop } = story
  shop.people = crowd(150, 300)
  await isHeld(story, 'removed', 150)
  await shop.approve('removed', 150)
  // Most came back, and others left.
  shop.people = crowd(0, 290)
  await shop.done()
  assert.deepEqual(platform.inside(), crowd(0, 290))
})
