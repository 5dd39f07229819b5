// What must hold of any condition over events without knowing what it means.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResolvedAudience, ResolvedModel } from '../../src/core/audience/audience.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import { parseCondition } from '../../src/core/audience/parse-condition.ts'
import { writeCondition } from '../../src/core/audience/write-condition.ts'
import { compileAudience, compileAudiences, explainQuery } from '../../src/sql/audience.ts'
import { compileCondition } from '../../src/sql/condition.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { peopleSql } from '../../src/sql/event/event-scan.ts'
import { openScope } from '../../src/sql/open-scope.ts'
import { Parameters } from '../../src/sql/scope.ts'
import { openPeople, run } from './duckdb-people.ts'
import { eventCondition, eventTree } from './event-trees.ts'
import { addEvents, eventWorld } from './happenings.ts'
import { KINDS, NOW, people } from './people.ts'
import { LISTS } from './trees.ts'

const SEED = 11
const PEOPLE = 30
const [crowd = []] = fc.sample(people(PEOPLE), { seed: SEED, numRuns: 1 })
const [world] = fc.sample(eventWorld(PEOPLE, 'both', 'TIMESTAMPTZ'), { seed: SEED, numRuns: 1 })
assert.ok(world)

const MODEL: ResolvedModel = {
  name: 'people',
  source: 'test',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: world.streams,
}

const CONTEXT = {
  now: NOW,
  timeZone: 'Europe/Berlin',
  columns: KINDS,
  events: new Map([['people', world.columns]]),
}

const open = async () => {
  const connection = await openPeople(crowd)
  await addEvents(connection, world)
  return connection
}

function audience(
  key: string,
  where: Condition,
  exclude: ResolvedAudience[] = [],
): ResolvedAudience {
  return {
    key,
    name: key,
    description: '',
    model: MODEL,
    where,
    exclude,
    identifiers: {},
    lists: LISTS,
    memberOf: {},
  }
}

const read = (value: unknown): Condition =>
  parseCondition(value, [], (mistake) => assert.fail(mistake.message)) ?? { kind: 'everyone' }

/** Trees with the same members as the given one. */
const LAWS: Readonly<Record<string, (condition: Condition) => Condition>> = {
  'everyone added to all': (condition) => ({ kind: 'all', of: [{ kind: 'everyone' }, condition] }),
  'double not': (condition) => ({ kind: 'not', of: { kind: 'not', of: condition } }),
  'another order': (condition) =>
    condition.kind === 'all' || condition.kind === 'any'
      ? { ...condition, of: condition.of.toReversed() }
      : condition,
  'beside another condition': (condition) => ({
    kind: 'all',
    of: [
      condition,
      {
        kind: 'any',
        of: [{ kind: 'everyone' }, read({ did: 'any', within: '1d', from: 'first_seen' })],
      },
    ],
  }),
}

test('a tree over events and its equivalents have the same members', async () => {
  const connection = await open()
  for (const condition of fc.sample(eventTree, { seed: SEED, numRuns: 150 })) {
    const parameters = new Parameters()
    const scope = openScope(duckdb, MODEL, CONTEXT, parameters)
    const variants = [condition, ...Object.values(LAWS).map((law) => law(condition))]
    const columns = variants.map((variant) =>
      compileCondition(variant, { identifiers: {}, lists: LISTS, memberOf: {} }, scope),
    )
    const sql = `select ${columns.join(', ')} from ${peopleSql(scope)}`
    for (const row of await run(connection, { sql, parameters: parameters.values() })) {
      for (const [index, name] of Object.keys(LAWS).entries()) {
        assert.equal(row[index + 1], row[0], `${name}: ${JSON.stringify(condition)}`)
      }
    }
  }
  connection.closeSync()
})

