// Dittofeed's segments: how each of their nodes is written here, and what is said of the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparisonOf } from '../../src/foreign/dittofeed/operator.ts'
import { assertCarried, carriedOver } from './carried-over.ts'

const AT_ENTRY = (reason: string) => new RegExp(`^left-out entryNode: ${reason}`)
const EXACTLY = /^check entryNode: Without "timesOperator" Dittofeed means exactly so many times/

const trait = (operator: object) => ({ type: 'Trait', id: '1', path: 'plan', operator })
const performed = (more: object) => ({
  type: 'Performed',
  id: '1',
  event: 'Buy',
  timesOperator: '>=',
  ...more,
})

/** A node, how it is written here, and the notes. */
const NODES: readonly (readonly [object, string | null, ...RegExp[]])[] = [
  [trait({ type: 'Equals', value: 'pro' }), '{ trait: plan, eq: pro }'],
  [trait({ type: 'Equals', value: 5 }), `{ trait: plan, eq: '5' }`],
  [trait({ type: 'NotEquals', value: 'free' }), 'not: { trait: plan, eq: free }'],
  // Absent and empty are the same there.
  [trait({ type: 'Equals', value: '' }), `not: { trait: plan, ne: '' }`],
  [trait({ type: 'NotEquals', value: '' }), `{ trait: plan, ne: '' }`],
  [trait({ type: 'Exists' }), `{ trait: plan, ne: '' }`],
  [trait({ type: 'NotExists' }), `not: { trait: plan, ne: '' }`],
  [trait({ type: 'GreaterThanOrEqual', value: 5 }), '{ trait: plan, gte: 5 }'],
  [trait({ type: 'LessThan', value: 5 }), '{ trait: plan, lt: 5 }'],
  [
    trait({ type: 'Within', windowSeconds: 86_400 }),
    'any: [ { trait: plan, within_last: 1d }, { trait: plan, after_next: 0d } ]',
  ],
  [trait({ type: 'NotWithin', windowSeconds: 5400 }), '{ trait: plan, before_last: 90m }'],
  [
    trait({
      type: 'AbsoluteTimestamp',
      absoluteTimestamp: '2024-01-01T00:00:00Z',
      direction: 'After',
    }),
    `{ trait: plan, since: '2024-01-01T00:00:00Z' }`,
  ],
  [
    trait({
      type: 'AbsoluteTimestamp',
      absoluteTimestamp: '2024-01-01T00:00:00Z',
      direction: 'Before',
    }),
    `{ trait: plan, before: '2024-01-01T00:00:00Z' }`,
  ],
  [trait({ type: 'Like', value: 'x' }), null, AT_ENTRY('Its "type" cannot be read')],
  [{ ...trait({ type: 'Exists' }), path: '$.address.city' }, `{ trait: address.city, ne: '' }`],
  [
    { ...trait({ type: 'Exists' }), path: '$.a[*].b' },
    null,
    AT_ENTRY('The path "\\$\\.a\\[\\*\\]\\.b" does more'),
  ],
  [{ type: 'Includes', id: '1', path: 'lists', item: 'news' }, '{ trait: lists, includes: news }'],
  [
    { type: 'NotIncludes', id: '1', path: 'lists', item: 'news' },
    'not: { trait: lists, includes: news }',
  ],
  [{ type: 'Everyone', id: '1' }, '{ everyone: true }'],
  [performed({ times: 1 }), '{ did: Buy }'],
  [performed({ times: 0, timesOperator: '=' }), '{ did_not: Buy }'],
  [performed({ times: 3, timesOperator: '<' }), '{ did: Buy, count: { lt: 3 } }'],
  // Without an operator: exactly so many, and once without a number.
  [{ type: 'Performed', id: '1', event: 'Buy' }, '{ did: Buy, count: { eq: 1 } }', EXACTLY],
  [performed({ timeOperator: 'Within', withinSeconds: 604_800 }), '{ did: Buy, within: 1w }'],
  [
    performed({ withinSeconds: 3600 }),
    '{ did: Buy, within: 1h }',
    /^check entryNode: .*"withinSeconds" without "timeOperator"/,
  ],
  [
    performed({ timeOperator: 'AfterAbsolute', absoluteTimestamp: '2024-01-01' }),
    '{ did: Buy, since: 2024-01-01 }',
  ],
  [
    performed({ timeOperator: 'BeforeAbsolute', absoluteTimestamp: '2024-01-01' }),
    null,
    AT_ENTRY('A time until which'),
  ],
  [
    performed({
      properties: [
        { path: 'sku', operator: { type: 'Equals', value: 'a' } },
        { path: 'n', operator: { type: 'LessThan', value: 5 } },
      ],
    }),
    '{ did: Buy, where: { all: [ { property: sku, eq: a }, { property: n, lt: 5 } ] } }',
  ],
  [{ type: 'LastPerformed', id: '1', event: 'Buy' }, '{ did: Buy }'],
  [
    {
      type: 'LastPerformed',
      id: '1',
      event: 'Buy',
      whereProperties: [{ path: 'shop', operator: { type: 'Equals', value: 'x' } }],
      hasProperties: [{ path: 'paid', operator: { type: 'NotEquals', value: 'no' } }],
    },
    `{ sequence: [ { did: Buy, where: { all: [ { property: shop, eq: x }, { not: { property: paid, eq: 'no' } } ] } },
                   { did_not: Buy, where: { property: shop, eq: x } } ] }`,
  ],
  [
    { type: 'RandomBucket', id: '1', percent: 0.25 },
    '{ sample: { salt: imported, from: 0, to: 0.25 } }',
    /^changed entryNode: As many people are drawn, but others/,
  ],
  [
    { type: 'SubscriptionGroup', id: '1', subscriptionGroupId: 'g' },
    null,
    AT_ENTRY('Whom a subscription group holds'),
  ],
  [
    { type: 'Email', id: '1', event: 'DFEmailOpened', templateId: 't' },
    null,
    AT_ENTRY('It is about messages'),
  ],
  [{ type: 'Manual', id: '1', version: 3 }, null, AT_ENTRY('It is a list of people')],
  [
    { type: 'KeyedPerformed', id: '1', event: 'x', key: 'y' },
    null,
    AT_ENTRY('It belongs to one run of a journey'),
  ],
  [{ type: 'And', id: '1', children: [] }, null, AT_ENTRY('The group has no conditions')],
]

