import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customers, definition, pickAll, Place } from './rollcall.ts'

const TEN_MISTAKES = `version: 1
sources:
  shop: { type: file, path: ./data }
models:
  customers: { source: shopp, table: customers, key: customer_id }
audiences:
  spenders:
    nam: Big spenders
    model: customers
    where: { trait: revenue, gtt: 5 }
  others:
    model: custmers
destinations:
  meta: { type: meta, environment: production }
syncs:
  spenders_to_meta:
    audience: spendrs
    destination: meta
    mapping: { EMIAL: email }
    mode: miror
    every: soon
`

void test('ten mistakes are ten, each with its line and a remedy, and exit code 2', async () => {
  const place = new Place({ 'rollcall.yaml': TEN_MISTAKES, 'data/customers.csv': customers(3) })
  const { code, document } = await place.json('check')
  assert.equal(code, 2)
  const lines = pickAll(document, 'mistakes', 'line')
  assert.deepEqual(lines, [3, 5, 8, 10, 12, 14, 17, 19, 20, 21])
  assert.ok(pickAll(document, 'mistakes', 'remedy').every((remedy) => remedy !== ''))

  const told = await place.rollcall('check')
  for (const line of lines)
    assert.match(told.stdout, new RegExp(`rollcall.yaml:${String(line)}:\\d+ ✗`))
  assert.match(told.stdout, /│ {5}nam: Big spenders\n {4}│ {5}\^/)
  assert.match(told.stdout, /10 mistakes in rollcall.yaml; nothing was done/)

  const plan = await place.rollcall('plan')
  assert.equal(plan.code, 2)
  assert.equal(plan.stdout, '')
  assert.match(plan.stderr, /10 mistakes in rollcall.yaml/)
})

void test('check looks into the data: columns of conditions and mappings, and the key', async () => {
  const wrong = definition()
    .replace('trait: revenue', 'trait: revenu')
    .replace('EMAIL: email', 'EMAIL: mail')
    .replace('key: customer_id', 'key: customer')
  const place = new Place({ 'rollcall.yaml': wrong, 'data/customers.csv': customers(3) })
  const { code, document } = await place.json('check')
  assert.equal(code, 2)
  assert.deepEqual(pickAll(document, 'mistakes', 'path'), [
    'models.customers.key',
    'audiences.spenders.where.trait',
    'syncs.spenders_to_meta.mapping.EMAIL',
  ])
  assert.deepEqual(pickAll(document, 'mistakes', 'nearest'), ['customer_id', 'revenue', 'email'])
})

void test('a key that people share is told with counts and samples', async () => {
  const place = new Place({
    'rollcall.yaml': definition(),
    'data/customers.csv': `${customers(5)}c2,twice@example.com,,9\n,nobody@example.com,,9\n`,
  })
  const checked = await place.rollcall('check')
  assert.equal(checked.code, 2)
  assert.match(checked.stdout, /1 rows have none; 1 keys stand more than once, such as c2/)
  const sent = await place.rollcall('sync')
  assert.equal(sent.code, 3)
  assert.match(sent.stdout, /1 keys stand more than once, such as c2 \[model\/key-not-unique\]/)
})

void test('a sound file is in order, with a sentence for each audience', async () => {
  const place = new Place({
    'rollcall.yaml': definition({ above: 7 }),
    'data/customers.csv': customers(3),
  })
  const { code, stdout } = await place.rollcall('check')
  assert.equal(code, 0)
  assert.match(stdout, /✓ spenders {2}revenue is more than 7 {2}→ spenders_to_meta/)
})
