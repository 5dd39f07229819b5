// What must hold of any audience without knowing what it means, and values that would break out of their place if they could.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResolvedAudience } from '../../src/core/audience/audience.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import { parseCondition } from '../../src/core/audience/parse-condition.ts'
import { writeCondition } from '../../src/core/audience/write-condition.ts'
import { compileAudience, explainQuery } from '../../src/sql/audience.ts'
import { compileCondition } from '../../src/sql/condition.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { openScope } from '../../src/sql/open-scope.ts'
import { Parameters } from '../../src/sql/scope.ts'
import { openPeople, run } from './duckdb-people.ts'
import { HOSTILE, NOW, people } from './people.ts'
import { LISTS, tree } from './trees.ts'

const SEED = 7
const CONTEXT = { now: NOW, timeZone: 'Europe/Berlin' }
const MODEL = {
  name: 'people',
  source: 'test',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: [],
} as const

const [crowd = []] = fc.sample(people(40), { seed: SEED, numRuns: 1 })

function audience(
  key: string,
  where: Condition,
  changes: Partial<ResolvedAudience> = {},
): ResolvedAudience {
  const base = {
    key,
    name: key,
    description: '',
    model: MODEL,
    where,
    exclude: [],
    identifiers: {},
    lists: LISTS,
    memberOf: {},
  }
  return { ...base, ...changes }
}

/** Trees with the same members as the given one. */
const LAWS: Readonly<Record<string, (condition: Condition) => Condition>> = {
  'everyone added to all': (condition) => ({ kind: 'all', of: [condition, { kind: 'everyone' }] }),
  'nobody added to any': (condition) => ({
    kind: 'any',
    of: [{ kind: 'not', of: { kind: 'everyone' } }, condition],
  }),
  'double not': (condition) => ({ kind: 'not', of: { kind: 'not', of: condition } }),
  'another order': (condition) =>
    condition.kind === 'all' || condition.kind === 'any'
      ? { ...condition, of: condition.of.toReversed() }
      : condition,
  'de Morgan': (condition) =>
    condition.kind === 'all'
      ? { kind: 'not', of: { kind: 'any', of: condition.of.map((of) => ({ kind: 'not', of })) } }
      : condition,
}

test('a tree and its equivalents have the same members', async () => {
  const connection = await openPeople(crowd)
  const trees = fc.sample(tree, { seed: SEED, numRuns: 60 })
  for (const condition of trees) {
    const parameters = new Parameters()
    const scope = openScope(duckdb, MODEL, CONTEXT, parameters)
    const variants = [condition, ...Object.values(LAWS).map((law) => law(condition))]
    const columns = variants.map((variant) =>
      compileCondition(variant, { identifiers: {}, lists: LISTS, memberOf: {} }, scope),
    )
    const sql = `select ${columns.join(', ')} from people as model`
    for (const row of await run(connection, { sql, parameters: parameters.values() })) {
      for (const [index, name] of Object.keys(LAWS).entries()) {
        assert.equal(row[index + 1], row[0], `${name}: ${JSON.stringify(condition)}`)
      }
    }
  }
  connection.closeSync()
})

test('a window split in two has the members of the whole', async () => {
  const connection = await openPeople(crowd)
  for (const trait of ['born', 'seen', 'updated', 'moment']) {
    const parameters = new Parameters()
    const scope = openScope(duckdb, MODEL, CONTEXT, parameters)
    const compile = (value: unknown) => {
      const condition = parseCondition(value, [], (mistake) => assert.fail(mistake.message))
      assert.ok(condition)
      return compileCondition(condition, { identifiers: {}, lists: {}, memberOf: {} }, scope)
    }
    const whole = compile({ trait, within_last: '400d' })
    const split = compile({
      any: [
        { trait, within_last: '50d' },
        { trait, ago: ['50d', '400d'] },
      ],
    })
    const sql = `select count(*) filter (${whole}), count(*) filter (${whole} <> ${split}) from people as model`
    const [row] = await run(connection, { sql, parameters: parameters.values() })
    assert.ok(Number(row?.[0]) > 0)
    assert.equal(Number(row?.[1]), 0)
  }
  connection.closeSync()
})

test('a written tree is read back as the same tree', () => {
  for (const condition of fc.sample(tree, { seed: SEED, numRuns: 2000 })) {
    const read = parseCondition(writeCondition(condition), [], (mistake) =>
      assert.fail(mistake.message),
    )
    assert.deepEqual(read, structuredClone(condition))
  }
})

