// The exact SQL over what a trait was; what it means is tested in test/audience.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCondition } from '../core/audience/parse-condition.ts'
import { compileCondition } from './condition.ts'
import { duckdb } from './duckdb.ts'
import { peopleSql } from './event/event-scan.ts'
import { openScope } from './open-scope.ts'
import { Parameters } from './scope.ts'

function compile(...values: readonly unknown[]) {
  const scope = openScope(
    duckdb,
    {
      name: 'people',
      source: 'shop',
      relation: { kind: 'table', table: 'people' },
      key: 'id',
      events: [],
      history: {
        relation: { kind: 'table', table: 'told' },
        person: 'who',
        trait: 'trait',
        value: 'value',
        time: 'since',
      },
    },
    {
      now: 1000,
      timeZone: 'UTC',
      columns: new Map([
        ['id', 'text'],
        ['plan', 'text'],
      ]),
      related: new Map([
        [
          'people (history)',
          new Map([
            ['who', 'text'],
            ['trait', 'text'],
            ['value', 'text'],
            ['since', 'local-time'],
          ]),
        ],
      ]),
    },
    new Parameters(),
  )
  const conditions = values.map((value) => {
    const condition = parseCondition(value, [], ({ message }) => assert.fail(message))
    assert.ok(condition)
    return compileCondition(condition, { identifiers: {}, lists: {}, memberOf: {} }, scope)
  })
  return { conditions, from: peopleSql(scope), parameters: scope.parameters.values() }
}

const AT = 'case when isfinite(model."since") then epoch_ms(model."since") end'
const VALUES = 'rollcall_j0.rollcall_n0'

test('several conditions over what a trait was are one list of one grouped scan', () => {
  const { conditions, from, parameters } = compile(
    { trait: 'plan', eq: 'free', held_for: { gte: '1s' } },
    { trait: 'plan', eq: 'free', ever: { ago: ['1s', '2s'] } },
  )
  const last = `list_filter(${VALUES}, lambda other: not other.m)[-1]`
  const run = `list_filter(${VALUES}, lambda one: one.m and coalesce((one.t > ${last}.t or (one.t = ${last}.t and one.v > ${last}.v)), true))`
  assert.deepEqual(conditions, [
    `((coalesce(model."plan" = cast($p6 as varchar), false)) and (cast($p4 as bigint) - coalesce(${run}[1].t, cast($p4 as bigint))) >= cast($p5 as double))`,
    `(coalesce(not len(list_filter(${VALUES}, lambda one: one.m and one.t >= cast($p7 as bigint) and one.t < cast($p8 as bigint))) = 0, false) or ` +
      `coalesce(list_filter(${VALUES}, lambda one: one.t <= cast($p7 as bigint))[-1].m, false))`,
  ])
  assert.equal(
    from,
    '"people" as model left join (select model."who" as rollcall_person, ' +
      `list_sort(list({'t': ${AT}, 'v': coalesce(' ' || model."value", ''), 'm': coalesce(model."value" = cast($p2 as varchar), false)}) filter (where model."trait" = cast($p1 as varchar) and ${AT} <= cast($p3 as bigint))) as rollcall_n0 ` +
      'from "told" as model where model."trait" = cast($p1 as varchar) group by model."who") as rollcall_j0 on rollcall_j0.rollcall_person = model."id"',
  )
  assert.deepEqual(parameters, {
    p1: 'plan',
    p2: 'free',
    p3: 1000,
    p4: 1000,
    p5: 1000,
    p6: 'free',
    p7: -999,
    p8: 1,
  })
})

test('a window that has not begun has nothing of the past', () => {
  assert.deepEqual(
    compile({ trait: 'plan', eq: 'free', ever: { since: '2030-01-01' } }).conditions,
    ['false'],
  )
})
