// When the passes of a sync that is followed are due.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FollowedSync } from './followed-sync.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const NOW = 1_800_000_000_000

/** A sync after its first full pass. */
function followed(): FollowedSync {
  const sync = new FollowedSync('buyers', HOUR, [])
  sync.begin()
  sync.endFull({ kind: 'done' }, 7, NOW, NOW)
  return sync
}

test('it begins with a full pass, and no quick one comes before that is done', () => {
  const sync = new FollowedSync('buyers', HOUR, [])
  assert.equal(sync.isFullDue(NOW), true)
  assert.equal(sync.markAt(NOW), null)
  sync.begin()
  assert.equal(sync.isFullDue(NOW), false)
  sync.endFull({ kind: 'stopped' }, 7, NOW, NOW)
  assert.equal(sync.markAt(NOW + MINUTE), null)
  assert.equal(followed().markAt(NOW), 7)
})

test('full passes come whenever the period has passed, quick ones in between and gathered', () => {
  const sync = followed()
  assert.equal(sync.isFullDue(NOW + HOUR - 1), false)
  sync.begin()
  assert.equal(sync.markAt(NOW), null)
  sync.endQuick({ kind: 'done' }, 9, NOW)
  assert.equal(sync.markAt(NOW + 4 * SECOND), null)
  assert.equal(sync.markAt(NOW + 5 * SECOND), 9)
  assert.equal(sync.isFullDue(NOW + HOUR), true)
  assert.equal(sync.markAt(NOW + HOUR), null)
})

test('after a quick pass that was stopped everybody is judged, later each time', () => {
  const sync = followed()
  sync.begin()
  sync.endQuick({ kind: 'stopped' }, 9, NOW)
  assert.equal(sync.markAt(NOW + 31 * SECOND), null)
  assert.equal(sync.isFullDue(NOW + 29 * SECOND), false)
  assert.equal(sync.isFullDue(NOW + 30 * SECOND), true)
  sync.begin()
  sync.endFull({ kind: 'stopped' }, 9, NOW, NOW)
  assert.equal(sync.isFullDue(NOW + 59 * SECOND), false)
  assert.equal(sync.isFullDue(NOW + MINUTE), true)
  for (let times = 0; times < 20; times += 1) sync.endFull({ kind: 'stopped' }, 9, NOW, NOW)
  assert.equal(sync.isFullDue(NOW + HOUR), true)
})

test('whoever waits for a throttle goes on where it was', () => {
  const sync = followed()
  sync.begin()
  sync.endQuick({ kind: 'waits', until: NOW + 10 * MINUTE }, 9, NOW)
  assert.equal(sync.markAt(NOW + 9 * MINUTE), null)
  assert.equal(sync.markAt(NOW + 10 * MINUTE), 7)
})

test('where it is not known of whom something came in, everybody is judged soon, not again and again', () => {
  const sync = followed()
  sync.needEverybody()
  assert.equal(sync.markAt(NOW + MINUTE), null)
  assert.equal(sync.isFullDue(NOW + MINUTE), false)
  assert.equal(sync.isFullDue(NOW + 5 * MINUTE), true)
})

test('where some people alone cannot be judged, everybody is at once', () => {
  const sync = followed()
  sync.begin()
  sync.endQuick({ kind: 'everybody-first' }, 9, NOW)
  assert.equal(sync.isFullDue(NOW), true)
})
