import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from './describe.ts'
import { parseCondition } from './parse-condition.ts'

function sentence(value: unknown): string {
  const condition = parseCondition(value, [], (mistake) => assert.fail(mistake.message))
  assert.ok(condition)
  return describe(condition)
}

test('describe() tells a tree in plain words', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ everyone: true }, 'everyone'],
    [{ trait: 'plan', in: ['pro', 'team'] }, 'plan is one of “pro”, “team”'],
    [{ trait: 'plan', ne: 'free' }, 'plan is known and is not “free”'],
    [{ trait: 'plan', exists: false }, 'plan is not known'],
    [{ trait: 'n', between: [1, { trait: 'm' }] }, 'n is from 1 to the value of m'],
    [{ trait: 'seen', within_last: '1d' }, 'seen is within the last 1 day'],
    [{ trait: 'seen', ago: ['90d', '6mo'] }, 'seen is 90 days to 6 months ago'],
    [{ trait: 'seen', previous: 'week' }, 'seen is in the previous week'],
    [{ trait: 'app', semver_gte: '2.1.0' }, 'app is version 2.1.0 or later'],
    [{ trait: 'x', eq: "$& $'" }, "x is “$& $'”"],
    [{ trait: 'x', in: [1, 2, 3, 4, 5, 6, 7] }, 'x is one of 1, 2, 3, 4, 5 and 2 more'],
    [{ trait: 'x', contains: 'a', ignore_case: true }, 'x contains “a” (capitals or not)'],
    [
      { all: [{ has: 'email' }, { any: [{ list: 'vip.csv' }, { not: { sql: 'a > b' } }] }] },
      'has email and (in the list vip.csv or not (where a > b))',
    ],
    [{ consent: 'advertising' }, 'agreed to advertising'],
    [
      { any: [{ sequence: [{ did: 'A' }, { did: 'B' }] }, { consent: 'ads' }] },
      '(did “A”, then “B”) or agreed to ads',
    ],
    [
      { did: 'A', nth: { eq: 1 }, within: '30d' },
      'did “A” for the first time within the last 30 days',
    ],
    [{ not: { did: 'A' } }, 'not (did “A”)'],
    [{ did: 'A', count: { eq: 0 } }, 'did not do “A”'],
    [{ not: { member_of: 'vip' } }, 'not (in the audience vip)'],
    [
      { sample: { salt: 'spring', to: 0.1 } },
      'in the part from 0% to 10% of everyone, drawn by “spring”',
    ],
  ]
  for (const [value, expected] of cases) assert.equal(sentence(value), expected)
})
