// An ad account near its limit is spared, ahead of every request that changes something.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Installation } from './installation.ts'
import { Platform } from './platform.ts'

test('where the platform says that its limit is near, each request is waited for', async (t) => {
  const platform = new Platform()
  const shop = new Installation(t, platform)
  shop.people = ['ann']
  await shop.done()
  shop.people = ['ben']
  platform.isNearLimit = true
  platform.sleeps = 0
  await shop.done({ approveAll: true })
  // Ahead of the look, the mark, the removal and the addition.
  assert.equal(platform.sleeps, 4)
})