test('an exclusion takes its members out, over the same model or another, nested too', async () => {
  const connection = await openPeople(crowd)
  const trees = fc.sample(tree, { seed: SEED + 1, numRuns: 60 })
  for (let index = 0; index + 2 < trees.length; index += 3) {
    const [a, b, c] = trees.slice(index, index + 3)
    assert.ok(a && b && c)
    const select = { kind: 'select', sql: 'select * from people -- all' } as const
    const elsewhere = { model: { ...MODEL, name: 'others', relation: select } }
    const members = async (one: ResolvedAudience) => {
      const rows = await run(connection, compileAudience(one, duckdb, CONTEXT))
      return new Set(rows.map((row) => row[0]))
    }
    const [inA, inB, inC] = await Promise.all(
      [a, b, c].map((where) => members(audience('x', where))),
    )
    assert.ok(inA && inB && inC)
    const expected = new Set([...inA].filter((key) => !inB.has(key) || inC.has(key)))
    for (const changes of [{}, elsewhere]) {
      const exclude: ResolvedAudience[] = [
        audience('b', b, { exclude: [audience('c', c)], ...changes }),
      ]
      assert.deepEqual(await members(audience('a', a, { exclude })), expected)
    }
  }
  connection.closeSync()
})

test('a row without a key in another model excludes nobody', async () => {
  const connection = await openPeople(crowd)
  const select = { kind: 'select', sql: "select null as id union all select 'k1'" } as const
  const others = { model: { ...MODEL, name: 'others', relation: select } }
  const everyone: Condition = { kind: 'everyone' }
  const exclude = [audience('b', everyone, others)]
  const rows = await run(
    connection,
    compileAudience(audience('a', everyone, { exclude }), duckdb, CONTEXT),
  )
  assert.equal(rows.length, crowd.length - 1)
  connection.closeSync()
})

test('an explanation says of each person what the compiled audience says, condition by condition', async () => {
  const connection = await openPeople(crowd)
  for (const where of fc.sample(tree, { seed: SEED + 2, numRuns: 12 })) {
    const one = audience('a', where, {
      exclude: [audience('b', { kind: 'list', path: 'vip.csv' })],
    })
    const rows = await run(connection, compileAudience(one, duckdb, CONTEXT))
    const members = new Set(rows.map((row) => row[0]))
    for (const key of ['k0', 'k3', 'k5']) {
      const query = explainQuery(one, duckdb, CONTEXT, key)
      const [row] = await run(connection, query)
      assert.equal(row?.[0], members.has(key))
      assert.equal(row?.length, 1 + query.conditions.length + query.traits.length)
      const [root, excluded] = [0, query.conditions.findIndex(({ path }) => path[0] === 'exclude')]
      assert.equal(row?.[0], row?.[1 + root] === true && row[1 + excluded] === false)
    }
  }
  assert.deepEqual(
    await run(
      connection,
      explainQuery(audience('a', { kind: 'everyone' }), duckdb, CONTEXT, "nobody'"),
    ),
    [],
  )
  connection.closeSync()
})

test('hostile values and names are only values and names', async () => {
  const connection = await openPeople(crowd)
  const column = `we'ird "col"; --`
  for (const value of [
    ...HOSTILE,
    `'); drop table people; --`,
    `"; delete from people; --`,
    '\\',
    `$now`,
    '?',
    '$1',
  ]) {
    for (const written of [
      { trait: column, eq: value },
      { trait: 'note', in: [value, 'x'] },
      { trait: `data.${value || 'x'}`, contains: value },
    ]) {
      const condition = parseCondition(written, [], () => undefined)
      if (condition === undefined) continue
      await run(connection, compileAudience(audience('a', condition), duckdb, CONTEXT))
      await run(connection, explainQuery(audience('a', condition), duckdb, CONTEXT, value))
    }
  }
  const [row] = await run(connection, { sql: 'select count(*) from people', parameters: {} })
  assert.equal(Number(row?.[0]), crowd.length)
  connection.closeSync()
})

test('$now in a model is the moment of evaluation, and a letter where it is quoted', async () => {
  const connection = await openPeople(crowd)
  const sql = `select 'k' as id, '$now' as quoted, $now as moment /* $now */ -- $now`
  const model = { ...MODEL, relation: { kind: 'select', sql } } as const
  const query = compileAudience(audience('a', { kind: 'everyone' }, { model }), duckdb, CONTEXT)
  assert.deepEqual(query.parameters, { now: NOW })
  const [row] = await run(connection, query)
  assert.equal(row?.[1], '$now')
  assert.equal(String(row?.[2]), new Date(NOW).toISOString().replace('T', ' ').replace(/0*Z$/, ''))
  connection.closeSync()
})

test('a trait that the model does not have is refused with the nearest column', () => {
  const where: Condition = {
    kind: 'trait',
    trait: 'reveneu',
    operator: 'exists',
    operand: { kind: 'flag', flag: true },
    ignoreCase: false,
  }
  const columns = new Map([
    ['id', 'text'],
    ['Revenue', 'number'],
  ] as const)
  assert.throws(() => compileAudience(audience('a', where), duckdb, { ...CONTEXT, columns }), {
    code: 'audience/unknown-trait',
    remedy: 'Write "Revenue"',
  })
  const known = { ...where, trait: 'revenue' }
  assert.ok(
    compileAudience(audience('a', known), duckdb, { ...CONTEXT, columns }).sql.includes(
      'model."Revenue"',
    ),
  )
})
