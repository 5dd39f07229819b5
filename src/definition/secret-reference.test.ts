import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { test } from 'node:test'
import { readSecretReference, resolveSecret } from './secret-reference.ts'

const world = {
  env: { TOKEN: 'abc', EMPTY: '' },
  readFile: (path: string) => (path === 'token.txt' ? 'def\n' : undefined),
}

test('resolveSecret() finds a secret where it is, and never shows it by itself', () => {
  const secret = resolveSecret({ kind: 'env', env: 'TOKEN' }, world)
  assert.equal(secret.reveal(), 'abc')
  assert.equal(resolveSecret({ kind: 'file', file: 'token.txt' }, world).reveal(), 'def')
  assert.ok(![inspect(secret), JSON.stringify(secret), secret.toString()].join('').includes('abc'))
})

test('resolveSecret() says what is missing and who must act', () => {
  const missing = [
    { kind: 'env', env: 'NOPE' },
    { kind: 'env', env: 'EMPTY' },
    { kind: 'file', file: 'gone' },
  ] as const
  for (const reference of missing) {
    assert.throws(() => resolveSecret(reference, world), {
      code: 'definition/secret-missing',
      next: 'act',
    })
  }
})

test('readSecretReference() takes references only', () => {
  assert.deepEqual(readSecretReference({ env: 'A_1' }), { kind: 'env', env: 'A_1' })
  for (const value of [
    'secret',
    7,
    null,
    {},
    { env: 'A', file: 'b' },
    { env: 'not a name' },
    { value: 'x' },
  ]) {
    assert.equal(readSecretReference(value), undefined)
  }
})
