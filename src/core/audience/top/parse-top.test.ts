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

const RANKINGS: readonly (readonly [unknown, string])[] = [
  [{ trait: 'revenue', percent: 12.5 }, 'among the first 12.5% of everyone by revenue'],
  [{ trait: 'revenue', count: 1 }, 'the first of everyone by revenue'],
  [
    { trait: 'revenue', percentile: [80, 100], of: { member_of: 'vip' } },
    'from the 80% to the 100% mark, counted from the lowest, of those (in the audience vip) by revenue',
  ],
  [
    { did: 'Order', within: '30d', sum: { property: 'revenue' }, count: 100 },
    'among the first 100 of everyone by the sum of revenue over “Order” within the last 30 days',
  ],
  [
    { did: 'any', active_days: true, percent: 10 },
    'among the first 10% of everyone by the number of days with anything',
  ],
  [{ did: ['A', 'B'], percent: 1 }, 'among the first 1% of everyone by the number of “A” or “B”'],
]

test('a ranking is read, told in words and written as it was', () => {
  for (const [top, words] of RANKINGS) {
    const { condition, mistakes } = read({ top })
    assert.deepEqual(mistakes, [])
    assert.ok(condition)
    assert.equal(describe(condition), words)
    assert.deepEqual(writeCondition(condition), { top })
  }
})

test('what cannot be a ranking is refused at its place', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    ['revenue', 'where.top: Cannot read "revenue" as a ranking'],
    [{ percent: 10 }, 'where.top: Nothing says what people are ranked by'],
    [{ trait: 'x' }, 'where.top: Nothing says how many are meant'],
    [
      { trait: 'x', percent: 1, count: 1 },
      'where.top: How many are meant is said by percent and count',
    ],
    [{ trait: 'x', percent: 0 }, 'where.top.percent: Cannot read 0 as a part of the people'],
    [
      { trait: 'x', percent: 0.0001 },
      'where.top.percent: Cannot read 0.0001 as a part of the people',
    ],
    [{ trait: 'x', percent: 101 }, 'where.top.percent: Cannot read 101 as a part of the people'],
    [{ trait: 'x', count: 1.5 }, 'where.top.count: Cannot read 1.5 as a number of people'],
    [
      { trait: 'x', percentile: [90, 80] },
      'where.top.percentile: Cannot read a list of 2 as a part of the people',
    ],
    [
      { trait: 'x', percent: 1, of: { plan: 'x' } },
      'where.top.of.plan: Unknown word "plan" in a condition',
    ],
    [
      { did: 'x', percent: 1, last: { property: 'x' } },
      'where.top.last: Unknown word "last" in a condition',
    ],
    [
      { did: 'x', percent: 1, sum: { property: 'x', gte: 5 } },
      'where.top.sum.gte: Unknown word "gte" in a condition',
    ],
    [
      { did: 'x', percent: 1, sum: { property: 'x' }, avg: { property: 'x' } },
      'where.top.sum: One measure can stand here, not sum and avg',
    ],
  ]
  for (const [top, expected] of cases) assert.deepEqual(read({ top }).mistakes, [expected])
})
