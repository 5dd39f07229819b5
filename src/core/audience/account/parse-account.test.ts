import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from '../describe.ts'
import { pathText, type WrittenMistake } from '../mistake.ts'
import { parseCondition } from '../parse-condition.ts'
import { writeCondition } from '../write-condition.ts'

function read(value: unknown) {
  const mistakes: WrittenMistake[] = []
  const condition = parseCondition(value, ['where'], (mistake) => mistakes.push(mistake))
  return {
    condition,
    mistakes: mistakes.map(({ path, message }) => `${pathText(path)}: ${message}`),
  }
}

const RETAIL = { trait: 'industry', eq: 'retail' }

test('a condition over accounts is read, told in words and written', () => {
  const cases: readonly (readonly [object, object, string])[] = [
    [
      { account: RETAIL },
      { account: RETAIL, users: 'any' },
      'in an account where for some user (industry is “retail”)',
    ],
    [
      { account: { not: { trait: 'seats', lt: 5 } }, users: 'all' },
      { account: { not: { trait: 'seats', lt: 5 } }, users: 'all' },
      'in an account where for every user (not (seats is less than 5))',
    ],
    [
      { account: { all: [RETAIL, { has: 'EMAIL' }] }, users: 'none' },
      { account: { all: [RETAIL, { has: 'EMAIL' }] }, users: 'none' },
      'in an account where for no user (industry is “retail” and has EMAIL)',
    ],
  ]
  for (const [value, written, words] of cases) {
    const { condition, mistakes } = read(value)
    assert.deepEqual(mistakes, [])
    assert.ok(condition)
    assert.equal(describe(condition), words)
    assert.deepEqual(writeCondition(condition), written)
    assert.deepEqual(read(written).condition, condition)
  }
})

test('what people have, a ranking of them may ask for inside', () => {
  const of = { trait: 'plan', eq: 'free', held_for: { gte: '30d' } }
  assert.deepEqual(read({ account: { top: { trait: 'revenue', percent: 10, of } } }).mistakes, [])
})

test('what cannot be meant of accounts is refused at its place', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ account: 'retail' }, 'where.account: Cannot read "retail" as a condition'],
    [{ account: RETAIL, users: 'some' }, 'where.users: Cannot read "some" here'],
    [{ account: RETAIL, user: 'all' }, 'where.user: Unknown word "user" in a condition'],
    [
      { account: { not: { account: RETAIL } } },
      'where.account.not.account: A condition over accounts cannot stand in another one',
    ],
    [
      { account: { top: { trait: 'revenue', percent: 10, of: { account: RETAIL } } } },
      'where.account.top.of.account: A condition over accounts cannot stand in another one',
    ],
    [
      { account: { ...RETAIL, held_for: { gte: '30d' } } },
      'where.account.held_for: What a trait was cannot be asked of an account',
    ],
    [
      { account: { related: 'orders', count: { gte: { trait: 'seats' } } } },
      'where.account.gte: A condition on a related row cannot refer to the account',
    ],
  ]
  for (const [value, expected] of cases) assert.deepEqual(read(value).mistakes, [expected])
})
