// Which audiences can follow what comes in, and what keeps the others from it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullPassReasons } from './full-pass-reasons.ts'
import { loadDefinition } from './load.ts'

const DEFINITION = `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  customers: { source: shop, table: customers, key: id, relations: { orders: { table: orders, key: customer } } }
audiences:
  plain:
    model: profiles
    where:
      all:
        - { any: [{ did: Order Completed, within: 30d }, { did_not: Login, within: 14d }, { new_within: 7d }] }
        - { not: { trait: plan, eq: pro } }
        - { sample: { salt: spring, from: 0, to: 0.5 } }
        - { list: vip.csv }
        - { has: email }
    exclude: [by_name]
  by_name: { model: profiles, where: { member_of: pros } }
  pros: { model: profiles, where: { trait: plan, eq: pro } }
  ranked: { model: profiles, where: { any: [{ trait: plan, eq: pro }, { top: { trait: revenue, percent: 10 } }] } }
  above_ranked: { model: profiles, where: { member_of: ranked } }
  without_ranked: { model: profiles, exclude: [ranked] }
  written: { model: profiles, where: { sql: "revenue > 2" } }
  at_work: { model: profiles, where: { account: { did: Login }, users: any } }
  shoppers: { model: customers, where: { related: orders } }
  bought_anything: { model: customers }
`

/** Each reason as the audience and the place that it is about. */
function reasonsOf(): Record<string, string[]> {
  const loaded = loadDefinition(DEFINITION, { env: {}, readFile: () => 'id\n' })
  assert.equal(loaded.kind, 'valid', JSON.stringify(loaded))
  if (loaded.kind !== 'valid') return {}
  return Object.fromEntries(
    Object.entries(loaded.definition.audiences).map(([key, audience]) => [
      key,
      fullPassReasons(audience).map(
        ({ audience: of, path, kind }) => `${of}.${path.join('.')} ${kind}`,
      ),
    ]),
  )
}

test('what needs everybody is named with its place, also in an audience that is named', () => {
  assert.deepEqual(reasonsOf(), {
    plain: [],
    by_name: [],
    pros: [],
    ranked: ['ranked.where.any.1 top'],
    above_ranked: ['ranked.where.any.1 top'],
    without_ranked: ['ranked.where.any.1 top'],
    written: ['written.where sql'],
    at_work: ['at_work.where account'],
    shoppers: ['shoppers.model model'],
    bought_anything: ['bought_anything.model model'],
  })
})
