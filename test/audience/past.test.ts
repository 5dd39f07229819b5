// Conditions over what a trait was: the compiled SQL and the evaluator in memory must find the same members; and laws that need
// no evaluator.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResolvedModel } from '../../src/core/audience/audience.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import { parseCondition } from '../../src/core/audience/parse-condition.ts'
import type { PastCondition } from '../../src/core/audience/past/past-condition.ts'
import { writeCondition } from '../../src/core/audience/write-condition.ts'
import { compileCondition } from '../../src/sql/condition.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { peopleSql } from '../../src/sql/event/event-scan.ts'
import { openScope } from '../../src/sql/open-scope.ts'
import { Parameters } from '../../src/sql/scope.ts'
import { literal, openPeople, run } from './duckdb-people.ts'
import { meets, type Person, type Setting } from './evaluator.ts'
import { HISTORY, pastCondition, pastTree, pastWorld, type PastWorld } from './past-trees.ts'
import { KINDS, NOW, people } from './people.ts'
import { LISTS, meaningOfSql } from './trees.ts'

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'] as const

const MODEL: ResolvedModel = {
  name: 'people',
  source: 'test',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: [],
  history: HISTORY,
}

function compileMany(trees: readonly Condition[], known: boolean, timeZone: string) {
  const kinds = known ? { columns: KINDS } : {}
  const scope = openScope(duckdb, MODEL, { now: NOW, timeZone, ...kinds }, new Parameters())
  const references = { identifiers: {}, lists: LISTS, memberOf: {} }
  const columns = trees.map((tree) => compileCondition(tree, references, scope))
  const sql = `select ${columns.join(', ')} from ${peopleSql(scope)} order by cast(model.id[2:] as integer)`
  return { sql, parameters: scope.parameters.values() }
}

async function open(crowd: readonly Person[], world: PastWorld) {
  const connection = await openPeople(crowd)
  for (const sql of world.create) await connection.run(sql)
  return connection
}

function worldOf(seed: number, form: number): { crowd: readonly Person[]; world: PastWorld } {
  const [crowd = []] = fc.sample(people(PEOPLE), { seed, numRuns: 1 })
  const [world] = fc.sample(pastWorld(crowd, form), { seed, numRuns: 1 })
  assert.ok(world)
  return { crowd, world }
}

const SEED = Number(process.env['SEED'] ?? 20_260_704)
const TREES = Number(process.env['TREES'] ?? 1000)
const TREES_PER_STATEMENT = 25
const TREES_PER_WORLD = 250
const PEOPLE = 24
const WEEK = 7 * 86_400_000

test('Generated trees over what traits were have the members that the page says', async () => {
  for (let index = 0; index * TREES_PER_WORLD < TREES; index += 1) {
    const timeZone = ZONES[index % ZONES.length] ?? 'UTC'
    const { crowd, world } = worldOf(SEED + index, index)
    const connection = await open(crowd, world)
    const setting: Setting = {
      now: NOW,
      timeZone,
      key: 'id',
      lists: LISTS,
      events: new Map(),
      history: world.byPerson,
      people: crowd,
      relations: {},
      consent: {},
      audiences: {},
      sql: meaningOfSql,
    }
    const trees = fc.sample(pastTree, { seed: SEED + index, numRuns: TREES_PER_WORLD })
    for (let first = 0; first < trees.length; first += TREES_PER_STATEMENT) {
      const some = trees.slice(first, first + TREES_PER_STATEMENT)
      const known = first % (5 * TREES_PER_STATEMENT) !== 0
      const compiled = compileMany(some, known, timeZone)
      assert.ok((compiled.sql.match(/ group by /g)?.length ?? 0) <= 1)
      const rows = await run(connection, compiled)
      for (const [row, person] of crowd.entries()) {
        for (const [column, condition] of some.entries()) {
          const expected = meets(condition, person, setting)
          if (rows[row]?.[column] !== expected) {
            assert.fail(
              `SEED=${SEED + index}: SQL says ${String(rows[row]?.[column])}, the page says ${expected} ` +
                `(kinds ${known ? 'known' : 'unknown'}, ${timeZone}, ${world.create[0]})\n${JSON.stringify(condition)}\n${JSON.stringify(person)}\n${JSON.stringify(world.byPerson.get(`k${row}`))}`,
            )
          }
        }
      }
    }
    connection.closeSync()
  }
})

