// The exact SQL of computed traits; what they mean is tested in test/audience.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Columns, ResolvedModel } from '../core/audience/audience.ts'
import { parseComputedTrait } from '../core/audience/computed/parse-computed.ts'
import { parseCondition } from '../core/audience/parse-condition.ts'
import { compileAudience } from './audience.ts'
import { duckdb } from './duckdb.ts'

function read(value: unknown) {
  const measured = parseComputedTrait(value, [], [], ({ message }) => assert.fail(message))
  assert.ok(measured)
  return measured
}

const MODEL: ResolvedModel = {
  name: 'people',
  source: 'shop',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: [
    {
      relation: { kind: 'table', table: 'orders' },
      person: 'who',
      name: { kind: 'constant', name: 'Order' },
      time: 'at',
      id: null,
      properties: null,
      context: null,
      origin: null,
    },
  ],
  computed: {
    orders: read({ did: 'Order', count: true, within: '90d' }),
    average: read({ did: 'Order', avg: { property: 'amount' } }),
    above: read({ did: 'Order', where: { property: 'amount', gt: { trait: 'average' } } }),
    categories: read({ did: 'Order', unique_list: { property: 'category' } }),
    favourite: read({ did: 'Order', most_frequent: { property: 'category', at_least: 3 } }),
  },
}

const COLUMNS: Columns = new Map([
  ['who', 'text'],
  ['at', 'instant'],
  ['amount', 'number'],
  ['category', 'text'],
])

function compile(where: unknown, computed: readonly string[]) {
  const condition = parseCondition(where, [], ({ message }) => assert.fail(message))
  assert.ok(condition)
  const audience = {
    key: 'a',
    name: 'a',
    description: '',
    model: MODEL,
    where: condition,
    exclude: [],
    memberOf: {},
    identifiers: {},
    lists: {},
    computed,
  }
  const context = { now: 0, timeZone: 'UTC', events: new Map([['people', [COLUMNS]]]) }
  const columns: Columns = new Map([['id', 'text']])
  return compileAudience(audience, duckdb, { ...context, columns })
}

/** The scan of the orders: what is read of each, as which parameter its name stands, and until when. */
const scan = (value: string, name: number, limits: string) =>
  `(select stream."who" as person, cast($p${name} as varchar) as name, ${AT} as at, '' as id, cast(null as varchar) as origin${value} from "orders" as stream where ${limits}) as event`

const AT = 'case when isfinite(stream."at") then epoch_ms(stream."at") end'
const AMOUNT = 'case when isfinite(cast(event.v0 as double)) then cast(event.v0 as double) end'
const EXACT = `case when abs(${AMOUNT}) < 1e18 then cast(${AMOUNT} as decimal(38, 9)) end`

test('a computed trait that is compared and sent is one aggregate, bounded by its own window', () => {
  const { sql, parameters } = compile({ trait: 'orders', gte: 2 }, ['orders'])
  assert.equal(
    sql,
    'select model.*, coalesce(facts.rollcall_f0, 0) as "orders" from "people" as model left join (' +
      'select event.person as rollcall_person, count(*) filter (where event.name in (cast($p2 as varchar)) and event.at > cast($p1 as bigint)) as rollcall_f0 from ' +
      scan(
        '',
        4,
        `${AT} <= cast($p6 as bigint) and ${AT} >= cast($p7 as bigint) and stream."at" >= timezone('UTC', epoch_ms(cast($p5 as bigint)))`,
      ) +
      ' group by event.person) as facts on facts.rollcall_person = model."id" ' +
      'where coalesce(coalesce(facts.rollcall_f0, 0) >= cast($p3 as double), false)',
  )
  const start = -90 * 86_400_000
  const bounds = { p5: start, p6: 3_600_000, p7: start }
  assert.deepEqual(parameters, { p1: start, p2: 'Order', p3: 2, p4: 'Order', ...bounds })
})

test('a computed trait that events are compared with is reckoned first, in a scan of its own', () => {
  const { sql } = compile({ trait: 'above', gte: 1 }, ['above'])
  const all = (parameter: number) => `${AT} <= cast($p${parameter} as bigint)`
  const value = ', stream."amount" as v0'
  const isOrder = 'filter (where event.name in (cast($p5 as varchar)))'
  const average =
    '(select model.*, facts.rollcall_f0 as rollcall_c0 from "people" as model left join (' +
    `select event.person as rollcall_person, cast(sum(${EXACT}) ${isOrder} as double) / nullif(count(${EXACT}) ${isOrder}, 0) as rollcall_f0 from ` +
    `${scan(value, 6, all(7))} group by event.person) as facts on facts.rollcall_person = model."id") as model`
  const isAbove = `${AMOUNT} > case when isfinite(cast(model.rollcall_c0 as double)) then cast(model.rollcall_c0 as double) end`
  assert.equal(
    sql,
    'select model.*, coalesce(facts.rollcall_f0, 0) as "above" from "people" as model left join (' +
      `select event.person as rollcall_person, count(*) filter (where event.name in (cast($p1 as varchar)) and coalesce(${isAbove}, false)) as rollcall_f0 from ` +
      `${scan(value, 3, all(4))} join ${average} on model."id" = event.person group by event.person) as facts on facts.rollcall_person = model."id" ` +
      'where coalesce(coalesce(facts.rollcall_f0, 0) >= cast($p2 as double), false)',
  )
})

test('a list is ordered and has an end, and a minimum is a parameter', () => {
  const { sql, parameters } = compile({ everyone: true }, ['categories', 'favourite'])
  const list =
    'list_sort(list(distinct event.v0) filter (where event.name in (cast($p1 as varchar)) and event.v0 is not null))[1:100] as rollcall_f0'
  assert.ok(sql.includes(list), sql)
  assert.ok(sql.includes('.b], lambda x: x.n >= cast($p3 as bigint))[1].v as rollcall_f1'), sql)
  assert.equal(parameters['p3'], 3)
})
