import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from '../describe.ts'
import { pathText } from '../mistake.ts'
import { parseCondition } from '../parse-condition.ts'

const told = (value: unknown): string[] => {
  const mistakes: string[] = []
  parseCondition(value, ['where'], ({ path, message }) =>
    mistakes.push(`${pathText(path)}: ${message}`),
  )
  return mistakes
}

test('what cannot be asked of the past is refused at its place', () => {
  const free = { trait: 'plan', eq: 'free' }
  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [
      { ...free, held_for: '30d' },
      ['where.held_for: Cannot read "30d" as a time that something lasts'],
    ],
    [
      { ...free, held_for: {} },
      ['where.held_for: Cannot read a mapping as a time that something lasts'],
    ],
    [{ ...free, held_for: { gte: 30 } }, ['where.held_for.gte: Cannot read 30 beside "gte"']],
    [{ ...free, held_for: { eq: '30d' } }, ['where.held_for.eq: Unknown word "eq" in a condition']],
    [
      { ...free, held_for: { between: ['9d', '3d'] } },
      ['where.held_for.between: Cannot read a list of 2 beside "between"'],
    ],
    [{ ...free, ever: '1y' }, ['where.ever: Cannot read "1y" beside "ever"']],
    [
      { ...free, ever: { within: '14d', from: 'first_seen' } },
      ['where.ever.from: Unknown word "from" in a condition'],
    ],
    [
      { ...free, ever: { since: { trait: 'born' } } },
      ['where.ever.since: What a trait was cannot be compared with another trait'],
    ],
    [
      { trait: 'plan', eq: { trait: 'other' }, ever: true },
      ['where.eq: What a trait was cannot be compared with another trait'],
    ],
    [{ trait: 'plan', ever: true }, ['where: The condition on "plan" has no operator']],
    [
      { did: 'X', where: { property: 'p', eq: 1, ever: true } },
      ['where.where.ever: Unknown word "ever" in a condition'],
    ],
  ]
  for (const [value, expected] of cases) assert.deepEqual(told(value), expected)
})

const sentence = (value: unknown): string => {
  const condition = parseCondition(value, [], ({ message }) => assert.fail(message))
  assert.ok(condition)
  return describe(condition)
}

test('the past in plain words', () => {
  assert.equal(
    sentence({ trait: 'plan', eq: 'free', held_for: { gte: '30d', lt: '1y' } }),
    'plan is “free”, and has been so for at least 30 days and less than 1 year',
  )
  assert.equal(
    sentence({ trait: 'age', gte: 18, lt: 65, held_for: { between: ['1d', '9d'] } }),
    'age is at least 18 and is less than 65, and has been so for 1 day to 9 days',
  )
  assert.equal(
    sentence({ trait: 'plan', eq: 'pro', ever: { within: '1y' } }),
    'plan is “pro” at some time within the last 1 year',
  )
  assert.equal(sentence({ trait: 'plan', eq: 'pro', ever: true }), 'plan is “pro” at some time')
})
