import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneOf } from './one-of.ts'

test('names that there are, as many as somebody reads', () => {
  const names = Array.from({ length: 32 }, (_, index) => `n${index}`)
  assert.equal(oneOf(['id', 'email']), 'one of id, email')
  assert.equal(oneOf(names.slice(0, 30)), `one of ${names.slice(0, 30).join(', ')}`)
  assert.equal(oneOf(new Set(names)), `one of ${names.slice(0, 30).join(', ')} and 2 more`)
})
