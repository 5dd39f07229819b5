// The exact SQL of one condition of each kind, so that a change of it is seen; what it means is tested in test/audience.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Columns, ResolvedModel } from '../../core/audience/audience.ts'
import { parseCondition } from '../../core/audience/parse-condition.ts'
import { compileAudience } from '../audience.ts'
import { duckdb } from '../duckdb.ts'

const COLUMNS: Columns = new Map([
  ['id', 'text'],
  ['trial', 'instant'],
])

const MODEL: ResolvedModel = {
  name: 'people',
  source: 'shop',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: [
    {
      relation: { kind: 'table', table: 'events' },
      person: 'who',
      name: { kind: 'column', column: 'event' },
      time: 'time',
      id: 'nr',
      properties: null,
      context: null,
      origin: null,
    },
  ],
}

const EVENT_COLUMNS: Columns = new Map([
  ['who', 'text'],
  ['event', 'text'],
  ['time', 'text'],
  ['nr', 'text'],
  ['sku', 'text'],
])

function compile(value: unknown) {
  const where = parseCondition(value, [], (mistake) => assert.fail(mistake.message))
  assert.ok(where)
  const audience = {
    key: 'a',
    name: 'a',
    description: '',
    model: MODEL,
    where,
    exclude: [],
    identifiers: {},
    lists: {},
    memberOf: {},
  }
  return compileAudience(audience, duckdb, {
    now: Date.parse('2026-07-01T12:00:00Z'),
    timeZone: 'Europe/Berlin',
    columns: COLUMNS,
    events: new Map([['people', [EVENT_COLUMNS]]]),
  })
}

