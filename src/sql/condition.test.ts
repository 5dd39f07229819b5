// The exact SQL of one tree of each kind, so that a change of it is seen; what it means is tested in test/audience.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Columns } from '../core/audience/audience.ts'
import { parseCondition } from '../core/audience/parse-condition.ts'
import { compileCondition } from './condition.ts'
import { duckdb } from './duckdb.ts'
import { openScope } from './open-scope.ts'
import { Parameters } from './scope.ts'

const COLUMNS: Columns = new Map([
  ['id', 'text'],
  ['plan', 'text'],
  ['revenue', 'number'],
  ['seen', 'instant'],
  ['tags', 'list'],
  ['a"; drop', 'text'],
])

function compile(value: unknown) {
  const condition = parseCondition(value, [], (mistake) => assert.fail(mistake.message))
  assert.ok(condition)
  const parameters = new Parameters()
  const model = {
    name: 'people',
    source: 'shop',
    relation: { kind: 'table', table: 'people' },
    key: 'id',
    events: [],
    consent: { advertising: 'plan' },
  } as const
  const context = {
    now: Date.parse('2026-07-01T12:00:00Z'),
    timeZone: 'Europe/Berlin',
    columns: COLUMNS,
  }
  const references = {
    identifiers: { EMAIL: ['plan', 'id'] },
    lists: { 'vip.csv': ['a', 'b'] },
    memberOf: {},
  }
  const sql = compileCondition(condition, references, openScope(duckdb, model, context, parameters))
  return { sql, parameters: parameters.values() }
}

const REVENUE =
  'case when isfinite(cast(model."revenue" as double)) then cast(model."revenue" as double) end'
const SEEN = 'case when isfinite(model."seen") then epoch_ms(model."seen") end'

test('the SQL of each kind of condition', () => {
  const cases: readonly (readonly [unknown, string, Record<string, unknown>])[] = [
    [{ everyone: true }, 'true', {}],
    [{ all: [{ everyone: true }, { not: { everyone: true } }] }, '(true and (not true))', {}],
    [{ any: [{ everyone: true }, { everyone: true }] }, '(true or true)', {}],
    [
      { trait: 'plan', ne: 'pro' },
      'coalesce(model."plan" <> cast($p1 as varchar), false)',
      { p1: 'pro' },
    ],
    [
      { trait: 'plan', not_in: ['a', 'b'], ignore_case: true },
      'coalesce(lower(model."plan") not in (lower(cast($p1 as varchar)), lower(cast($p2 as varchar))), false)',
      { p1: 'a', p2: 'b' },
    ],
    [{ trait: 'revenue', gte: 5 }, `coalesce(${REVENUE} >= cast($p1 as double), false)`, { p1: 5 }],
    [
      { trait: 'plan', matches: '^p' },
      'coalesce(regexp_matches(model."plan", cast($p1 as varchar), \'c\'), false)',
      { p1: '^p' },
    ],
    [
      { trait: 'plan', not_starts_with: { trait: 'id' } },
      'coalesce(not starts_with(model."plan", model."id"), false)',
      {},
    ],
    [
      { trait: 'seen', within_last: '1h' },
      `coalesce(${SEEN} > cast($p1 as bigint) and ${SEEN} <= cast($p2 as bigint), false)`,
      { p1: Date.parse('2026-07-01T11:00:00Z'), p2: Date.parse('2026-07-01T12:00:00Z') },
    ],
    [
      { trait: 'seen', this: 'month' },
      `coalesce(${SEEN} >= cast($p1 as bigint) and ${SEEN} < cast($p2 as bigint), false)`,
      { p1: Date.parse('2026-07-01T00:00:00+02:00'), p2: Date.parse('2026-08-01T00:00:00+02:00') },
    ],
    [
      { trait: 'seen', until: '2026-03-29' },
      `coalesce(${SEEN} < cast($p1 as bigint), false)`,
      { p1: Date.parse('2026-03-30T00:00:00+02:00') },
    ],
    [
      { list: 'vip.csv' },
      'coalesce(model."id" in (select unnest(cast($p1 as varchar[]))), false)',
      { p1: ['a', 'b'] },
    ],
    [
      { sql: 'revenue > 2 -- twice' },
      'coalesce(cast((revenue > 2 -- twice\n) as boolean), false)',
      {},
    ],
    [
      { sample: { salt: 's', to: 0.5 } },
      'coalesce(cast(\'0x\' || md5(cast($p1 as varchar) || model."id")[1:13] as bigint) / 4503599627370496.0::double >= cast($p2 as double) and cast(\'0x\' || md5(cast($p1 as varchar) || model."id")[1:13] as bigint) / 4503599627370496.0::double < cast($p3 as double), false)',
      { p1: 's:', p2: 0, p3: 0.5 },
    ],
    [
      { has: 'EMAIL' },
      '(coalesce(regexp_matches(model."plan", \'\\S\'), false) or coalesce(regexp_matches(model."id", \'\\S\'), false))',
      {},
    ],
    [
      { consent: 'advertising' },
      "coalesce(case when lower(trim(model.\"plan\")) in ('true', 't', 'yes', 'y', 'on', '1') then true when lower(trim(model.\"plan\")) in ('false', 'f', 'no', 'n', 'off', '0') then false end, false)",
      {},
    ],
    [
      { trait: 'tags', includes: 'a' },
      'coalesce(list_contains(list_transform(json_extract_string(to_json(model."tags"), \'$[*]\'), lambda x: x), cast($p1 as varchar)), false)',
      { p1: 'a' },
    ],
  ]
  for (const [value, sql, parameters] of cases)
    assert.deepEqual(compile(value), { sql, parameters })
})

test('nothing that a person types becomes SQL text, names are quoted', () => {
  const evil = `'; drop table people; -- $p1 "x`
  for (const operator of ['eq', 'contains', 'like', 'in', 'starts_with', 'includes']) {
    const { sql } = compile({ trait: 'plan', [operator]: operator === 'in' ? [evil] : evil })
    assert.ok(!sql.includes('drop'), sql)
  }
  assert.ok(!compile({ sample: { salt: evil, to: 1 } }).sql.includes('drop'))
  assert.match(compile({ trait: 'a"; drop', eq: 'x' }).sql, /model\."a""; drop" = /)
  const path = compile({ trait: `plan.it's/"~.x`, eq: 'x' })
  assert.equal(path.parameters['p1'], `/it's~1"~0/x`)
})