/** A condition, what was said when (milliseconds before now), what the plan is now, and whether it holds. */
const EDGES: readonly (readonly [
  object,
  readonly (readonly [string | null, number])[],
  boolean,
])[] = [
  [{ eq: 'b', held_for: { gte: '7d' } }, [['b', WEEK]], true],
  [{ eq: 'b', held_for: { gt: '7d' } }, [['b', WEEK]], false],
  [{ eq: 'b', held_for: { gt: '7d' } }, [['b', WEEK + 1]], true],
  // A value that is told again begins nothing, one in between breaks, and so does its absence.
  [
    { eq: 'b', held_for: { gte: '7d' } },
    [
      ['b', WEEK],
      ['b', 5],
    ],
    true,
  ],
  [
    { eq: 'b', held_for: { gte: '7d' } },
    [
      ['b', WEEK],
      ['a', 9],
      ['b', 5],
    ],
    false,
  ],
  [
    { eq: 'b', held_for: { gte: '7d' } },
    [
      ['b', WEEK],
      [null, 9],
      ['b', 5],
    ],
    false,
  ],
  // What is told for later does not count yet, and what the history does not have is new.
  [
    { eq: 'b', held_for: { gte: '7d' } },
    [
      ['b', WEEK],
      ['a', -1],
    ],
    true,
  ],
  [{ eq: 'b', held_for: { lt: '1s' } }, [['a', WEEK]], true],
  // Of one moment the greater value is the later one, and each was there.
  [
    { eq: 'b', held_for: { gte: '5d' } },
    [
      ['b', WEEK],
      ['a', WEEK],
    ],
    true,
  ],
  [
    { eq: 'b', held_for: { gte: '7d' } },
    [
      ['b', WEEK + 1],
      ['c', WEEK],
      ['b', 5],
    ],
    false,
  ],
  [
    { eq: 'a', ever: { within: '14d' } },
    [
      ['b', WEEK],
      ['a', WEEK],
    ],
    true,
  ],
  // The window begins a moment after it is a week ago: who changed by then was not so in it.
  [
    { eq: 'a', ever: { within: '7d' } },
    [
      ['a', 2 * WEEK],
      ['b', WEEK - 1],
    ],
    false,
  ],
  [
    { eq: 'a', ever: { within: '7d' } },
    [
      ['a', 2 * WEEK],
      ['b', WEEK - 2],
    ],
    true,
  ],
  [
    { eq: 'a', ever: { ago: ['7d', '14d'] } },
    [
      ['a', WEEK],
      ['b', 1],
    ],
    true,
  ],
  [
    { eq: 'a', ever: { ago: ['7d', '14d'] } },
    [
      ['a', WEEK - 1],
      ['b', 1],
    ],
    false,
  ],
  // Before the first value there is none.
  [{ exists: false, ever: true }, [['b', WEEK]], true],
  [{ exists: false, ever: { within: '7d' } }, [['b', WEEK]], false],
]

test('the edges of the past', async () => {
  for (const [asked, said, expected] of EDGES) {
    const connection = await openPeople([{ id: 'k0', plan: 'b' }])
    const rows = said.map(
      ([value, ago]) => `('k0', 'plan', ${literal(value)}, epoch_ms(${NOW - ago}))`,
    )
    await connection.run(
      'create table told (who text, "of trait" text, said text, "at time" timestamp)',
    )
    await connection.run(`insert into told values ${rows.join(', ')}`)
    const where = { trait: 'plan', ...asked }
    const condition = parseCondition(where, [], ({ message }) => assert.fail(message))
    assert.ok(condition)
    const [row] = await run(connection, compileMany([condition], true, 'UTC'))
    assert.equal(row?.[0], expected, JSON.stringify([where, said]))
    connection.closeSync()
  }
})

/** The comparisons alone, of what the trait is now. */
const nowOnly = ({ trait, comparisons }: PastCondition): Condition => ({
  kind: 'all',
  of: comparisons.map((one) => ({ kind: 'trait', trait, ...one })),
})

const heldFor = (past: PastCondition, operator: 'gte' | 'lt', duration: string): PastCondition => ({
  kind: 'held_for',
  trait: past.trait,
  comparisons: past.comparisons,
  lasting: [{ operator, duration }],
})

const everWithin = (past: PastCondition, duration: string): PastCondition => ({
  kind: 'ever',
  trait: past.trait,
  comparisons: past.comparisons,
  windows: [{ word: 'within', operand: { kind: 'duration', duration }, from: null }],
})

test('laws of the past', async () => {
  const { crowd, world } = worldOf(SEED, 0)
  const connection = await open(crowd, world)
  let [long, short, former] = [0, 0, 0]
  for (const past of fc.sample(pastCondition, { seed: SEED, numRuns: 150 })) {
    const ever: PastCondition = { ...everWithin(past, '1d'), kind: 'ever', windows: [] }
    const trees = [
      nowOnly(past),
      heldFor(past, 'gte', '0d'),
      heldFor(past, 'gte', '3d'),
      heldFor(past, 'lt', '3d'),
      everWithin(past, '10d'),
      everWithin(past, '1y'),
      ever,
    ]
    for (const row of await run(connection, compileMany(trees, true, 'UTC'))) {
      const [now, none, atLeast, less, month, year, whole] = row
      const told = JSON.stringify(past)
      assert.equal(none, now, `held for nothing is the comparison: ${told}`)
      assert.equal(now === true && atLeast !== true, less, `longer or shorter: ${told}`)
      for (const [narrow, wide] of [
        [now, month],
        [month, year],
        [year, whole],
      ])
        assert.ok(narrow !== true || wide === true, `a wider window has all of a narrower: ${told}`)
      long += Number(atLeast === true)
      short += Number(less === true)
      former += Number(now !== true && month === true)
    }
  }
  // All of this came up.
  assert.ok(long > 20 && short > 20 && former > 20, `${long} ${short} ${former}`)
  connection.closeSync()
})

test('a written condition over the past is read back as the same', () => {
  for (const condition of fc.sample(pastCondition, { seed: SEED, numRuns: 1000 })) {
    const same = new Set(condition.comparisons.map(({ ignoreCase }) => ignoreCase))
    // What is written once counts for all comparisons beside it.
    if (same.size > 1 && condition.comparisons[0]?.ignoreCase !== true) continue
    const back = parseCondition(writeCondition(condition), [], (mistake) =>
      assert.fail(`${mistake.message}: ${JSON.stringify(writeCondition(condition))}`),
    )
    assert.deepEqual(back, structuredClone(condition))
  }
})
