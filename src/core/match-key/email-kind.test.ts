import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { emailKind } from './email-kind.ts'

const CASES = {
  personal: ['jane.doe@gmail.com', ' JANE@GMX.AT ', 'jane@yahoo.co.uk', 'jane+shop@web.de'],
  work: ['jane@acme-tools.com', 'contest@acme-tools.com', 'jane@gmail.acme-tools.com'],
  role: ['info@acme-tools.com', 'sales2@acme-tools.com', 'Support+eu@acme-tools.com'],
  placeholder: [
    'test@test.com',
    'jane@example.com',
    'jane@shop.example',
    'no-reply@acme-tools.com',
    'a@a.a',
    'xx@xx.com',
    'test@gmail.com',
    'none@none.com',
  ],
} as const

for (const [kind, emails] of Object.entries(CASES)) {
  for (const email of emails)
    test(`${email} is ${kind}`, () => assert.equal(emailKind(email), kind))
}

test('any text has a kind', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => emailKind(text).length > 0))
})
