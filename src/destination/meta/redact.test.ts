import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { redact } from './redact.ts'

test('secrets, digests, addresses and device ids of the far side are not shown', () => {
  const digest = hash('sha256', 'a', 'hex')
  const text = `Token EAAB-token of ann@example.com, row ["${digest}","${digest.slice(0, 40).toUpperCase()}"], device 6d92078a-8246-4ba4-ae5b-76104861e7dc`
  const shown = redact(text, ['EAAB-token', ''])
  assert.equal(shown, 'Token [secret] of [value], row ["[digest]","[digest]"], device [value]')
})

test('plain values are taken out as whole words, so that a short one does not spoil the codes', () => {
  const values = new Set(['1', 'user 42', 'C-7'])
  assert.equal(
    redact('(#100) C-7 and user 42 and 1. See 1001', [], values),
    '(#100) [value] and [value] and [value] See 1001',
  )
})

test('what is left is one line of bearable length', () => {
  assert.equal(redact('a\n\u001B[31mb\u0000', []), 'a [31mb')
  assert.ok(redact('x '.repeat(5_000), []).length < 500)
})

test('no secret survives, wherever it stands', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      assert.ok(!redact(`${before}s3cr3t-t0ken${after}`, ['s3cr3t-t0ken']).includes('s3cr3t-t0ken'))
    }),
  )
})
