import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import type { Condition } from './condition.ts'
import type { WrittenMistake } from './mistake.ts'
import { pathText } from './mistake.ts'
import { OPERATOR_NAMES, OPERATORS } from './operator.ts'
import { parseCondition } from './parse-condition.ts'

function read(value: unknown): { condition: Condition | undefined; mistakes: WrittenMistake[] } {
  const mistakes: WrittenMistake[] = []
  const condition = parseCondition(value, ['where'], (mistake) => mistakes.push(mistake))
  return { condition, mistakes }
}

const told = (value: unknown): string[] =>
  read(value).mistakes.map(({ path, message }) => `${pathText(path)}: ${message}`)

test('the example of every operator is one', () => {
  for (const operator of OPERATOR_NAMES) {
    const { mistakes } = read(parse(`{ trait: x, ${operator}: ${OPERATORS[operator].example} }`))
    assert.deepEqual(mistakes, [], operator)
  }
})

test('several operators on one trait must all hold', () => {
  assert.deepEqual(read({ trait: 'x', gte: 1, lt: 5 }).condition, {
    kind: 'all',
    of: [
      {
        kind: 'trait',
        trait: 'x',
        operator: 'gte',
        operand: { kind: 'number', value: 1 },
        ignoreCase: false,
      },
      {
        kind: 'trait',
        trait: 'x',
        operator: 'lt',
        operand: { kind: 'number', value: 5 },
        ignoreCase: false,
      },
    ],
  })
})

const nearest = (value: unknown) => read(value).mistakes.map((mistake) => mistake.nearest)

test('every mistake of a tree is told, each at its place', () => {
  const tree = {
    any: [
      { trait: 'x', gte: '5' },
      { all: [] },
      { not: { tarit: 'y', eq: 1 } },
      7,
      { sample: { salt: 's', to: 2 } },
    ],
    also: true,
  }
  assert.deepEqual(told(tree), [
    'where.also: Unknown word "also" in a condition',
    'where.any[0].gte: Cannot read "5" beside "gte"',
    'where.any[1].all: Cannot read a list of 0 as conditions',
    'where.any[2].not.tarit: Unknown word "tarit" in a condition',
    'where.any[3]: Cannot read 7 as a condition',
    'where.any[4].sample: Cannot read the bounds of the sample',
  ])
})

test('the nearest word is offered, also for what other languages say', () => {
  assert.deepEqual(nearest({ trait: 'x', start_with: 'y' }), ['starts_with'])
  assert.deepEqual(nearest({ trait: 'x', equals: 'y' }), ['eq'])
  assert.deepEqual(nearest({ evryone: true }), ['everyone'])
  assert.deepEqual(nearest({ trait: 'x', qqqqqqqq: 'y' }), [undefined])
})

test('operands that no engine could run are refused', () => {
  for (const wrong of [
    { matches: '(?=a)' },
    { matches: '(a)\\1' },
    { matches: '(' },
    { matches: '(?:a{100}){100}' },
    { like: 'a\\' },
    { between: [2, 1] },
    { during: ['2026-02-30', '2026-03-01'] },
    { within_last: '30 days' },
    { ago: ['180d', '90d'] },
    { this: 'fortnight' },
    { semver_gte: 'two' },
    { in: [] },
    { eq: null },
    { gt: Number.NaN },
    { eq: { trait: '' } },
    { is_true: false },
  ]) {
    assert.equal(told({ trait: 'x', ...wrong }).length, 1, JSON.stringify(wrong))
  }
})

test('ignore_case stands beside text only', () => {
  assert.deepEqual(told({ trait: 'x', gt: 1, ignore_case: true }), [
    'where.ignore_case: "ignore_case" means nothing beside gt',
  ])
  assert.equal(told({ trait: 'x', eq: 'a', ignore_case: true }).length, 0)
})

test('a tree too deep to walk is refused, not walked', () => {
  let tree: unknown = { everyone: true }
  for (let depth = 0; depth < 10_000; depth += 1) tree = { not: tree }
  assert.equal(told(tree).length, 1)
})
