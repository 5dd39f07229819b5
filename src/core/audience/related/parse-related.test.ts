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

const OPEN = { column: 'status', eq: 'open' }

const CASES: readonly (readonly [unknown, unknown, string])[] = [
  [
    { related: 'orders' },
    { related: 'orders', count: { gte: 1 } },
    'the number of orders is at least 1',
  ],
  [
    { related: 'orders', where: OPEN, count: { gte: 2 } },
    { related: 'orders', where: OPEN, count: { gte: 2 } },
    'the number of orders (status is “open”) is at least 2',
  ],
  [
    { related: 'orders', where: OPEN, quantifier: 'all' },
    { related: 'orders', where: OPEN, quantifier: 'all' },
    'has orders, and all of them are so (status is “open”)',
  ],
  [
    { related: 'orders', where: OPEN, quantifier: 'none' },
    { related: 'orders', where: OPEN, count: { eq: 0 } },
    'the number of orders (status is “open”) is 0',
  ],
  [
    {
      related: 'orders',
      where: { all: [OPEN, { not: { related: 'items', where: { column: 'n', gt: 1 } } }] },
    },
    {
      related: 'orders',
      where: {
        all: [
          OPEN,
          { not: { related: 'items', where: { column: 'n', gt: 1 }, count: { gte: 1 } } },
        ],
      },
      count: { gte: 1 },
    },
    'the number of orders (status is “open” and not (the number of items (n is more than 1) is at least 1)) is at least 1',
  ],
]

test('a condition over related rows is read, told in words and written', () => {
  for (const [value, written, words] of CASES) {
    const { condition, mistakes } = read(value)
    assert.deepEqual(mistakes, [])
    assert.ok(condition)
    assert.equal(describe(condition), words)
    assert.deepEqual(writeCondition(condition), written)
    assert.deepEqual(read(written).condition, condition)
  }
})

test('what cannot be meant of related rows is refused at its place', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ related: 7 }, 'where.related: Cannot read 7 as the name of a relation'],
    [{ related: 'o', whre: OPEN }, 'where.whre: Unknown word "whre" in a condition'],
    [{ related: 'o', quantifier: 'some' }, 'where.quantifier: Cannot read "some" here'],
    [
      { related: 'o', quantifier: 'all', count: { gte: 1 } },
      'where.quantifier: The number of rows is asked for twice',
    ],
    [
      { related: 'o', where: { trait: 'x', eq: 1 } },
      'where.where.trait: Unknown word "trait" in a condition',
    ],
    [
      { related: 'o', where: { all: [] } },
      'where.where.all: Cannot read a list of 0 as conditions',
    ],
    [
      { related: 'o', where: { column: 'x', eq: { trait: 'y' } } },
      'where.where.eq: A condition on a related row cannot refer to the person',
    ],
    [
      { related: 'o', where: { related: 'i', count: { eq: { trait: 'y' } } } },
      'where.where.eq: A condition on a related row cannot refer to the person',
    ],
  ]
  for (const [value, expected] of cases) assert.deepEqual(read(value).mistakes, [expected])
})

test('relations of relations of relations end with a mistake, however many they are', () => {
  let written: object = { related: 'orders' }
  for (let depth = 0; depth < 6000; depth += 1) written = { related: 'orders', where: written }
  assert.match(read(written).mistakes[0] ?? '', /nested more than 20 deep/)
})
