import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from '../describe.ts'
import { pathText } from '../mistake.ts'
import { parseCondition } from '../parse-condition.ts'

function told(value: unknown): string[] {
  const found: string[] = []
  parseCondition(value, ['where'], ({ path, message }) =>
    found.push(`${pathText(path)}: ${message}`),
  )
  return found
}

function sentence(value: unknown): string {
  const condition = parseCondition(value, [], (mistake) => assert.fail(mistake.message))
  assert.ok(condition)
  return describe(condition)
}

test('describe() tells each kind of condition over events in plain words', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ did: 'Login' }, 'did “Login”'],
    [
      { did: ['Viewed', 'Opened'], within: '30d' },
      'did “Viewed” or “Opened” within the last 30 days',
    ],
    [{ did_not: 'any', this: 'month' }, 'did not do anything in this month'],
    [
      {
        did: 'Order Completed',
        count: { gte: 2 },
        within: '30d',
        where: { property: 'revenue', gte: 50 },
        sources: { exclude: ['import'] },
      },
      'the number of “Order Completed” (revenue is at least 50; not from import) within the last 30 days is at least 2',
    ],
    [
      { did: 'Play', where: { context: 'page.url', contains: '/pricing' }, since: '2026-01-01' },
      'did “Play” (context page.url contains “/pricing”) on or after 2026-01-01',
    ],
    [
      { did: 'Order Completed', sum: { property: 'revenue', gte: 500 }, ago: ['90d', '180d'] },
      'the sum of revenue over “Order Completed” 90 days to 180 days ago is at least 500',
    ],
    [
      { did: 'Viewed', most_frequent: { property: 'category', eq: 'shoes' } },
      'the most frequent category of “Viewed” is “shoes”',
    ],
    [
      { did: 'Play', active_days: { gte: 5 }, within: '14d', from: { trait: 'trial_started_at' } },
      'the number of days with “Play” within 14 days of the value of trial_started_at is at least 5',
    ],
    [
      { did: 'Play', within: '7d', from: 'first_seen' },
      'did “Play” within 7 days of first being seen',
    ],
    [
      { did: 'Play', count: { gt: { did: 'Skip' } }, within: '30d' },
      'the number of “Play” within the last 30 days is more than the number of “Skip” within the last 30 days',
    ],
    [
      { did: 'Play', count: { gte: 3 }, per: 'week', periods: { gte: 3, of: 5 } },
      'the number of weeks among the last 5 in which the number of “Play” is at least 3, is at least 3',
    ],
    [
      { did: 'Order Completed', nth: { eq: 3 }, within: '30d' },
      'did “Order Completed” whose number, counted from the first ever, is 3, within the last 30 days',
    ],
    [
      { stopped: 'Login', within: '5d', had_within: '30d' },
      'stopped “Login”: did it 5 days to 30 days ago and not since',
    ],
    [
      { resumed: 'Login', within: '5d', after_pause: '30d' },
      'resumed “Login” within the last 5 days after a pause of at least 30 days',
    ],
    [
      {
        sequence: [
          { did: 'Product Added' },
          { did: 'Checkout Started', within: '1h' },
          {
            did_not: 'Order Completed',
            where: { property: 'product_id', eq: { step: 1, property: 'product_id' } },
          },
        ],
        started: { within: '7d' },
        anchor: 'last',
      },
      'did “Product Added” within the last 7 days, the last time, then “Checkout Started” within 1 hour, ' +
        'not “Order Completed” (product_id is product_id of step 1)',
    ],
    [{ new_within: '7d' }, 'was first seen within the last 7 days'],
    [{ active_within: '7d' }, 'did anything within the last 7 days'],
  ]
  for (const [value, expected] of cases) assert.equal(sentence(value), expected)
})

test('several measures beside one event must all hold', () => {
  assert.equal(
    sentence({ did: 'Play', count: { gte: 2, lt: 5 } }),
    'the number of “Play” is at least 2 and the number of “Play” is less than 5',
  )
})

test('did_not is a count of none', () => {
  const read = (value: unknown) =>
    parseCondition(value, [], (mistake) => assert.fail(mistake.message))
  assert.deepEqual(read({ did_not: 'A' }), read({ did: 'A', count: { eq: 0 } }))
})

