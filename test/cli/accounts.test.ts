// Conditions over accounts, the whole way: over a model that declares its own, and over the people of our own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serveIn, WRITE_KEY } from '../collect/serving.ts'
import { pick, Place } from './rollcall.ts'

const BY_COLUMN = '{ table: companies, key: id, own: company_id }'
const BY_ROWS =
  '{ table: companies, key: id, members: { table: works_at, person: customer, account: company } }'

const definition = (where: string, accounts = BY_COLUMN, model = 'customers'): string => `version: 1
sources:
  shop: { type: files, path: ./data }
models:
  customers:
    source: shop
    table: customers
    key: customer_id
    events: [ { table: orders, person: customer, every_row: Ordered, time: at } ]
    accounts: ${accounts}
  plain: { source: shop, table: customers, key: customer_id }
audiences:
  asked: { model: ${model}, where: ${where} }
`

/** Two people of Acme of whom one has ordered, one of Brill who has not, one of a company that is not there, and one of none. */
const DATA = {
  'data/customers.csv':
    'customer_id,company_id,plan\nc1,a,pro\nc2,a,free\nc3,b,free\nc4,gone,free\nc5,,free\n',
  'data/companies.csv': 'id,industry,seats\na,retail,1\nb,retail,5\nc,steel,9\n',
  'data/works_at.csv': 'customer,company\nc1,a\nc2,a\nc2,b\nc3,b\nc3,b\nc4,gone\n',
  'data/orders.csv': 'customer,at,items\nc1,2026-01-01,3\nc1,2026-01-02,1\n',
}

async function keysOf(place: Place, text: string): Promise<string[]> {
  place.write('rollcall.yaml', text)
  const words = ['audience', 'export', 'asked', '--format', 'jsonl', '--now', '2026-03-10']
  const { code, stdout, stderr } = await place.rollcall(...words)
  assert.equal(code, 0, stdout + stderr)
  const rows = stdout.split('\n').filter((line) => line !== '')
  return rows
    .map((line): unknown => JSON.parse(line))
    .map((row) => String(pick(row, ['customer_id']) ?? pick(row, ['user_id', 0])))
    .toSorted()
}

const RETAIL = '{ trait: industry, eq: retail }'
const ORDERED = '{ did: Ordered }'

test('a model says where its accounts are, and by which column or by which rows people belong to them', async () => {
  const place = new Place(DATA)
  const one = async (where: string): Promise<string[]> => keysOf(place, definition(where))
  const several = async (where: string): Promise<string[]> =>
    keysOf(place, definition(where, BY_ROWS))
  assert.deepEqual(await one(`{ account: ${RETAIL} }`), ['c1', 'c2', 'c3'])
  assert.deepEqual(await one(`{ account: ${ORDERED} }`), ['c1', 'c2'])
  assert.deepEqual(await one(`{ account: { not: ${ORDERED} }, users: all }`), ['c3'])
  assert.deepEqual(await one(`{ account: ${ORDERED}, users: none }`), ['c3'])
  assert.deepEqual(await one(`{ not: { account: ${ORDERED} } }`), ['c3', 'c4', 'c5'])
  const each = '{ did: Ordered, where: { property: items, gt: { trait: seats } } }'
  assert.deepEqual(await one(`{ account: ${each} }`), ['c1', 'c2'])
  assert.deepEqual(await several(`{ account: { all: [${RETAIL}, ${ORDERED}] } }`), ['c1', 'c2'])
  assert.deepEqual(await several(`{ account: ${ORDERED}, users: none }`), ['c2', 'c3'])
  const often = '{ did: Ordered, count: { gt: { trait: seats } } }'
  assert.deepEqual(await several(`{ account: ${often}, users: any }`), ['c1', 'c2'])
})

test('an explanation shows the accounts of a person, and of how many of their users it is so', async () => {
  const where = `{ account: { all: [${RETAIL}, { did: Ordered, count: { gt: { trait: seats } } }] } }`
  const place = new Place({ ...DATA, 'rollcall.yaml': definition(where, BY_ROWS) })
  const evidence = async (key: string): Promise<unknown> => {
    const { document } = await place.json('audience', 'explain', 'asked', key, '--reveal')
    return pick(document, ['conditions', 0, 'evidence'])
  }
  const values = (seats: string) => ({ industry: 'retail', seats })
  assert.deepEqual(await evidence('c2'), {
    kind: 'accounts',
    accounts: 2,
    counting: 1,
    shown: [
      { counts: true, account: 'a', users: 2, so: 1, values: values('1') },
      { counts: false, account: 'b', users: 2, so: 0, values: values('5') },
    ],
  })
  assert.deepEqual(await evidence('c4'), { kind: 'accounts', accounts: 0, counting: 0, shown: [] })
  const { stdout } = await place.rollcall('audience', 'explain', 'asked', 'c2', '--reveal')
  assert.match(stdout, /2 accounts, 1 as wanted\n +· +a +1 of 2 users +industry retail, seats 1\n/)
})

