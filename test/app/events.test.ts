// Events as people have them: CSV and JSON lines beside the customers, from the file to the explanation.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { check } from '../../src/app/check.ts'
import { explain } from '../../src/app/explain.ts'
import { plan } from '../../src/app/run.ts'
import { preview } from '../../src/app/preview.ts'
import { NOW, openHouse, surroundings, temporaryFolder, writeFiles } from './house.ts'

const ago = (days: number): string => new Date(NOW - days * 86_400_000).toISOString()

const DATA = {
  'data/customers.csv': 'id,email\nc1,a@example.com\nc2,b@example.com\nc3,c@example.com\n',
  'data/orders.csv': `customer,created,revenue\nc1,${ago(3)},80\nc1,${ago(9)},40\nc2,${ago(50)},900\n`,
  'data/tracked.jsonl': [
    { who: 'c1', event: 'Login', at: ago(1), properties: { plan: 'pro' } },
    { who: 'c3', event: 'Login', at: ago(2), properties: { plan: 'free' } },
    { who: 'c3', event: 'Checkout Started', at: ago(2), properties: {} },
  ]
    .map((row) => `${JSON.stringify(row)}\n`)
    .join(''),
}

const STREAMS = [
  '{ table: tracked, person: who, name: event, time: at, properties: properties }',
  '{ table: orders, person: customer, every_row: Order Completed, time: created }',
] as const

const definition = (where: string, streams: readonly string[] = STREAMS): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  people:
    source: shop
    table: customers
    key: id
    events:
${streams.map((stream) => `      - ${stream}\n`).join('')}audiences:
  some: { model: people, where: ${where} }
