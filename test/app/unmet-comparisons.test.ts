// A condition that nobody meets, since the values are of another kind or written with other capitals, says so.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { check } from '../../src/app/check.ts'
import { preview } from '../../src/app/preview.ts'
import { NOW, openHouse, surroundings, temporaryFolder, writeFiles } from './house.ts'

const DAY = 86_400_000
const at = (days: number): string => new Date(NOW - days * DAY).toISOString()

const DATA = {
  'data/customers.csv':
    'id,email,plan,age,joined,code\nc1,a@example.com,pro,19,2026-01-05,7\nc2,b@example.com,free,young,05.01.2026,\nc3,c@example.com,,,,\n',
  'data/seen.jsonl': [
    { who: 'c1', event: 'Order', at: at(1), props: { total: 'lots', coupon: 'SUMMER' } },
    { who: 'c2', event: 'Order', at: at(90), props: { total: 12, coupon: 'WINTER' } },
  ]
    .map((row) => `${JSON.stringify(row)}\n`)
    .join(''),
}

const definition = (where: string): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  people:
    source: shop
    table: customers
    key: id
    events: [ { table: seen, person: who, name: event, time: at, properties: props } ]
audiences:
  some: { model: people, where: ${where} }
`

async function warned(context: TestContext, where: string): Promise<readonly string[]> {
  const folder = temporaryFolder(context)
  writeFiles(folder, { ...DATA, 'rollcall.yaml': definition(where) })
  const { warnings, mistakes } = await check(join(folder, 'rollcall.yaml'), surroundings())
  assert.deepEqual(mistakes, [], where)
  const workspace = await openHouse(context, folder)
  const { notices } = await preview(workspace, 'some', { sync: null, now: NOW })
  const told = notices.filter(({ code }) => code === 'preview/unmet-comparison')
  assert.deepEqual(
    warnings.map(({ message }) => message),
    told.map(({ message, remedy }) => `${message}. ${remedy}`),
  )
  return warnings.map(({ path, message }) => `${path} ${message}`)
}

const unread = (what: string, kind: string, people: string) =>
  `No value of the ${what} can be read as ${kind}, though ${people} one`
const capitals = (people: string, what: string) =>
  `Only capitals keep ${people} from it: no ${what} is written exactly so`

test('values of another kind, and with other capitals, are told of where nobody meets the condition', async (context) => {
  const cases: readonly (readonly [string, string])[] = [
    ['{ trait: plan, gte: 5 }', unread('trait "plan"', 'a number', '2 people have')],
    ['{ trait: plan, eq: 5 }', unread('trait "plan"', 'a number', '2 people have')],
    ['{ trait: plan, is_true: true }', unread('trait "plan"', 'true or false', '2 people have')],
    [
      '{ trait: plan, within_last: 30d }',
      unread('trait "plan"', 'a date or time', '2 people have'),
    ],
    ['{ trait: plan, semver_gt: 1.0.0 }', unread('trait "plan"', 'a version', '2 people have')],
    ['{ trait: plan, eq: Pro }', capitals('1 person', 'trait "plan"')],
    ['{ trait: plan, in: [Pro, FREE] }', capitals('2 people', 'trait "plan"')],
    [
      '{ did: Order, where: { property: coupon, gt: 1 } }',
      unread('property "coupon"', 'a number', '2 people have'),
    ],
    // Of the events in the window alone.
    [
      '{ did: Order, within: 30d, sum: { property: total, gte: 1 } }',
      unread('property "total"', 'a number', '1 person has'),
    ],
    [
      '{ did_not: Order, where: { property: coupon, eq: summer } }',
      capitals('1 person', 'property "coupon"'),
    ],
  ]
  for (const [where, message] of cases) {
    const [first, ...others] = await warned(context, where)
    assert.ok(first?.startsWith(`audiences.some.where ${message}.`), `${where}: ${first}`)
    assert.deepEqual(others, [], where)
  }
})

test('it is told at its place, and of no condition that somebody meets or that could be met', async (context) => {
  const among = await warned(
    context,
    '{ any: [ { trait: plan, eq: pro }, { not: { trait: plan, eq: Pro } } ] }',
  )
  assert.deepEqual(
    among.map((one) => one.split(' ')[0]),
    ['audiences.some.where.any[1].not'],
  )
  for (const where of [
    '{ trait: plan, eq: pro }',
    // Nobody is so old, but one is of some age.
    '{ trait: age, gt: 90 }',
    '{ trait: joined, since: 2026-06-01 }',
    '{ trait: plan, eq: team }',
    '{ trait: plan, eq: PRO, ignore_case: true }',
    '{ did: Order, sum: { property: total, gte: 100 } }',
    '{ did: Order, within: 30d, where: { property: coupon, eq: WINTER } }',
  ])
    assert.deepEqual(await warned(context, where), [], where)
})
