import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mask, maskIdentifiers, maskUnlessPlain } from '../../src/app/mask.ts'

test('mask() keeps what its owner recognises', () => {
  assert.equal(mask('maria.lopez@example.com'), 'm***@e***.com')
  assert.equal(mask('+1 (415) 555-0132'), '+* (***) ***-**32')
  assert.equal(mask('12345'), '*****')
  assert.equal(mask('Zoë'), 'Z***')
  assert.equal(mask('b4c9a289323b21a01c3e940f150eb9b8'), 'b4c9a289…')
  assert.equal(mask('38400000-8cf0-11bd-b23e-10b96e40000d'), '38400000…')
  assert.equal(mask(''), '')
})

test('mask() never gives back a text with more than two signs in it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 3, unit: 'grapheme' }), (text) => {
      const holdsSomething = /[\p{L}\p{N}]{3}/u.test(text)
      return !holdsSomething || mask(text) !== text
    }),
  )
})

test('what names nobody stays where a column is mapped to nothing', () => {
  assert.equal(maskUnlessPlain('12.50'), '12.50')
  assert.equal(maskUnlessPlain('2026-01-31'), '2026-01-31')
  assert.equal(maskUnlessPlain('pro'), 'p***')
  assert.equal(maskIdentifiers('pro'), 'pro')
  assert.equal(maskIdentifiers('2026-01-31 10:00:00'), '2026-01-31 10:00:00')
  assert.equal(maskIdentifiers('0170 1234567'), '**** *****67')
  assert.equal(maskIdentifiers('ann@example.com'), 'a***@e***.com')
})