test('every mistake of a condition over events is told, each at its place', () => {
  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [{ did: [] }, ['where.did: Cannot read a list of 0 as the name of an event']],
    [{ did: 7 }, ['where.did: Cannot read 7 as the name of an event']],
    [{ did: 'A', within: '30 days' }, ['where.within: Cannot read "30 days" beside "within"']],
    [{ did: 'A', ago: ['9d', '3d'] }, ['where.ago: Cannot read a list of 2 beside "ago"']],
    [{ did: 'A', this: 'fortnight' }, ['where.this: Cannot read "fortnight" beside "this"']],
    [{ did: 'A', from: 'first_seen' }, ['where.from: "from" has no "within" beside it']],
    [
      { did: 'A', within: '1d', from: 'signup' },
      ['where.from: Cannot read "signup" as a moment of the person'],
    ],
    [{ did: 'A', count: 2 }, ['where.count: Cannot read 2 as a comparison']],
    [{ did: 'A', count: {} }, ['where.count: "count" has no operator']],
    [{ did: 'A', count: { eq: 'two' } }, ['where.count.eq: Cannot compare a number with "two"']],
    [
      { did: 'A', count: { contains: 'x' } },
      ['where.count.contains: Unknown word "contains" in a condition'],
    ],
    [{ did: 'A', sum: { gte: 5 } }, ['where.sum.property: Cannot read nothing as a property']],
    [{ did: 'A', summ: { gte: 5 } }, ['where.summ: Unknown word "summ" in a condition']],
    [{ did_not: 'A', count: { gte: 1 } }, ['where.count: Unknown word "count" in a condition']],
    [{ did: 'A', where: [] }, ['where.where: Cannot read a list of 0 as a condition on an event']],
    [
      {
        did: 'A',
        where: {
          all: [
            { property: 'x', gte: 'y' },
            { proprety: 'x', eq: 1 },
          ],
        },
      },
      [
        'where.where.all[0].gte: Cannot read "y" beside "gte"',
        'where.where.all[1].proprety: Unknown word "proprety" in a condition',
      ],
    ],
    [
      { did: 'A', where: { property: 'x', eq: { step: 1, property: 'y' } } },
      ['where.where.eq: Step 1 has no event that could be looked at here'],
    ],
    [
      { trait: 'x', eq: { property: 'y' } },
      ['where.eq: There is no event whose property "y" could be taken here'],
    ],
    [
      { did: 'A', count: { contains: { did: 'B' } } },
      ['where.count.contains: Two counts cannot be compared by "contains"'],
    ],
    [
      { did: 'A', count: { gt: { did: 'B', withn: '1d' } } },
      ['where.count.gt.withn: Unknown word "withn" in a condition'],
    ],
    [{ did: 'A', nth: { gte: 2, lt: 4 } }, ['where.nth: "nth" has several operators']],
    [
      { did: 'A', per: 'fortnight', periods: { gte: 1, of: 2 } },
      ['where.per: Cannot read "fortnight" beside "per"'],
    ],
    [
      { did: 'A', per: 'week', periods: { gte: 1, of: 61 } },
      ['where.periods.of: Cannot read 61 as a number of periods'],
    ],
    [
      { did: 'A', per: 'week', periods: { gte: 1, of: 4 }, sum: { property: 'x', gte: 1 } },
      ['where.sum: "sum" means nothing beside "per"'],
    ],
    [{ stopped: 'A', had_within: '3d' }, ['where: "within" is missing']],
    [
      { stopped: 'A', within: '5d', had_within: '3d' },
      ['where.had_within: "had_within: 3d" does not reach further back than "within: 5d"'],
    ],
    [
      { resumed: 'A', within: '5d', after_pause: 3 },
      ['where.after_pause: Cannot read 3 beside "after_pause"'],
    ],
    [{ sequence: [{ did: 'A' }] }, ['where.sequence: Cannot read a list of 1 as a sequence']],
    [
      { sequence: [{ did_not: 'A' }, { did: 'B' }] },
      ['where.sequence[0].did_not: A sequence begins with something that was done'],
    ],
    [
      { sequence: [{ did: 'A', within: '1d' }, { did: 'B' }] },
      [
        'where.sequence[0].within: There is no step before the first; when it happened is said by "started"',
      ],
    ],
    [
      { sequence: [{ did: 'A' }, { did: 'B', ago: ['1d', '2d'] }], anchor: 'middle' },
      [
        'where.anchor: Cannot read "middle" beside "anchor"',
        'where.sequence[1].ago: Unknown word "ago" in a condition',
      ],
    ],
    [
      {
        sequence: [
          { did: 'A' },
          { did_not: 'B' },
          { did: 'C', where: { property: 'x', eq: { step: 2, property: 'x' } } },
        ],
      },
      ['where.sequence[2].where.eq: Step 2 has no event that could be looked at here'],
    ],
    [
      { sequence: [{ did: 'A' }, 'B'], started: '7d' },
      [
        'where.started: Cannot read "7d" as a window',
        'where.sequence[1]: Cannot read "B" as a step',
      ],
    ],
    [{ new_within: 'soon' }, ['where.new_within: Cannot read "soon" beside "new_within"']],
    [{ did: 'A', sources: ['web'] }, ['where.sources: Cannot read a list of 1 as sources']],
    [
      { did: 'A', sources: { exclude: [] } },
      ['where.sources.exclude: Cannot read a list of 0 as sources'],
    ],
  ]
  for (const [value, expected] of cases) assert.deepEqual(told(value), expected)
})
