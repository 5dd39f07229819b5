// What a trait was, the whole way: over the people of our own, and over a model with a history of its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pick, Place } from './rollcall.ts'

const definition = (where: string, model = 'profiles'): string => `version: 1
sources:
  shop: { type: files, path: ./data }
models:
  customers:
    source: shop
    table: customers
    key: customer_id
    history: { table: changes, person: customer, trait: field, value: new_value, time: at }
  plain: { source: shop, table: customers, key: customer_id }
computed_traits:
  plays: { did: Play }
audiences:
  asked: { model: ${model}, where: ${where} }
`

const DATA = {
  'data/customers.csv': 'customer_id,plan,seats\nc1,free,5\nc2,free,1\nc3,pro,1\nc4,free,1\n',
  'data/changes.csv': `customer,field,new_value,at
c1,plan,free,2026-01-01
c2,plan,pro,2026-01-01
c2,plan,free,2026-03-01
c3,plan,pro,2026-02-01
c1,seats,2,2026-01-01
c1,seats,7,2026-02-01
c1,seats,5,2026-03-01
`,
}

const NOW = '2026-03-10'

async function keysOf(place: Place, where: string, model: string): Promise<string[]> {
  place.write('rollcall.yaml', definition(where, model))
  const words = ['audience', 'export', 'asked', '--format', 'jsonl', '--now', NOW]
  const { code, stdout, stderr } = await place.rollcall(...words)
  assert.equal(code, 0, stdout + stderr)
  const rows = stdout.split('\n').filter((line) => line !== '')
  return rows
    .map((line): unknown => JSON.parse(line))
    .map((row) => String(pick(row, ['customer_id']) ?? pick(row, ['user_id', 0])))
    .toSorted()
}

test('a model says where the history of its traits is', async () => {
  const place = new Place(DATA)
  const asked = async (where: string): Promise<string[]> => keysOf(place, where, 'customers')
  const free = '{ trait: plan, eq: free, held_for:'
  assert.deepEqual(await asked(`${free} { gte: 30d } }`), ['c1'])
  assert.deepEqual(await asked(`${free} { lt: 30d } }`), ['c2', 'c4'])
  assert.deepEqual(await asked('{ trait: plan, eq: pro, ever: { within: 10d } }'), ['c2', 'c3'])
  assert.deepEqual(await asked('{ trait: plan, eq: pro, ever: { within: 8d } }'), ['c3'])
  assert.deepEqual(await asked('{ trait: seats, gte: 6, ever: true }'), ['c1'])
  assert.deepEqual(await asked('{ trait: seats, gte: 3, held_for: { gte: 30d } }'), ['c1'])
})

test('the people of our own have a history, with what came late and after a merge', async () => {
  const said = (id: string, who: object, traits: object, day: string): string =>
    `${JSON.stringify({ id, ...who, traits, time: `2026-${day}` })}\n`
  const place = new Place({
    ...DATA,
    'rollcall.yaml': definition('{ everyone: true }'),
    'first.jsonl':
      said('1', { user_id: 'ann' }, { plan: 'pro', email: 'ann@example.com' }, '01-01') +
      said('2', { user_id: 'ann' }, { plan: 'free' }, '03-01') +
      said('3', { user_id: 'ben' }, { plan: 'free' }, '01-01') +
      said('4', { anonymous_id: 'visitor' }, { plan: 'pro' }, '02-01') +
      said('5', { user_id: 'cleo' }, { plan: 'free' }, '02-20'),
    // Ben had gone for a week, and the visitor is Cleo.
    'late.jsonl':
      said('6', { user_id: 'ben' }, { plan: 'gone' }, '02-20') +
      said('7', { user_id: 'ben' }, { plan: 'free' }, '02-27') +
      said('8', { user_id: 'cleo', anonymous_id: 'visitor' }, {}, '02-21'),
  })
  const asked = async (where: string): Promise<string[]> => keysOf(place, where, 'profiles')
  const long = '{ trait: plan, eq: free, held_for: { gte: 30d } }'
  const pro = '{ trait: plan, eq: pro, ever: true }'
  for (const words of [['first.jsonl'], ['late.jsonl']]) {
    const { code, stderr } = await place.rollcall('import', ...words)
    assert.equal(code, 0, stderr)
    const isLate = words[0] === 'late.jsonl'
    assert.deepEqual(await asked(long), isLate ? [] : ['ben'])
    assert.deepEqual(await asked(pro), isLate ? ['ann', 'cleo'] : ['ann', 'undefined'])
  }
  // The identifier has no history; the trait of this name has, as it is called among the columns.
  assert.deepEqual(await asked('{ trait: trait_email, exists: true, ever: true }'), ['ann'])
  place.write('rollcall.yaml', definition('{ trait: email, exists: true, ever: true }'))
  const { document } = await place.json('check')
  assert.deepEqual(pick(document, ['warnings', 0, 'path']), 'audiences.asked.where.trait')
  assert.match(
    String(pick(document, ['warnings', 0, 'message'])),
    /^The history has nothing of the trait "email"/,
  )
})

test('without a history, or of a computed trait, the past is not asked for', async () => {
  const place = new Place(DATA)
  const mistake = async (where: string, model: string): Promise<string> => {
    place.write('rollcall.yaml', definition(where, model))
    const { document } = await place.json('check')
    const path = String(pick(document, ['mistakes', 0, 'path']))
    return `${path}: ${String(pick(document, ['mistakes', 0, 'message']))}`
  }
  const held = '{ not: { trait: plan, eq: free, held_for: { gte: 30d } } }'
  assert.equal(
    await mistake(held, 'plain'),
    'audiences.asked.where.not.held_for: The model "plain" has no history',
  )
  assert.equal(
    await mistake('{ any: [ { trait: plays, gte: 3, ever: true } ] }', 'profiles'),
    'audiences.asked.where.any[0].trait: What the computed trait "plays" was is not known',
  )
  place.write('data/changes.csv', 'customer,field,value,at\n')
  assert.equal(
    await mistake(held, 'customers'),
    'models.customers.history.value: The history of the model "customers" has no column "new_value"',
  )
})
