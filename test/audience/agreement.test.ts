// The compiled SQL and the evaluator in memory must find the same members, for any tree over any people.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResolvedModel } from '../../src/core/audience/audience.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import { compileCondition } from '../../src/sql/condition.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { openScope } from '../../src/sql/open-scope.ts'
import { Parameters } from '../../src/sql/scope.ts'
import { openPeople, run } from './duckdb-people.ts'
import { meets, type Setting } from './evaluator.ts'
import { KINDS, NOW, people } from './people.ts'
import { LISTS, meaningOfSql, tree } from './trees.ts'

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Africa/Cairo', 'UTC'] as const

const MODEL: ResolvedModel = {
  name: 'people',
  source: 'test',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: [],
}

function setting(timeZone: string, crowd: Setting['people']): Setting {
  return {
    now: NOW,
    timeZone,
    key: 'id',
    lists: LISTS,
    events: new Map(),
    people: crowd,
    relations: {},
    consent: {},
    audiences: {},
    sql: meaningOfSql,
  }
}

/** Most trees are compiled with the kinds of the columns known; those without are four times the work for DuckDB. */
const kindsKnown = (index: number): boolean => index % 5 !== 0

/** One statement with a column for each tree. */
function compileMany(trees: readonly Condition[], timeZone: string) {
  const parameters = new Parameters()
  const references = { identifiers: {}, lists: LISTS, memberOf: {} }
  const columns = trees.map((condition, index) => {
    const known = kindsKnown(index) ? { columns: KINDS } : {}
    const scope = openScope(duckdb, MODEL, { now: NOW, timeZone, ...known }, parameters)
    return `${compileCondition(condition, references, scope)} as c${index}`
  })
  const sql = `select ${columns.join(', ')} from people as model order by cast(id[2:] as integer)`
  return { sql, parameters: parameters.values() }
}

const SEED = Number(process.env['SEED'] ?? 20_260_701)
const TREES = Number(process.env['TREES'] ?? 4000)
const TREES_PER_STATEMENT = 20
const TREES_PER_WORLD = 1000

test('Generated trees over generated people have the members that the page says', async () => {
  for (let world = 0; world * TREES_PER_WORLD < TREES; world += 1) {
    const [crowd = []] = fc.sample(people(24), { seed: SEED + world, numRuns: 1 })
    const timeZone = ZONES[world % ZONES.length] ?? 'UTC'
    const connection = await openPeople(crowd)
    const trees = fc.sample(tree, { seed: SEED + world, numRuns: TREES_PER_WORLD })
    for (let first = 0; first < trees.length; first += TREES_PER_STATEMENT) {
      const some = trees.slice(first, first + TREES_PER_STATEMENT)
      const rows = await run(connection, compileMany(some, timeZone))
      for (const [row, person] of crowd.entries()) {
        for (const [column, condition] of some.entries()) {
          const expected = meets(condition, person, setting(timeZone, crowd))
          if (rows[row]?.[column] !== expected) {
            assert.fail(
              `SEED=${SEED + world}: SQL says ${String(rows[row]?.[column])}, the page says ${expected} ` +
                `(kinds ${kindsKnown(column) ? 'known' : 'unknown'}, ${timeZone})\n${JSON.stringify(condition)}\n${JSON.stringify(person)}`,
            )
          }
        }
      }
    }
    connection.closeSync()
  }
})
