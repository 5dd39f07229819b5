// Conditions over other sets of people, from the file to the explanation.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { check } from '../../src/app/check.ts'
import { explain } from '../../src/app/explain.ts'
import { preview } from '../../src/app/preview.ts'
import { NOW, openHouse, surroundings, temporaryFolder, writeFiles } from './house.ts'

const ago = (days: number): string => new Date(NOW - days * 86_400_000).toISOString()

const DATA = {
  'data/customers.csv':
    'id,email,revenue,ads\nc1,a@example.com,10,yes\nc2,b@example.com,30,no\nc3,c@example.com,20,\nc4,d@example.com,,maybe\n',
  'data/leads.csv': 'lead,plan\nc1,pro\nc3,free\nx9,pro\n',
  'data/bills.csv': 'payer,nr,status\nc1,1,open\nc1,2,paid\nc2,3,paid\n',
  'data/lines.csv': 'bill,sku\n2,pen\n3,pen\n3,ink\n',
  'data/logins.csv': `who,at\nc1,${ago(3)}\nc2,${ago(90)}\n`,
}

const definition = (where: string, more: string): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  people:
    source: shop
    table: customers
    key: id
    consent: { advertising: ads }
    relations:
      bills: { table: bills, key: payer, relations: { lines: { table: lines, key: bill, own: nr } } }
    events: [{ table: logins, person: who, every_row: Login, time: at }]
  leads: { source: shop, table: leads, key: lead }
audiences:
  some: { model: people, where: ${where} }
${more}destinations: { meta: { type: meta, consent: advertising } }
syncs: { to_meta: { audience: some, destination: meta, mapping: { EMAIL: email } } }
`

const OTHERS = `  active: { model: people, where: { did: Login, within: 30d } }
  rich: { model: people, where: { trait: revenue, gte: 20 }, exclude: [active] }
  pro: { model: leads, where: { trait: plan, eq: pro } }
`

async function house(context: TestContext, where: string) {
  const folder = temporaryFolder(context)
  writeFiles(folder, { ...DATA, 'rollcall.yaml': definition(where, OTHERS) })
  const { mistakes } = await check(join(folder, 'rollcall.yaml'), surroundings())
  assert.deepEqual(mistakes, [])
  return openHouse(context, folder)
}

const OPTIONS = { sync: null, reveal: false, now: NOW }

async function membersOf(context: TestContext, where: string): Promise<string[]> {
  const workspace = await house(context, where)
  const members: string[] = []
  for (const key of ['c1', 'c2', 'c3', 'c4'])
    if ((await explain(workspace, 'some', key, OPTIONS)).member) members.push(key)
  const { size } = await preview(workspace, 'some', { sync: null, now: NOW })
  assert.equal(size, members.length)
  return members
}

test('members of other audiences, and who agreed', async (context) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{ member_of: active }', ['c1']],
    ['{ not: { member_of: active } }', ['c2', 'c3', 'c4']],
    ['{ member_of: rich }', ['c2', 'c3']],
    ['{ any: [ { member_of: active }, { member_of: rich } ] }', ['c1', 'c2', 'c3']],
    ['{ member_of: pro }', ['c1']],
    ['{ consent: advertising }', ['c1']],
    ['{ not: { consent: advertising } }', ['c2', 'c3', 'c4']],
  ]
  for (const [where, expected] of cases) assert.deepEqual(await membersOf(context, where), expected)
})

test('the first by a value', async (context) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{ top: { trait: revenue, count: 2 } }', ['c2', 'c3']],
    // Of the three with a value, a third is one and a bit more are two.
    ['{ top: { trait: revenue, percent: 33.333 } }', ['c2']],
    ['{ top: { trait: revenue, percent: 34 } }', ['c2', 'c3']],
    ['{ top: { trait: revenue, percentile: [0, 40] } }', ['c1']],
    ['{ top: { trait: revenue, count: 1, of: { member_of: active } } }', ['c1']],
    ['{ top: { did: Login, within: 30d, count: 1 } }', ['c1']],
  ]
  for (const [where, expected] of cases) assert.deepEqual(await membersOf(context, where), expected)
})

test('rows that belong to people', async (context) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{ related: bills, where: { column: status, eq: open } }', ['c1']],
    ['{ related: bills, where: { column: status, eq: paid }, quantifier: all }', ['c2']],
    [
      '{ related: bills, where: { column: status, eq: open }, quantifier: none }',
      ['c2', 'c3', 'c4'],
    ],
    ['{ related: bills, where: { related: lines, count: { gte: 2 } } }', ['c2']],
  ]
  for (const [where, expected] of cases) assert.deepEqual(await membersOf(context, where), expected)
})

test('a column that related rows do not have is a mistake with the nearest', async (context) => {
  const folder = temporaryFolder(context)
  const where =
    '{ related: bills, where: { all: [ { column: statsu, eq: open }, { related: lines, where: { column: skus, eq: a } } ] } }'
  writeFiles(folder, { ...DATA, 'rollcall.yaml': definition(where, '') })
  const { mistakes } = await check(join(folder, 'rollcall.yaml'), surroundings())
  assert.deepEqual(
    mistakes.map(({ path, message, remedy }) => `${path}: ${message}. ${remedy}`),
    [
      'audiences.some.where: There is no column "statsu" in the relation "people.bills". Write "status"',
      'audiences.some.where: There is no column "skus" in the relation "people.bills.lines". Write "sku"',
    ],
  )
})

test('an explanation tells the conditions of the audiences that are named', async (context) => {
  const workspace = await house(context, '{ member_of: rich }')
  const { member, conditions } = await explain(workspace, 'some', 'c3', OPTIONS)
  assert.ok(member)
  assert.deepEqual(
    conditions.map(({ audience, sentence, holds }) => [audience, sentence, holds]),
    [
      ['some', 'in the audience rich', true],
      ['rich', 'revenue is at least 20', true],
      ['rich', 'in the excluded audience active', false],
      ['active', 'did “Login” within the last 30 days', false],
    ],
  )
})
