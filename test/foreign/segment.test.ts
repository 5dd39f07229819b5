// Segment's query language: how each of its conditions is written here, and what is said of the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importDefinition } from '../../src/foreign/import-definition.ts'
import { assertCarried, carriedOver } from './carried-over.ts'

const AUDIENCE_TOO = /^check 1:\d+: In Segment an audience is a trait too/
const USER_TRAIT = /^left-out \d+:\d+: In a condition over accounts a trait is the account’s/
const ONE_ACCOUNT = /^check \d+:\d+: Whoever belongs to several accounts/
const SUM = /^check 1:1: Whoever has no such event has no sum/
const WAITING = /^check 1:1: As in Segment, an event counts from its start on/

/** A query, how it is written here, and the notes. */
const QUERIES: readonly (readonly [string, string | null, ...RegExp[]])[] = [
  [
    `event('Shoes Bought').where( property('price') >= 100 ).within(7 days).count() >= 1`,
    '{ did: Shoes Bought, where: { property: price, gte: 100 }, within: 7d }',
  ],
  [
    `event('Shoes Bought').where( property('price') >= trait('avg_spend') AND
     event('Shoes Returned').within(parent: 5 days).count() >= 1 ).within(30 days).count() >= 1`,
    `{ sequence: [
       { did: Shoes Bought, where: { property: price, gte: { trait: avg_spend } } },
       { did: Shoes Returned, within: 5d } ], started: { within: 30d } }`,
  ],
  [
    `NOT ( event('Shoes Bought').count() >= 1 AND trait('total_spend') > 200 )`,
    'not: { all: [ { did: Shoes Bought }, { trait: total_spend, gt: 200 } ] }',
  ],
  [
    `entity('orders').where(entity('order-products').count() >= 1).count() >= 1`,
    `{ related: orders, where: { related: order-products, count: { gte: 1 } }, count: { gte: 1 } }`,
    /declare the relation "order-products"/,
    /declare the relation "orders"/,
  ],
  [
    `entity('orders').where(property('total') > 5).count() = 0`,
    '{ related: orders, where: { column: total, gt: 5 }, count: { eq: 0 } }',
    /declare the relation "orders"/,
  ],
  // Counts
  [`event('A').count() = 0`, '{ did_not: A }'],
  [`event('A').within(24 hours).count() < 3`, '{ did: A, within: 24h, count: { lt: 3 } }'],
  [`event('A').count() != 2`, '{ did: A, count: { ne: 2 } }'],
  [`event('A').count().at_least(2)`, '{ did: A, count: { gte: 2 } }'],
  [`event('A').between(7 days, 10 days).count() >= 1`, '{ did: A, ago: [7d, 10d] }'],
  [`event('any').count() >= 1`, '{ did: [any] }'],
  [`event('A').count() > event('B').count()`, '{ did: A, count: { gt: { did: B } } }'],
  [
    `event('A').within(7 days).count() > event('B').count()`,
    '{ did: A, within: 7d, count: { gt: { did: B, since: 1970-01-01 } } }',
  ],
  [
    `event('A').sources({exclude: 'one', 'two'}).count() >= 1`,
    '{ did: A, sources: { exclude: [one, two] } }',
    /^check 1:1: Segment names sources by their id/,
  ],
  [
    `event('A').where(context('page.url').contains('/x')).count() >= 1`,
    '{ did: A, where: { context: page.url, contains: /x } }',
  ],
  // Reducers
  [`event('A').sum(property('p')) >= 500`, '{ did: A, sum: { property: p, gte: 500 } }', SUM],
  [`event('A').avg(property('p')) < 5`, '{ did: A, avg: { property: p, lt: 5 } }'],
  [`event('A').max(property('p')) > 5`, '{ did: A, max: { property: p, gt: 5 } }'],
  [`event('A').max(property('p') as string) > 'm'`, null, /^left-out 1:1: The max of texts/],
  [`event('A').first(property('p')) = 'x'`, '{ did: A, first: { property: p, eq: x } }'],
  [
    `event('A').last(property('p')).omits('x')`,
    'not: { did: A, last: { property: p, contains: x } }',
  ],
  [`event('A').unique(property('p')).count() > 3`, '{ did: A, distinct: { property: p, gt: 3 } }'],
  [`event('A').unique(property('p')) = 'x'`, null, /^left-out 1:1: A list of values/],
  [
    `event('A').mode(property('p'), 2) = 'x'`,
    '{ did: A, most_frequent: { property: p, eq: x } }',
    /^changed 1:1: .*the one seen last counts here\. That a value occurs 2 times is not asked/,
  ],
  [`event('A').within(7 days).avg(property('p'))`, null, /^left-out 1:1: It gives a value/],
  // Traits
  [`trait('plan') = 'pro'`, '{ trait: plan, eq: pro }'],
  [`trait('plan') == literal('pro')`, '{ trait: plan, eq: pro }'],
  [`trait('plan') != 'free'`, '{ trait: plan, ne: free }'],
  [
    `NOT trait('plan') = 'free' AND trait('a') = 1`,
    'all: [ { not: { trait: plan, eq: free } }, { trait: a, eq: 1 } ]',
  ],
  [`trait('plan').absent()`, '{ trait: plan, exists: false }'],
  [`trait('plan').exists()`, '{ trait: plan, exists: true }'],
  [`trait('a').contains('x')`, '{ trait: a, contains: x }'],
  [`trait('a').contains('x', 'y')`, '{ trait: a, contains_any: [x, y] }'],
  [`trait('a').omits('x')`, 'not: { trait: a, contains: x }'],
  [
    `trait('a').starts_with('x') OR trait('a').ends_with("it's")`,
    `any: [ { trait: a, starts_with: x }, { trait: a, ends_with: "it's" } ]`,
  ],
  [`trait('a').one_of('x', 'y')`, '{ trait: a, in: [x, y] }'],
  [`trait('a').one_of(['x', 'y'])`, '{ trait: a, in: [x, y] }'],
  [
    `trait('a').none_of('x')`,
    '{ trait: a, not_in: [x] }',
    /^check 1:1: Here it asks that there is a value/,
  ],
  [`trait('a.b') > trait('c')`, '{ trait: a.b, gt: { trait: c } }'],
  [
    `trait('a') > 'x'`,
    null,
    /^left-out 1:1: It cannot be written here: Cannot read "x" beside "gt"\.$/,
  ],
  [`trait('a\\.b') = 1`, null, /^left-out 1:1: "a\\.b" has a dot that is part of a name/],
  [`trait('a.$.b') = 1`, null, /^left-out 1:1: "a\.\$\.b" looks into each entry/],
  [
    `trait('t').before_date('2023-12-07T18:50:00Z')`,
    `{ trait: t, before: '2023-12-07T18:50:00Z' }`,
  ],
  [
    `trait('t').after_date('2023-12-07T18:50:00')`,
    `{ trait: t, after: '2023-12-07T18:50:00' }`,
    /^check 1:1: The time has no zone/,
  ],
  [`trait('t').within_last(7 days)`, '{ trait: t, within_last: 7d }'],
  [`trait('t').within_next(1 day)`, '{ trait: t, within_next: 1d }'],
  [`trait('t').before_last(7 days)`, '{ trait: t, before_last: 7d }'],
  [`trait('t').after_next(3 hours)`, '{ trait: t, after_next: 3h }'],
  [`trait('vip') = true`, '{ trait: vip, eq: true }', AUDIENCE_TOO],
  [
    `trait('buyers') = true`,
    '{ member_of: buyers }',
    /^check 1:1: "buyers" is an audience of this file/,
  ],
  [`trait('buyers') = false`, 'not: { member_of: buyers }', /"buyers" is an audience of this file/],
  // AND binds tighter than OR.
  [
    `trait('a') = 1 OR trait('b') = 2 AND trait('c') = 3`,
    'any: [ { trait: a, eq: 1 }, { all: [ { trait: b, eq: 2 }, { trait: c, eq: 3 } ] } ]',
  ],
  // Funnels
  [
    `event('A').where(event('B').within(parent: 2 days).count() = 0).within(30 days).count() >= 1`,
    `any: [ { sequence: [ { did: A }, { did_not: B, within: 2d } ], started: { within: 30d } },
            { sequence: [ { did: A }, { did_not: B } ], started: { within: 30d } } ]`,
    WAITING,
  ],
  [
    `event('A').where(NOT event('B').within(parent: 2 days).where(property('id') = property(parent: 'id')).count() >= 1).within(1 day).count() >= 1`,
    `{ sequence: [ { did: A }, { did_not: B, where: { property: id, eq: { step: 1, property: id } } } ], started: { within: 1d } }`,
  ],
  [
    `event('A').where(event('B').within(parent: 2 days).count() >= 1).count() = 0`,
    'not: { sequence: [ { did: A }, { did: B, within: 2d } ] }',
  ],
  [
    `event('A').where(event('B').within(parent: 2 days).count() >= 2).count() >= 1`,
    null,
    /^left-out 1:1: Of the other event it can be asked/,
  ],
  [
    `event('A').where(event('B').count() >= 1).count() >= 1`,
    null,
    /^left-out 1:1: The other event needs "within\(parent: …\)"/,
  ],
  [
    `event('A').where(property('x') = 1 OR event('B').within(parent: 1 day).count() >= 1).count() >= 1`,
    null,
    /^left-out 1:1: Another event can be asked for beside an event by AND alone/,
  ],
  [
    `event('A').where(event('B').within(parent: 1 day).count() >= 1).count() >= 2`,
    null,
    /^left-out 1:1: Of events that are followed/,
  ],
  [
    `event('A').expires_after(1 hour).count() >= 1`,
    null,
    /^left-out 1:1: "expires_after" cannot be carried over/,
  ],
  [
    `event('A').where(property('x') = property(parent: 'x')).count() >= 1`,
    null,
    /^left-out 1:1: It cannot be written here: Step 1/,
  ],
  // Accounts
  [`ANY event('A').count() >= 1`, '{ account: { did: A }, users: any }'],
  [`ALL event('A').count() >= 1`, '{ account: { did: A }, users: all }'],
  [`ALL NOT event('A').count() >= 1`, '{ account: { not: { did: A } }, users: all }'],
  [`NOT ANY event('A').count() >= 1`, '{ account: { not: { did: A } }, users: all }'],
  [`NOT ALL NOT event('A').count() >= 1`, '{ account: { did: A }, users: any }'],
  [
    `trait('industry') = 'retail' AND NOT trait('plan') = 'free' AND ANY event('A').within(7 days).count() = 0`,
    `{ account: { all: [ { trait: industry, eq: retail }, { not: { trait: plan, eq: free } },
                         { did_not: A, within: 7d } ] }, users: any }`,
  ],
  [
    `ALL event('A').count() >= 1 AND ALL (event('B').count() >= 1 OR trait('buyers') = true)`,
    '{ account: { all: [ { did: A }, { any: [ { did: B }, { member_of: buyers } ] } ] }, users: all }',
    /"buyers" is an audience of this file/,
  ],
  [
    `ANY event('A').count() >= 1 AND ANY event('B').count() >= 1`,
    'all: [ { account: { did: A }, users: any }, { account: { did: B }, users: any } ]',
    ONE_ACCOUNT,
  ],
  [
    `NOT (trait('a') = 1 AND ANY event('A').count() >= 1 AND ALL event('B').count() >= 1)`,
    `any: [ { account: { not: { trait: a, eq: 1 } }, users: any },
            { account: { not: { did: A } }, users: all }, { account: { not: { did: B } }, users: any } ]`,
  ],
  [`ALL ( event('A').count() >= 1 AND trait('total_spend') > 200 )`, null, USER_TRAIT],
  [
    `ANY event('A').where(property('p') > trait('t')).count() >= 1 AND trait('seats') > trait('users')`,
    '{ account: { trait: seats, gt: { trait: users } }, users: any }',
    USER_TRAIT,
  ],
  [`ANY ALL event('A').count() >= 1`, null, /^left-out 1:1: ANY and ALL cannot stand in/],
  [
    `event('A').count() >= 1 OR ANY event('B').count() >= 1`,
    '{ account: { did: B }, users: any }',
    /^left-out 1:1: "event" is asked of an account's users here/,
  ],
  [
    `trait('buyers') = true AND ANY event('B').count() >= 1 AND trait('vip') = true`,
    '{ account: { all: [ { did: B }, { trait: vip, eq: true } ] }, users: any }',
    /^left-out 1:1: "buyers" is an audience of this file, and those are of people/,
    /^check 1:28: .*If "vip" is one, write its conditions/,
  ],
]

