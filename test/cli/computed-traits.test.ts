// Computed traits the whole way: as condition, as match key and as value, over files and over the people of our own.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { pick, pickAll, Place } from './rollcall.ts'

const DEFINITION = `version: 1
sources:
  shop: { type: files, path: ./data }
models:
  customers:
    source: shop
    table: customers
    key: customer_id
    events: [{ table: orders, person: customer, every_row: Order Completed, time: at }]
computed_traits:
  revenue_30d: { model: customers, did: Order Completed, sum: { property: amount }, within: 30d }
  average: { model: customers, did: Order Completed, avg: { property: amount } }
  large_orders: { model: customers, did: Order Completed, where: { property: amount, gte: { trait: average } } }
  addresses: { model: customers, did: Order Completed, unique_list: { property: sent_to } }
  plays: { did: Play, within: 90d }
  favourite: { did: Play, most_frequent: { property: song } }
audiences:
  spenders:
    model: customers
    where: { all: [ { trait: revenue_30d, gte: 10 }, { trait: large_orders, gte: 1 } ] }
  listeners: { model: profiles, where: { trait: plays, gte: 2 } }
destinations:
  meta: { type: meta }
syncs:
  spenders_to_meta:
    audience: spenders
    destination: meta
    mapping: { EXTERN_ID: customer_id, EMAIL: addresses }
    value: revenue_30d
  listeners_to_meta:
    audience: listeners
    destination: meta
    mapping: { EXTERN_ID: person, EMAIL: email }
    value: plays
`

const ORDERS = `customer,at,amount,sent_to
c1,2026-03-01,30,work@example.com
c1,2026-03-20,10,home@example.com
c1,2026-03-21,10,home@example.com
c2,2026-01-01,500,c2@example.com
c3,2026-03-20,4,c3@example.com
`

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex')

const run = (document: unknown, ...path: readonly (string | number)[]): unknown =>
  pick(document, ['runs', 0, ...path])

async function rowsOf(place: Place, now: string, audience: string): Promise<unknown[]> {
  const words = ['audience', 'export', audience, '--hashed', '--format', 'jsonl', '--now', now]
  const { code, stdout, stderr } = await place.rollcall(...words)
  assert.equal(code, 0, stderr)
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]))
}

test('a computed trait decides who belongs, identifies people and is their value, and slides with time', async () => {
  const place = new Place({
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': 'customer_id\nc1\nc2\nc3\nc4\n',
    'data/orders.csv': ORDERS,
  })
  const checked = await place.rollcall('check')
  assert.equal(checked.code, 0, checked.stdout + checked.stderr)
  const row = { EXTERN_ID: 'c1', LOOKALIKE_VALUE: '50' }
  assert.deepEqual(await rowsOf(place, '2026-03-25', 'spenders'), [
    { ...row, EMAIL: hashed('home@example.com') },
    { ...row, EMAIL: hashed('work@example.com') },
  ])
  const first = await place.json('sync', 'spenders_to_meta', '--now', '2026-03-25')
  assert.deepEqual(run(first.document, 'accepted'), { added: 2, removed: 0 })

  // Nothing was bought: the window alone makes the value of the one who stays another.
  const later = await place.json('sync', 'spenders_to_meta', '--now', '2026-04-10')
  assert.deepEqual(run(later.document, 'accepted'), { added: 2, removed: 0 })
  const [slid] = await rowsOf(place, '2026-04-10', 'spenders')
  assert.equal(pick(slid, ['LOOKALIKE_VALUE']), '20')

  const words = ['audience', 'explain', 'spenders', 'c2', '--now', '2026-03-25', '--reveal']
  const explained = await place.json(...words)
  assert.equal(pick(explained.document, ['member']), false)
  assert.deepEqual(pick(explained.document, ['traits']), [
    { trait: 'revenue_30d', value: null },
    { trait: 'large_orders', value: '1' },
  ])
})

test('people of our own have computed traits, and a trait that was told under the same name steps aside', async () => {
  const place = new Place({
    'rollcall.yaml': DEFINITION,
    'people.jsonl': ['ann', 'ben']
      .map((name) => `{"user_id":"${name}","email":"${name}@example.com","favourite":"told"}\n`)
      .join(''),
    'plays.jsonl': ['One', 'Two', 'Two']
      .map((song, day) => `{"user_id":"ann","song":"${song}","time":"2026-03-0${day + 1}"}\n`)
      .join(''),
  })
  const email = '--map=trait.email=email'
  assert.equal((await place.rollcall('import', 'people.jsonl', email)).code, 0)
  assert.equal((await place.rollcall('import', 'plays.jsonl', '--event', 'Play')).code, 0)
  const rows = await rowsOf(place, '2026-03-25', 'listeners')
  assert.deepEqual(
    rows.map((row) => [pick(row, ['EMAIL']), pick(row, ['LOOKALIKE_VALUE'])]),
    [[hashed('ann@example.com'), '3']],
  )
  const where = '{ all: [ { trait: favourite, eq: Two }, { trait: trait_favourite, eq: told } ] }'
  place.write('rollcall.yaml', DEFINITION.replace('{ trait: plays, gte: 2 }', where))
  assert.equal((await rowsOf(place, '2026-03-25', 'listeners')).length, 1)
})

test('a name that no event has is warned of once, one that is a column is a mistake', async () => {
  const place = new Place({
    'rollcall.yaml': DEFINITION.replace('sum: { property: amount }', 'sum: { property: amuont }'),
    'data/customers.csv': 'customer_id\nc1\n',
    'data/orders.csv': ORDERS,
  })
  const { document } = await place.json('check')
  assert.deepEqual(
    pickAll(document, 'warnings', 'message').filter((message) => /property/.test(String(message))),
    ['No property is called "amuont". Did you mean "amount"?'],
  )
  assert.equal(pick(document, ['warnings', 0, 'path']), 'computed_traits.revenue_30d')

  place.write('data/customers.csv', 'customer_id,Revenue_30D\nc1,5\n')
  const clash = await place.json('check')
  assert.equal(clash.code, 2)
  assert.equal(pick(clash.document, ['mistakes', 0, 'code']), 'definition/computed-trait-is-column')
  const planned = await place.rollcall('plan', 'spenders_to_meta')
  assert.match(planned.stdout, /The computed trait "revenue_30d" is called like the column/)

  place.write('rollcall.yaml', DEFINITION.replace('value: revenue_30d', 'value: revenue_30'))
  place.write('data/customers.csv', 'customer_id\nc1\n')
  const misspelt = await place.json('check')
  assert.equal(pick(misspelt.document, ['mistakes', 0, 'nearest']), 'revenue_30d')
})