test('the counts of a window split in two add up to the whole', async () => {
  const connection = await open()
  const scope = openScope(duckdb, MODEL, CONTEXT, new Parameters())
  const countIs = (n: number, window: object) =>
    compileCondition(
      read({ did: 'any', count: { eq: n }, ...window }),
      { identifiers: {}, lists: {}, memberOf: {} },
      scope,
    )
  const numbers = Array.from({ length: 40 }, (_, n) => n)
  const count = (window: object) =>
    numbers.map((n) => `(case when ${countIs(n, window)} then ${n} else 0 end)`).join(' + ')
  const whole = count({ ago: ['0d', '60d'] })
  const parts = `${count({ ago: ['0d', '9d'] })} + ${count({ ago: ['9d', '60d'] })}`
  const sql = `select max(${whole}), count(*) filter (${whole} <> ${parts}) from ${peopleSql(scope)}`
  const [row] = await run(connection, { sql, parameters: scope.parameters.values() })
  assert.ok(Number(row?.[0]) > 3)
  assert.equal(Number(row?.[1]), 0)
  connection.closeSync()
})

test('a written condition over events is read back as the same', () => {
  for (const condition of fc.sample(eventCondition, { seed: SEED, numRuns: 3000 })) {
    const back = parseCondition(writeCondition(condition), [], (mistake) =>
      assert.fail(`${mistake.message}: ${JSON.stringify(writeCondition(condition))}`),
    )
    assert.deepEqual(back, structuredClone(condition))
  }
})

test('many audiences in one statement have the members that each has alone, with what they exclude', async () => {
  const connection = await open()
  const trees = fc.sample(eventTree, { seed: SEED + 1, numRuns: 60 })
  for (let first = 0; first < trees.length; first += 12) {
    const some = trees.slice(first, first + 12).map((where, index, all) => {
      const other = audience(`x${index}`, all[(index + 1) % all.length] ?? where)
      return audience(`a${index}`, where, index % 3 === 0 ? [other] : [])
    })
    const together = compileAudiences(some, duckdb, CONTEXT)
    assert.equal(together.sql.match(/ group by event.person/g)?.length, 1)
    const rows = await run(connection, together)
    for (const [index, one] of some.entries()) {
      const alone = await run(connection, compileAudience(one, duckdb, CONTEXT))
      const chosen = rows.filter((row) => row[index + 1] === true)
      assert.deepEqual(new Set(chosen.map(([key]) => key)), new Set(alone.map(([key]) => key)))
    }
  }
  connection.closeSync()
})

test('an exclusion over events of another model has a scan of its own', async () => {
  const connection = await open()
  const elsewhere = { ...MODEL, name: 'others', events: MODEL.events.slice(0, 1) }
  const events = new Map([...CONTEXT.events, ['others', world.columns.slice(0, 1)] as const])
  const did = read({ did: 'Play' })
  const members = async (one: ResolvedAudience) => {
    const rows = await run(connection, compileAudience(one, duckdb, { ...CONTEXT, events }))
    return rows.map(([key]) => key)
  }
  const excluded = { ...audience('b', did), model: elsewhere }
  const left = await members(audience('a', { kind: 'everyone' }, [excluded]))
  const played = await members(audience('c', did))
  assert.ok(played.length > 0 && left.length > 0)
  assert.equal(left.length + played.length, PEOPLE)
  connection.closeSync()
})

test('an explanation says of each person what the compiled audience says', async () => {
  const connection = await open()
  for (const where of fc.sample(eventTree, { seed: SEED + 2, numRuns: 25 })) {
    const one = audience('a', where)
    const rows = await run(connection, compileAudience(one, duckdb, CONTEXT))
    const members = new Set(rows.map((row) => row[0]))
    for (const key of ['k0', 'k3', 'k7']) {
      const [row] = await run(connection, explainQuery(one, duckdb, CONTEXT, key))
      assert.equal(row?.[0], members.has(key), JSON.stringify(where))
      assert.equal(row[1], row[0])
    }
  }
  connection.closeSync()
})
