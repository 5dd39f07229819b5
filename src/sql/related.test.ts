// The exact SQL of conditions over related rows; what they mean is tested in test/audience.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Columns } from '../core/audience/audience.ts'
import { parseCondition } from '../core/audience/parse-condition.ts'
import { compileCondition } from './condition.ts'
import { duckdb } from './duckdb.ts'
import { peopleSql } from './event/event-scan.ts'
import { openScope } from './open-scope.ts'
import { Parameters } from './scope.ts'

const texts = (...names: readonly string[]): Columns => new Map(names.map((name) => [name, 'text']))

const ITEMS = {
  relation: { kind: 'table', table: 'items' },
  key: 'order_id',
  own: 'nr',
  relations: {},
} as const
const ORDERS = {
  relation: { kind: 'table', table: 'orders' },
  key: 'customer',
  own: 'id',
  relations: { items: ITEMS },
} as const

function compile(...values: readonly unknown[]) {
  const model = {
    name: 'people',
    source: 'shop',
    relation: { kind: 'table', table: 'people' },
    key: 'id',
    events: [],
    relations: { orders: ORDERS },
  } as const
  const context = {
    now: 0,
    timeZone: 'UTC',
    columns: texts('id'),
    related: new Map([
      ['people.orders', texts('customer', 'nr', 'status')],
      ['people.orders.items', texts('order_id', 'sku')],
    ]),
  }
  const scope = openScope(duckdb, model, context, new Parameters())
  const conditions = values.map((value) => {
    const condition = parseCondition(value, [], (mistake) => assert.fail(mistake.message))
    assert.ok(condition)
    return compileCondition(condition, { identifiers: {}, lists: {}, memberOf: {} }, scope)
  })
  return { conditions, from: peopleSql(scope), parameters: scope.parameters.values() }
}

const OPEN = { column: 'status', eq: 'open' }

test('several conditions over one relation are one grouped aggregate', () => {
  const { conditions, from, parameters } = compile(
    { related: 'orders', where: OPEN, count: { gte: 2 } },
    { related: 'orders', where: OPEN, quantifier: 'all' },
  )
  assert.deepEqual(conditions, [
    'coalesce(coalesce(rollcall_j0.rollcall_n0, 0) >= cast($p2 as double), false)',
    '(coalesce(rollcall_j0.rollcall_n1, 0) > 0 and coalesce(rollcall_j0.rollcall_n0, 0) = coalesce(rollcall_j0.rollcall_n1, 0))',
  ])
  assert.equal(
    from,
    '"people" as model left join (select model."customer" as rollcall_person, ' +
      'count(*) filter (where coalesce(model."status" = cast($p1 as varchar), false)) as rollcall_n0, ' +
      'count(*) filter (where true) as rollcall_n1 from "orders" as model group by model."customer") as rollcall_j0 on rollcall_j0.rollcall_person = model."id"',
  )
  assert.deepEqual(parameters, { p1: 'open', p2: 2 })
})

test('a relation of a relation is grouped beside its rows', () => {
  const { from } = compile({
    related: 'orders',
    where: { related: 'items', where: { column: 'sku', eq: 'a' } },
  })
  assert.equal(
    from,
    '"people" as model left join (select model."customer" as rollcall_person, ' +
      'count(*) filter (where coalesce(coalesce(rollcall_j0.rollcall_n0, 0) >= cast($p2 as double), false)) as rollcall_n0 from "orders" as model ' +
      'left join (select model."order_id" as rollcall_person, count(*) filter (where coalesce(model."sku" = cast($p1 as varchar), false)) as rollcall_n0 ' +
      'from "items" as model group by model."order_id") as rollcall_j0 on rollcall_j0.rollcall_person = model."nr" ' +
      'group by model."customer") as rollcall_j0 on rollcall_j0.rollcall_person = model."id"',
  )
})
