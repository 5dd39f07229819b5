// The exact SQL of a ranking; what it means is tested in test/audience.
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
    },
    {
      now: 0,
      timeZone: 'UTC',
      columns: new Map([
        ['id', 'text'],
        ['revenue', 'number'],
      ]),
    },
    new Parameters(),
  )
  const references = { identifiers: {}, lists: {}, memberOf: {} }
  const conditions = values.map((value) => {
    const condition = parseCondition(value, [], (mistake) => assert.fail(mistake.message))
    assert.ok(condition)
    return compileCondition(condition, references, scope)
  })
  return { conditions, from: peopleSql(scope), parameters: scope.parameters.values() }
}

const NUMBER =
  'case when isfinite(cast(model."revenue" as double)) then cast(model."revenue" as double) end'

test('rankings by one value among the same people are one relation', () => {
  const { conditions, from, parameters } = compile(
    { top: { trait: 'revenue', percent: 12.5 } },
    { top: { trait: 'revenue', count: 7 } },
    { top: { trait: 'revenue', percentile: [80, 100] } },
  )
  assert.deepEqual(conditions, [
    'coalesce((rollcall_j0.rollcall_place - 1) * 100000 < rollcall_j0.rollcall_ranked * cast($p1 as bigint), false)',
    'coalesce(rollcall_j0.rollcall_place <= cast($p2 as bigint), false)',
    'coalesce(((rollcall_j0.rollcall_place - 1) * 100000 < rollcall_j0.rollcall_ranked * cast($p3 as bigint) and not (rollcall_j0.rollcall_place - 1) * 100000 < rollcall_j0.rollcall_ranked * cast($p4 as bigint)), false)',
  ])
  assert.deepEqual(parameters, { p1: 12_500, p2: 7, p3: 20_000, p4: 0 })
  assert.equal(
    from,
    '"people" as model left join (select rollcall_person, rollcall_value, row_number() over (order by rollcall_value desc, rollcall_person) as rollcall_place, count(*) over () as rollcall_ranked from (' +
      `select rollcall_person, max(rollcall_value) as rollcall_value from (select model."id" as rollcall_person, ${NUMBER} as rollcall_value from "people" as model) as valued ` +
      'where rollcall_person is not null and rollcall_value is not null group by rollcall_person) as each_person) as rollcall_j0 on rollcall_j0.rollcall_person = model."id"',
  )
})

test('a ranking among some people is a relation of its own', () => {
  const some = { trait: 'revenue', lt: 5 }
  const { from } = compile(
    { top: { trait: 'revenue', count: 7 } },
    { top: { trait: 'revenue', count: 7, of: some } },
    { top: { trait: 'revenue', count: 9, of: some } },
  )
  assert.equal(from.split('left join').length - 1, 2)
  assert.equal(from.split('as rollcall_value from "people" as model where coalesce(').length - 1, 1)
})