/** What stands for a time in text is tested elsewhere. */
const plain = (sql: string): string =>
  sql.replaceAll(/case when regexp_full_match\((\S+?), '\[0-9\]\{4\}.*? end/g, 'ms($1)')

/** The aggregates and the condition over them. */
function parts(value: unknown): { facts: string; where: string } {
  const sql = plain(compile(value).sql)
  const facts = /rollcall_person, (?<facts>.*?) from \(+select/.exec(sql)?.groups?.['facts'] ?? ''
  const where = sql.slice(sql.lastIndexOf(' where ') + 7)
  return { facts, where }
}

test('the SQL of one scan', () => {
  const { sql, parameters } = compile({ did: 'Play', within: '1d' })
  assert.equal(
    plain(sql),
    'select model.* from "people" as model left join (' +
      'select event.person as rollcall_person, count(*) filter (where event.name in (cast($p2 as varchar)) and event.at > cast($p1 as bigint)) as rollcall_f0 from (' +
      'select stream."who" as person, stream."event" as name, ms(stream."time") as at, coalesce(stream."nr", \'\') as id, cast(null as varchar) as origin ' +
      'from "events" as stream where ms(stream."time") <= cast($p5 as bigint) and ms(stream."time") >= cast($p6 as bigint) and stream."event" in (cast($p7 as varchar))' +
      ') as event group by event.person' +
      ') as facts on facts.rollcall_person = model."id" where coalesce(coalesce(facts.rollcall_f0, 0) >= cast($p3 as double), false)',
  )
  const [now, day] = [Date.parse('2026-07-01T12:00:00Z'), 86_400_000]
  assert.deepEqual(parameters, {
    p1: now - day,
    p2: 'Play',
    p3: 1,
    p4: 'Europe/Berlin',
    p5: now + day / 24,
    p6: now - day,
    p7: 'Play',
  })
})

test('the SQL of each kind of condition over events', () => {
  const cases: readonly (readonly [unknown, string, string])[] = [
    [
      { did_not: 'Play' },
      'count(*) filter (where event.name in (cast($p1 as varchar))) as rollcall_f0',
      'coalesce(coalesce(facts.rollcall_f0, 0) = cast($p2 as double), false)',
    ],
    [
      { did: 'any', where: { property: 'sku', eq: { trait: 'id' } } },
      'count(*) filter (where coalesce(event.v0 = model."id", false)) as rollcall_f0',
      'coalesce(coalesce(facts.rollcall_f0, 0) >= cast($p1 as double), false)',
    ],
    [
      { did: 'any', active_weeks: { gt: 2 } },
      "count(distinct cast(date_trunc('week', timezone(cast($p1 as varchar), timezone('UTC', epoch_ms(event.at)))) as date)) filter (where true) as rollcall_f0",
      'coalesce(coalesce(facts.rollcall_f0, 0) > cast($p2 as double), false)',
    ],
    [
      { did: 'any', last: { property: 'sku', eq: 'a' }, within: '1h', from: { trait: 'trial' } },
      'arg_max(event.v0, {\'t\': event.at, \'v\': event.v0}) filter (where true and event.at >= case when isfinite(model."trial") then epoch_ms(model."trial") end and event.at < case when isfinite(model."trial") then epoch_ms(model."trial") end + cast($p1 as bigint) and event.v0 is not null) as rollcall_f0',
      'coalesce(facts.rollcall_f0 = cast($p2 as varchar), false)',
    ],
    [
      { did: 'Play', count: { gte: { did: 'Skip' } } },
      'count(*) filter (where event.name in (cast($p1 as varchar))) as rollcall_f0, count(*) filter (where event.name in (cast($p2 as varchar))) as rollcall_f1',
      'coalesce(facts.rollcall_f0, 0) >= coalesce(facts.rollcall_f1, 0)',
    ],
    [
      { did: 'any', per: 'month', periods: { gte: 2, of: 2 } },
      'count(*) filter (where true and event.at >= cast($p1 as bigint) and event.at < cast($p2 as bigint)) as rollcall_f0, ' +
        'count(*) filter (where true and event.at >= cast($p4 as bigint) and event.at < cast($p5 as bigint)) as rollcall_f1',
      'coalesce((case when coalesce(facts.rollcall_f0, 0) >= cast($p3 as double) then 1 else 0 end + ' +
        'case when coalesce(facts.rollcall_f1, 0) >= cast($p6 as double) then 1 else 0 end) >= cast($p7 as double), false)',
    ],
    [
      { did: 'any', nth: { eq: 3 }, within: '30d' },
      'list_sort(list(event.at) filter (where true)) as rollcall_f0',
      'coalesce(len(list_filter(facts.rollcall_f0, lambda moment, place: place = cast($p2 as double) and moment > cast($p1 as bigint))) > 0, false)',
    ],
    [
      { resumed: 'any', within: '5d', after_pause: '30d' },
      'list_sort(list(event.at) filter (where true)) as rollcall_f0',
      'coalesce(len(list_filter(facts.rollcall_f0, lambda moment, place: moment > cast($p1 as bigint) and moment - facts.rollcall_f0[place - 1] >= cast($p2 as bigint))) > 0, false)',
    ],
    [
      { new_within: '7d' },
      'min(event.at) as rollcall_f0',
      'coalesce(facts.rollcall_f0 > cast($p1 as bigint), false)',
    ],
  ]
  for (const [value, facts, where] of cases) assert.deepEqual(parts(value), { facts, where })
})

test('the SQL of a sequence: one ordered list, and a column for each step that it came to', () => {
  const sql = plain(
    compile({
      sequence: [
        { did: 'Add' },
        { did_not: 'Buy', where: { property: 'sku', eq: { step: 1, property: 'sku' } } },
        { did: 'Leave', within: '1h' },
      ],
      started: { within: '7d' },
    }).sql,
  )
  const after = (one: string, other: string): string =>
    `(${one}.t > ${other}.t or (${one}.t = ${other}.t and ${one}.id > ${other}.id))`
  for (const part of [
    "list_sort(list({'t': event.at, 'id': event.id, 'm1': event.name in (cast($p2 as varchar)) and event.at > cast($p1 as bigint), " +
      "'m2': event.name in (cast($p3 as varchar)), 'm3': event.name in (cast($p4 as varchar)), 'c0': event.v0}) filter (where ",
    'list_filter(facts.rollcall_f0, lambda one: one.m1) as rollcall_d0',
    "list_transform(facts.rollcall_d0, lambda one: {'t': one.t, 'id': one.id, 'r1_c0': one.c0}) as rollcall_d1",
    `list_filter(facts.rollcall_f0, lambda other: other.m2 and coalesce(other.c0 = prior.r1_c0, false) and ${after('other', 'prior')})[1]`,
    `${after('one', 'prior')} and one.m3 and one.t <= prior.t + cast($p5 as bigint) and not coalesce(${after('one', 'prior.b2')}, false)`,
    'not len(facts.rollcall_d3) = 0 as rollcall_d4',
    'where coalesce(facts.rollcall_d4, false)',
  ])
    assert.ok(sql.includes(part), `${part}\n${sql}`)
})

test('sequences that differ in their anchor alone stand side by side, every value of both in use', () => {
  const sequence = [{ did: 'Add' }, { did_not: 'Buy' }]
  const { sql, parameters } = compile({ any: [{ sequence }, { sequence, anchor: 'last' }] })
  for (const name of Object.keys(parameters)) assert.ok(sql.includes(`$${name} `), name)
})

test('one aggregate serves all who ask for it, and all of them one scan', () => {
  const { sql } = compile({
    any: [
      { did: 'Play', count: { gte: 5 }, within: '30d' },
      { not: { did: 'Play', count: { gte: 2 }, within: '30d' } },
      { did: 'Skip', within: '1d' },
    ],
  })
  assert.equal(sql.match(/count\(\*\)/g)?.length, 2)
  assert.equal(sql.match(/"events"/g)?.length, 1)
})

test('the scan is bounded by the widest window and by all names', () => {
  const { parameters } = compile({
    all: [
      { did: 'Play', within: '30d' },
      { did_not: 'Skip', ago: ['1d', '90d'] },
    ],
  })
  const start = Date.parse('2026-07-01T12:00:00Z') - 90 * 86_400_000
  // Once for the condition that it bounds, once for the scan.
  assert.equal(Object.values(parameters).filter((value) => value === start).length, 2)
  const unbounded = compile({ all: [{ did: 'any', within: '30d' }, { did: 'Skip' }] })
  assert.ok(!/"time"\S* >= /.test(plain(unbounded.sql)))
})

test('nothing that a person types about events becomes SQL text', () => {
  const evil = `'; drop table events; -- $p1 "x`
  for (const value of [
    { did: evil },
    { did: 'any', sources: { include: [evil] } },
    { did: 'any', where: { property: 'sku', contains: evil } },
    { did: 'any', where: { context: `a.${evil}`, eq: 1 } },
    { did: 'any', first: { property: 'sku', eq: evil } },
  ]) {
    assert.ok(!compile(value).sql.includes('drop'), JSON.stringify(value))
  }
})
