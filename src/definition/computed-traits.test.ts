import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportDefinition } from './export.ts'
import { loadDefinition } from './load.ts'

const world = { env: {}, readFile: () => undefined }

const BASE = `version: 1
sources:
  shop: { type: files, path: ./data }
models:
  customers:
    source: shop
    table: customers
    key: id
    events: [{ table: orders, person: who, every_row: Order, time: at }]
    history: { sql: select * from told, person: who, trait: what, value: value, time: at }
  bare: { source: shop, table: bare, key: id }
audiences:
  big: { model: customers, where: { trait: revenue, gte: 5 } }
  active: { model: profiles, where: { all: [ { trait: days, gte: 2 }, { trait: plan, eq: pro } ] } }
destinations:
  meta: { type: meta }
syncs:
  big_to_meta: { audience: big, destination: meta, mapping: { EMAIL: [mail, mails] }, value: average }
computed_traits:
`

const TRAITS = `  revenue: { model: customers, did: Order, sum: { property: amount }, within: 365d }
  average: { model: customers, did: Order, avg: { property: amount } }
  mails: { model: customers, did: Order, unique_list: { context: traits.email } }
  unused: { model: customers, did: any, where: { property: amount, gt: { trait: average } } }
  days: { did: any, active_days: true, since: 2026-01-01T00:00 }
  favourite: { did: Viewed, most_frequent: { property: category, at_least: 3 } }
`

function load(traits: string) {
  return loadDefinition(BASE + traits, world)
}

function valid(traits: string) {
  const loaded = load(traits)
  if (loaded.kind === 'invalid') assert.fail(JSON.stringify(loaded.mistakes, null, 1))
  return loaded
}

const told = (traits: string): string[] => {
  const loaded = load(traits)
  return loaded.kind === 'valid'
    ? []
    : loaded.mistakes.map(({ path, message }) => `${path}: ${message}`)
}

test('an audience has the computed traits that it or its sync names, of its own model', () => {
  const { definition, warnings } = valid(TRAITS)
  const { big, active } = definition.audiences
  assert.deepEqual(big?.computed, ['revenue', 'mails', 'average'])
  assert.deepEqual(Object.keys(big.model.computed ?? {}), ['revenue', 'average', 'mails', 'unused'])
  assert.deepEqual(active?.computed, ['days'])
  assert.deepEqual(active.model.computed?.['favourite'], {
    events: { names: ['Viewed'], where: null, sources: null },
    windows: [],
    measure: {
      kind: 'aggregate',
      aggregate: 'most_frequent',
      of: 'property',
      name: 'category',
      atLeast: 3,
    },
  })
  assert.deepEqual(
    warnings.map(({ path, message }) => `${path}: ${message.slice(0, 34)}`),
    ['computed_traits.days: The time 2026-01-01T00:00 has no z'],
  )
})

test('exported, they are loaded as the same', () => {
  const { definition } = valid(TRAITS)
  const again = loadDefinition(exportDefinition(definition), world)
  assert.ok(again.kind === 'valid')
  assert.deepEqual(again.definition, definition)
})

test('each mistake is told at its place', () => {
  assert.deepEqual(
    told(`  a: { model: customer, did: Order }
  b: { model: bare, did: Order }
  c: [1]
  d: { did: Order, sum: revenue }
  e: { did: Order, sum: { property: a }, avg: { property: a } }
  f: { did: Order, sum: { property: a, context: b } }
  g: { did: Order, most_frequent: { property: a, at_least: 0 } }
  h: { did: Order, first: { property: a, at_least: 2 } }
  i: { did: Order, count: { gte: 2 } }
  j: { did: Order, within: 14, wthin: 3d }
  user_id: { did: Order }
  k.l: { did: Order }
  m: { count: true }
`),
    [
      'computed_traits.a.model: There is no model "customer"',
      'computed_traits.b.model: The model "bare" has no events',
      'computed_traits.c: Cannot read a list of 1 as a computed trait',
      'computed_traits.d.sum: Cannot read "revenue" here',
      'computed_traits.e.sum: One measure can stand here, not sum and avg',
      'computed_traits.f.sum.context: One aggregate cannot be made of a property and of the context',
      'computed_traits.g.most_frequent.at_least: Cannot read 0 as a number of times',
      'computed_traits.h.first.at_least: Unknown word "at_least" in a condition',
      'computed_traits.i.count: Cannot read a mapping here',
      'computed_traits.j.within: Cannot read 14 beside "within"',
      'computed_traits.j.wthin: Unknown word "wthin" in a condition',
      'computed_traits.user_id: The model "profiles" has a column "user_id" already',
      'computed_traits.k.l: Cannot use "k.l" as the name of a trait: a point leads into a column',
      'computed_traits.m.did: Cannot read nothing as the name of an event',
    ],
  )
})

test('computed traits that are made of each other in a circle are told with their whole way', () => {
  const where = (trait: string) => `where: { property: n, gt: { trait: ${trait} } }`
  assert.deepEqual(
    told(`  one: { did: X, ${where('two')} }
  two: { did: X, within: 3d, from: { trait: three } }
  three: { did: X, ${where('one')} }
  four: { did: X, ${where('four')} }
  five: { did: X, ${where('one')} }
  # Another model's trait of this name is a column here.
  six: { model: customers, did: X, ${where('four')} }
`),
    [
      'computed_traits.one: These computed traits are made of each other in a circle: one → two → three → one',
      'computed_traits.four: These computed traits are made of each other in a circle: four → four',
    ],
  )
})
