import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestWord } from './nearest-word.ts'

const WORDS = ['time_zone', 'every', 'phone_country', 'in', 'EMAIL']

test('nearestWord() finds what was meant', () => {
  assert.equal(nearestWord('timezone', WORDS), 'time_zone')
  assert.equal(nearestWord('Every', WORDS), 'every')
  assert.equal(nearestWord('evrey', WORDS), 'every')
  assert.equal(nearestWord('e-mail', WORDS), 'EMAIL')
  assert.equal(nearestWord('phone_contry', WORDS), 'phone_country')
})

test('nearestWord() offers nothing that is far', () => {
  for (const word of ['a', 'zz', 'currency', '', 'x'.repeat(5000)]) {
    assert.equal(nearestWord(word, WORDS), undefined)
  }
})
