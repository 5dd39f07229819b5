import assert from 'node:assert/strict'
import { test } from 'node:test'
import { versionKey } from './version.ts'

// The order that semver.org gives in its section 11, and what it says of numbers.
const ASCENDING = [
  '0.9',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1',
  '1.9.0',
  '1.10.0',
  '1.11.0',
  '2',
]

test('versionKey() sorts as versions do', () => {
  const keys = ASCENDING.map((version) => versionKey(version) ?? '')
  assert.deepEqual(keys, keys.toSorted())
  assert.equal(new Set(keys).size, keys.length)
})

test('versionKey() takes different ways to write one version as one', () => {
  for (const same of ['v1.2.0', '1.2', '01.2.0', '1.2.0+build.5']) {
    assert.equal(versionKey(same), versionKey('1.2.0'), same)
  }
  for (const other of ['', '1.2.3.4', 'one', '1.2-', '1..2'])
    assert.equal(versionKey(other), undefined)
})