destinations: { meta: { type: meta } }
syncs: { to_meta: { audience: some, destination: meta, mapping: { EMAIL: email } } }
`

async function membersOf(context: TestContext, where: string): Promise<string[]> {
  const folder = temporaryFolder(context)
  writeFiles(folder, { ...DATA, 'rollcall.yaml': definition(where) })
  const workspace = await openHouse(context, folder)
  const members: string[] = []
  for (const key of ['c1', 'c2', 'c3']) {
    const { member } = await explain(workspace, 'some', key, {
      sync: null,
      reveal: false,
      now: NOW,
    })
    if (member) members.push(key)
  }
  const { size } = await preview(workspace, 'some', { sync: null, now: NOW })
  assert.equal(size, members.length)
  return members
}

test('events of files decide who belongs', async (context) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{ did: Order Completed, within: 30d }', ['c1']],
    ['{ did_not: Order Completed }', ['c3']],
    ['{ did: Order Completed, sum: { property: revenue, gte: 120 } }', ['c1', 'c2']],
    ['{ did: Login, where: { property: plan, eq: pro } }', ['c1']],
    ['{ did: [Login, Order Completed], count: { gte: 3 } }', ['c1']],
    ['{ did: any, last: { property: plan, eq: free } }', ['c3']],
  ]
  for (const [where, expected] of cases) assert.deepEqual(await membersOf(context, where), expected)
})

async function checked(context: TestContext, where: string, streams?: readonly string[]) {
  const folder = temporaryFolder(context)
  writeFiles(folder, { ...DATA, 'rollcall.yaml': definition(where, streams) })
  return check(join(folder, 'rollcall.yaml'), surroundings())
}

test('a column that the events do not have is a mistake where it is named', async (context) => {
  const { mistakes } = await checked(context, '{ did: Login }', [
    '{ table: tracked, person: whoo, name: event, time: at, properties: props }',
    '{ table: orders, person: customer, every_row: Order Completed, time: crated }',
  ])
  assert.deepEqual(
    mistakes.map(({ line, path, message, nearest }) => [line, path, message, nearest]),
    [
      [
        9,
        'models.people.events[0].person',
        'The events of the model "people" have no column "whoo"',
        'who',
      ],
      [
        9,
        'models.people.events[0].properties',
        'The events of the model "people" have no column "props"',
        undefined,
      ],
      [
        10,
        'models.people.events[1].time',
        'The events of the model "people" have no column "crated"',
        'created',
      ],
    ],
  )
})

test('a time that is none is a mistake', async (context) => {
  const { mistakes } = await checked(context, '{ did: Login }', [
    '{ table: tracked, person: who, name: event, time: properties }',
  ])
  assert.deepEqual(
    mistakes.map(({ path, message }) => `${path}: ${message}`),
    ['models.people.events[0].time: The column "properties" holds no times'],
  )
})

test('names that no event has are warned of with the nearest, by check and by preview', async (context) => {
  const where =
    '{ any: [ { did: Logn }, { did: Order Completed, sum: { property: revenu, gte: 1 } } ] }'
  const { valid, warnings } = await checked(context, where)
  assert.ok(valid)
  assert.deepEqual(
    warnings.map(({ line, path, message }) => `${line} ${path}: ${message}`),
    [
      '12 audiences.some.where.any[0]: No event is called "Logn". Did you mean "Login"?',
      '12 audiences.some.where.any[1]: No property is called "revenu". Did you mean "revenue"?',
    ],
  )
  const orders = await checked(
    context,
    '{ did: Order Completed, sum: { property: revenu, gte: 1 } }',
    STREAMS.slice(1),
  )
  assert.deepEqual(
    orders.warnings.map(({ message }) => message),
    ['No property is called "revenu". Did you mean "revenue"?'],
  )
  const folder = temporaryFolder(context)
  writeFiles(folder, { ...DATA, 'rollcall.yaml': definition('{ did: Logn }') })
  const workspace = await openHouse(context, folder)
  const { notices } = await preview(workspace, 'some', { sync: null, now: NOW })
  assert.deepEqual(
    notices.filter(({ code }) => code === 'preview/unknown-event').map(({ remedy }) => remedy),
    ['Did you mean "Login"?'],
  )
})

test('an event that some clients write otherwise is warned of', async (context) => {
  const folder = temporaryFolder(context)
  const warned = async (did: string): Promise<readonly string[]> => {
    const names = ['Signed Up', 'signed up', 'Signed Up ', 'Signed  Up', 'SignedUp', 'Signed In']
    const rows = names.map((name) => `c1,${name},${ago(1)}\n`)
    writeFiles(folder, {
      ...DATA,
      'data/seen.csv': `who,event,at\n${rows.join('')}`,
      'rollcall.yaml': definition(`{ did: ${did} }`, [
        '{ table: seen, person: who, name: event, time: at }',
      ]),
    })
    const { warnings } = await check(join(folder, 'rollcall.yaml'), surroundings())
    return warnings.map(({ message }) => message)
  }
  const [one, ...others] = await warned('Signed Up')
  assert.deepEqual(others, [])
  assert.match(one ?? '', /^Some events are called /)
  for (const twin of ['"signed up"', '"Signed Up "', '"Signed  Up"'])
    assert.ok(one?.includes(twin), one)
  assert.ok(!one?.includes('"SignedUp"') && !one?.includes('"Signed In"'))
  assert.deepEqual(await warned('[Signed Up, signed up, "Signed Up ", "Signed  Up"]'), [])
  assert.deepEqual(await warned('Signed In'), [])
})

test('what stands in JSON has names too: properties, and paths into the context', async (context) => {
  const folder = temporaryFolder(context)
  const row = (who: string, tier: string) =>
    `${who},Login,${ago(1)},"{""plan"": ""${tier}"", ""cart"": {""total"": 5}}","{""page"": {""title"": ""x""}}"\n`
  const stream =
    '{ table: seen, person: who, name: event, time: at, properties: props, context: about }'
  const warned = async (where: string): Promise<readonly string[]> => {
    writeFiles(folder, {
      ...DATA,
      'data/seen.csv': `who,event,at,props,about\n${row('c1', 'pro')}${row('c2', 'free')}`,
      'rollcall.yaml': definition(where, [stream]),
    })
    const { warnings, mistakes } = await check(join(folder, 'rollcall.yaml'), surroundings())
    assert.deepEqual(mistakes, [])
    return warnings.map(({ message }) => message)
  }
  const typed = await warned(
    `{ all: [ { did: Login, where: { property: plna, eq: pro } },
        { did: Login, where: { property: cart.totl, gt: 1 } },
        { did: any, where: { context: page.titel, eq: x } },
        { did: Login, where: { all: [ { property: plan, eq: pro }, { property: cart.total, gt: 1 }, { context: page.title, eq: x } ] } } ] }`,
  )
  assert.deepEqual(typed, [
    'No property is called "plna". Did you mean "plan"?',
    'No property is called "cart.totl". Did you mean "cart.total"?',
    'No part of the context is called "page.titel". Did you mean "page.title"?',
  ])
  // Of an event that never happened nothing can be said.
  assert.deepEqual(await warned('{ did: Logn, where: { property: plna, eq: pro } }'), [
    'No event is called "Logn". Did you mean "Login"?',
  ])
})

test('a plan warns of unknown names, and names the condition that makes all of the past be read', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    ...DATA,
    'rollcall.yaml': definition('{ all: [ { did: Logn }, { did: Login, within: 30d } ] }'),
  })
  const workspace = await openHouse(context, folder)
  const options = { full: false, empty: false, now: NOW }
  const { audienceNotices } = await plan(workspace, 'to_meta', options, () => {})
  assert.deepEqual(audienceNotices, [
    'No event is called "Logn". Did you mean "Login"?',
    'Events are read from the first ever, because of: did “Logn”',
  ])
})

test('an audience of people of whom nothing was taken in says so', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml':
      'version: 1\naudiences:\n  some: { model: profiles, where: { did: Login, within: 7d } }\n' +
      '  best: { model: profiles, where: { top: { did: Login, percent: 10 } } }\n',
  })
  const { warnings } = await check(join(folder, 'rollcall.yaml'), surroundings())
  assert.match(warnings[0]?.message ?? '', /^No event has been taken in yet/)
  const workspace = await openHouse(context, folder)
  const { notices, fullPass } = await preview(workspace, 'some', { sync: null, now: NOW })
  assert.match(notices[0]?.message ?? '', /^No event has been taken in yet/)
  // It can follow its events; a ranking cannot.
  assert.deepEqual(fullPass, [])
  const best = await preview(workspace, 'best', { sync: null, now: NOW })
  assert.deepEqual(
    best.fullPass?.map(({ kind }) => kind),
    ['top'],
  )
})
