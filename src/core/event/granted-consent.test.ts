import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grantedConsent } from './granted-consent.ts'
import type { JsonObject } from './message.ts'

const said = (categoryPreferences: JsonObject): JsonObject => ({ consent: { categoryPreferences } })

test('only true is yes, and a category that is not there is no', () => {
  assert.deepEqual(
    grantedConsent(said({ C0004: true, C0002: false, C0003: 'true', C0001: 1, C0005: true })),
    ['C0004', 'C0005'],
  )
  assert.deepEqual(grantedConsent(said({})), [])
})

test('a message without preferences says nothing', () => {
  for (const context of [
    {},
    { consent: {} },
    { consent: true },
    { consent: { categoryPreferences: null } },
  ])
    assert.equal(grantedConsent(context), null)
})

test('RudderStack’s clients list what is allowed', () => {
  const management = { allowedConsentIds: ['C0004', 7, 'C0004'], deniedConsentIds: ['C0002'] }
  assert.deepEqual(grantedConsent({ consentManagement: management }), ['C0004'])
  assert.equal(grantedConsent({ consentManagement: { allowedConsentIds: {} } }), null)
})

test('what is no name of a category, and what is too many, is agreed to by nobody', () => {
  const names = [
    '',
    ' ',
    'a\nb',
    'x'.repeat(201),
    '\ud800',
    ...Array.from({ length: 150 }, (_, n) => `c${n}`),
  ]
  const found = grantedConsent(said(Object.fromEntries(names.map((name) => [name, true]))))
  assert.equal(found?.length, 100)
  assert.ok(found?.every((name) => /^c\d+$/.test(name)))
})