test('what a model or a condition says of accounts wrongly is told at its place', async () => {
  const place = new Place(DATA)
  const mistake = async (...of: Parameters<typeof definition>): Promise<string> => {
    place.write('rollcall.yaml', definition(...of))
    const { document } = await place.json('check')
    const mistakes: unknown = pick(document, ['mistakes'])
    assert.equal(Array.isArray(mistakes) && mistakes.length, 1, JSON.stringify(document))
    const path = String(pick(document, ['mistakes', 0, 'path']))
    return `${path}: ${String(pick(document, ['mistakes', 0, 'message']))}`
  }
  const asked = `{ account: ${RETAIL} }`
  const members = 'members: { table: works_at, person: customer, account: company }'
  for (const [where, accounts, model, expected] of [
    [asked, BY_COLUMN, 'plain', 'audiences.asked.where.account: The model "plain" has no accounts'],
    [
      asked,
      '{ table: companies, key: id }',
      'customers',
      'models.customers.accounts: Nothing says who belongs to these accounts',
    ],
    [
      asked,
      `{ table: companies, key: id, own: company_id, ${members} }`,
      'customers',
      'models.customers.accounts: Who belongs to these accounts is said by a column and by a list of members',
    ],
    [
      asked,
      '{ table: companies, key: id, members: { person: customer, account: company } }',
      'customers',
      'models.customers.accounts.members: This list of members has neither a table nor a select',
    ],
    [
      asked,
      '{ table: companies, key: nr, own: company_id }',
      'customers',
      'models.customers.accounts.key: The accounts of the model "customers" have no column "nr"',
    ],
    [
      asked,
      '{ table: companies, key: id, own: company }',
      'customers',
      'models.customers.accounts.own: The model "customers" has no column "company"',
    ],
    [
      asked,
      '{ table: companies, key: id, members: { table: works_at, person: who, account: company } }',
      'customers',
      'models.customers.accounts.members.person: The members of the accounts of the model "customers" have no column "who"',
    ],
    [
      '{ not: { account: { trait: industri, eq: retail } } }',
      BY_COLUMN,
      'customers',
      'audiences.asked.where.not.account.trait: The accounts of the model "customers" have no column for the trait "industri"',
    ],
    // The person's traits are not the account's.
    [
      '{ account: { trait: plan, eq: pro } }',
      BY_COLUMN,
      'customers',
      'audiences.asked.where.account.trait: The accounts of the model "customers" have no column for the trait "plan"',
    ],
  ] as const)
    assert.equal(await mistake(where, accounts, model), expected)
})

test('accounts of an app come from its group calls', async (context) => {
  const text = (where: string): string => `version: 1
tracking: { sources: { web: { write_key: { env: WEB_WRITE_KEY } } } }
audiences:
  asked: { model: profiles, where: ${where} }
`
  const place = new Place({ 'rollcall.yaml': text('{ everyone: true }') })
  place.env['WEB_WRITE_KEY'] = WRITE_KEY
  const { url, child } = await serveIn(place)
  context.after(() => child.kill('SIGKILL'))
  const call = async (kind: string, body: object): Promise<void> => {
    const sent = JSON.stringify({ writeKey: WRITE_KEY, timestamp: '2026-03-01', ...body })
    assert.equal((await fetch(`${url}/v1/${kind}`, { method: 'POST', body: sent })).status, 200)
  }
  for (const [userId, groupId, traits] of [
    ['ann', 'acme', { industry: 'retail', seats: 2 }],
    ['ben', 'acme', {}],
    ['cleo', 'brill', {}],
    ['ben', 'brill', {}],
  ] as const) {
    await call('identify', { userId })
    await call('group', { userId, groupId, traits })
  }
  await call('identify', { userId: 'dora', traits: { industry: 'retail' } })
  await call('track', { anonymousId: 'visitor', event: 'Ordered' })
  const asked = async (where: string): Promise<string[]> => keysOf(place, text(where))
  assert.deepEqual(await asked(`{ account: ${RETAIL} }`), ['ann', 'ben'])
  assert.deepEqual(await asked('{ account: { trait: industry, exists: false } }'), ['ben', 'cleo'])
  assert.deepEqual(await asked(`{ account: ${ORDERED} }`), [])
  // The visitor was Cleo.
  await call('identify', { userId: 'cleo', anonymousId: 'visitor' })
  assert.deepEqual(await asked(`{ account: ${ORDERED} }`), ['ben', 'cleo'])
  assert.deepEqual(await asked(`{ account: ${ORDERED}, users: none }`), ['ann', 'ben'])
  assert.deepEqual(await asked('{ not: { account: { everyone: true } } }'), ['dora'])
})
