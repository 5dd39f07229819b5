import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { Secret } from './secret.ts'

test('a secret gives its value only when asked for it', () => {
  const secret = new Secret('hush-1234')
  assert.equal(secret.reveal(), 'hush-1234')
  const shown = [
    String(secret),
    ['', secret].join(''),
    JSON.stringify({ secret }),
    inspect({ deep: [secret] }, { showHidden: true, depth: 9 }),
    format('%s %o %j', secret, secret, secret),
    inspect(new Error('failed', { cause: secret })),
  ]
  for (const text of shown) {
    assert.ok(!text.includes('hush-1234'), text)
    assert.ok(text.includes('[secret]'), text)
  }
})
