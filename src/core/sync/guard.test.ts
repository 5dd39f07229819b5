import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlanCounts } from './count.ts'
import { DEFAULT_GUARDS, holds, type Approval } from './guard.ts'

const quiet = {
  normaliserChanged: false,
  firstLive: false,
  lookalikes: 0,
  unlisted: { lost: 0, of: 0 },
}

function counts(some: Partial<PlanCounts>): PlanCounts {
  return {
    members: 1000,
    withoutConsent: 0,
    present: 1000,
    entered: 0,
    changed: 0,
    left: 0,
    withdrawn: 0,
    unusable: 0,
    removing: 0,
    rows: {
      add: 0,
      remove: 0,
      reassert: 0,
      replaced: 0,
      returning: 0,
      value: 0,
      suppressed: 0,
      withdrawn: 0,
      covered: 0,
    },
    rejected: [],
    suppressed: 0,
    ...some,
  }
}

const guardsOf = (some: Partial<PlanCounts>, occasion = quiet): string[] =>
  holds(counts(some), occasion, DEFAULT_GUARDS, [], 0).map(({ guard }) => guard)

test('an audience that becomes empty is held, one that always was is not', () => {
  assert.deepEqual(guardsOf({ members: 0, present: 500 }), ['empty'])
  assert.deepEqual(guardsOf({ members: 0, present: 0 }), [])
})

test('removals are held over thirty per cent and over a hundred people, both', () => {
  assert.deepEqual(guardsOf({ removing: 301 }), ['removed'])
  assert.deepEqual(guardsOf({ removing: 300 }), [])
  assert.deepEqual(guardsOf({ removing: 100, present: 150 }), [])
  assert.deepEqual(guardsOf({ removing: 101, present: 150 }), ['removed'])
})

test('additions are held over twice the present size and over a thousand, but not on a first run', () => {
  assert.deepEqual(guardsOf({ entered: 2001, members: 3001 }), ['added'])
  assert.deepEqual(guardsOf({ entered: 2000, members: 3000 }), [])
  assert.deepEqual(guardsOf({ entered: 1000, present: 10, members: 1010 }), [])
  assert.deepEqual(guardsOf({ entered: 1_000_000, present: 0, members: 1_000_000 }), [])
})

test('more than five per cent without a usable key are held', () => {
  assert.deepEqual(guardsOf({ unusable: 51 }), ['unusable'])
  assert.deepEqual(guardsOf({ unusable: 50 }), [])
})

test('a do-not-send list that lost over thirty per cent and over a hundred identifiers is held', () => {
  const shrunk = (lost: number, of: number): string[] =>
    guardsOf({}, { ...quiet, unlisted: { lost, of } })
  assert.deepEqual(shrunk(301, 1000), ['unlisted'])
  assert.deepEqual(shrunk(300, 1000), [])
  assert.deepEqual(shrunk(101, 150), ['unlisted'])
  assert.deepEqual(shrunk(100, 150), [])
})

test('a changed normaliser and a first live send are held only when something would be sent', () => {
  const occasion = { ...quiet, normaliserChanged: true, firstLive: true }
  const rows = { ...counts({}).rows, add: 1 }
  assert.deepEqual(guardsOf({ rows }, occasion), ['normaliser', 'first_live'])
  assert.deepEqual(guardsOf({}, occasion), [])
})

test('an approval is a ceiling for one guard until its time', () => {
  const held = (approval: Partial<Approval>): number =>
    holds(
      counts({ removing: 400 }),
      quiet,
      DEFAULT_GUARDS,
      [{ guard: 'removed', count: 400, until: 10, ...approval }],
      9,
    ).length
  assert.equal(held({}), 0)
  assert.equal(held({ count: 399 }), 1)
  assert.equal(held({ until: 9 }), 1)
  assert.equal(held({ guard: 'added' }), 1)
})

test('a guard that is off holds nothing', () => {
  const off = { ...DEFAULT_GUARDS, empty: 'off', removed: 'off', unusable: 'off' } as const
  const worst = counts({ members: 0, removing: 1000, unusable: 1000 })
  assert.deepEqual(holds(worst, quiet, off, [], 0), [])
})

test('whoever withdrew consent is weighed by no guard', () => {
  assert.deepEqual(guardsOf({ members: 0, present: 500, withdrawn: 500 }), [])
  assert.deepEqual(guardsOf({ members: 0, present: 500, withdrawn: 499 }), ['empty'])
  assert.deepEqual(guardsOf({ members: 300, present: 1000, withdrawn: 600, removing: 120 }), [])
  assert.deepEqual(guardsOf({ members: 300, present: 1000, withdrawn: 600, removing: 121 }), [
    'removed',
  ])
})