for (const [entryNode, yaml, ...notes] of NODES)
  test(`Dittofeed: ${JSON.stringify(entryNode).slice(0, 150)}`, () => {
    assertCarried(carriedOver('dittofeed', { entryNode, nodes: [] }), yaml, notes)
  })

test('nodes are found by their id, as the API of Dittofeed has them', () => {
  const nodes = [
    { type: 'Or', id: 'b', children: ['c', 'd'] },
    { type: 'Everyone', id: 'c' },
    { type: 'RandomBucket', id: 'd', percent: 0.5 },
    { ...trait({ type: 'Exists' }), id: 'e' },
  ]
  const definition = { entryNode: { type: 'And', id: 'a', children: ['b', 'e', 'nowhere'] }, nodes }
  assertCarried(
    carriedOver('dittofeed', { name: 'Half', definition }),
    `all: [ { any: [ { everyone: true }, { sample: { salt: Half, from: 0, to: 0.5 } } ] }, { trait: plan, ne: '' } ]`,
    [
      /^changed definition.nodes\[2\]: /,
      /^left-out definition.entryNode.children\[2\]: There is no node with this id. \(more people\)$/,
    ],
  )
})

test('a circle of nodes ends, and so does a short file that is a long tree', () => {
  const circle = [
    { type: 'Or', id: 'a', children: ['a', 'c'] },
    { type: 'Everyone', id: 'c' },
  ]
  assertCarried(
    carriedOver('dittofeed', { entryNode: circle[0], nodes: circle }),
    '{ everyone: true }',
    [/^left-out nodes\[0\]: The group is a part of itself/],
  )
  const deep = Array.from({ length: 35 }, (_, id) => ({
    type: 'And',
    id: `n${id}`,
    children: [`n${id + 1}`, `n${id + 1}`],
  }))
  const nodes = [...deep, { type: 'Everyone', id: 'n35' }]
  const { notes } = carriedOver('dittofeed', { entryNode: deep[0], nodes })
  assert.match(notes[0]?.reason ?? '', /There are more than 5000 conditions/)
})

test('a value that has held for some time', () => {
  const operator = { type: 'HasBeen', value: 'free', windowSeconds: 2_592_000 }
  const written = (comparator: string) => {
    const reading = comparisonOf({ trait: 'plan' }, { ...operator, comparator })
    return reading.kind === 'written' ? reading.written : reading
  }
  assert.deepEqual(written('GTE'), { trait: 'plan', eq: 'free', held_for: { gte: '30d' } })
  assert.deepEqual(written('LT'), { trait: 'plan', eq: 'free', held_for: { lt: '30d' } })
})