for (const [query, yaml, ...notes] of QUERIES)
  test(`Segment: ${query.replaceAll(/\s+/g, ' ')}`, () => {
    assertCarried(carriedOver('segment', query, ['buyers']), yaml, notes)
  })

test('what leaving out does is told by the lists and the "not" around it', () => {
  const lost = `trait('x.$') = 1`
  const told = (query: string) => carriedOver('segment', query).notes.map(({ effect }) => effect)
  assert.deepEqual(told(`trait('a') = 1 AND ${lost}`), ['more people'])
  assert.deepEqual(told(`trait('a') = 1 OR ${lost}`), ['fewer people'])
  assert.deepEqual(told(`NOT (trait('a') = 1 AND ${lost})`), ['fewer people'])
  assert.deepEqual(told(`NOT (trait('a') = 1 OR NOT (trait('b') = 1 OR ${lost}))`), [
    'fewer people',
  ])
  // The list that it stands in is gone with it, so the next one decides.
  assert.deepEqual(told(`trait('a') = 1 AND (${lost} OR NOT ${lost})`), [
    'more people',
    'more people',
  ])
  assert.deepEqual(told(lost), [null])
})

test('an audience of the API is one of users or of accounts', () => {
  const audience = (type: string, query = `trait('plan') = 'pro'`) =>
    carriedOver('segment', { name: 'Pros', definition: { query, type } })
  assertCarried(audience('USERS'), '{ trait: plan, eq: pro }')
  assertCarried(audience('ACCOUNTS'), '{ account: { trait: plan, eq: pro }, users: any }')
  assertCarried(audience('USERS', `ANY event('A').count() >= 1`), null, [
    /^left-out 1:1: ANY asks for an account's users, in an audience of users/,
  ])
  assertCarried(audience('LINKED'), null, [/^left-out definition.type: It is known of users/])
})

test('what is no query is refused at its place', () => {
  const refused = (text: string) => {
    const imported = importDefinition(text, { language: 'segment', audiences: new Set() })
    return imported.kind === 'unreadable' ? `${imported.place} ${imported.message}` : imported
  }
  assert.equal(refused(''), '1:1 Expected a value, not the end.')
  assert.equal(refused(`trait('a') =`), '1:13 Expected a value, not the end.')
  assert.equal(refused(`trait('a') = 'b`), '1:14 A text has no end.')
  assert.equal(refused(`trait('a')\n  AND ; trait('b')`), '2:7 Cannot read ";" here.')
  assert.equal(
    refused(`trait('a') = 1 trait('b') = 2`),
    '1:16 Expected AND, OR or the end, not "trait".',
  )
  assert.equal(refused(`event('a'.count() >= 1`), '1:10 Expected ",", not ".".')
  assert.equal(refused('('.repeat(50)), '1:41 Conditions are nested more than 40 deep.')
  assert.equal(
    refused(`${'NOT '.repeat(50)} trait('a') = 1`),
    '1:157 Conditions are nested more than 40 deep.',
  )
})
