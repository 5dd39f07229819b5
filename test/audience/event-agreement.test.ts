// Conditions over events: the compiled SQL and the evaluator in memory must find the same members.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResolvedModel } from '../../src/core/audience/audience.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import { compileCondition } from '../../src/sql/condition.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { peopleSql } from '../../src/sql/event/event-scan.ts'
import { openScope } from '../../src/sql/open-scope.ts'
import { Parameters } from '../../src/sql/scope.ts'
import { openPeople, run } from './duckdb-people.ts'
import { eventTree } from './event-trees.ts'
import { meets, type Setting } from './evaluator.ts'
import { addEvents, eventWorld, type EventWorld, type TimeType } from './happenings.ts'
import { KINDS, NOW, people } from './people.ts'
import { LISTS, meaningOfSql } from './trees.ts'

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC'] as const
const TABLES = ['both', 'events', 'orders'] as const
const TIMES: readonly TimeType[] = ['TIMESTAMP', 'TIMESTAMPTZ', 'VARCHAR', 'TIMESTAMP', 'DATE']

/** One statement with a column for each tree: they share one scan of the events. */
function compileMany(
  trees: readonly Condition[],
  world: EventWorld,
  known: boolean,
  timeZone: string,
) {
  const model: ResolvedModel = {
    name: 'people',
    source: 'test',
    relation: { kind: 'table', table: 'people' },
    key: 'id',
    events: world.streams,
  }
  const parameters = new Parameters()
  const kinds = known ? { columns: KINDS, events: new Map([['people', world.columns]]) } : {}
  const scope = openScope(duckdb, model, { now: NOW, timeZone, ...kinds }, parameters)
  const references = { identifiers: {}, lists: LISTS, memberOf: {} }
  const columns = trees.map((tree) => compileCondition(tree, references, scope))
  const sql = `select ${columns.join(', ')} from ${peopleSql(scope)} order by cast(model.id[2:] as integer)`
  return { sql, parameters: parameters.values() }
}

const SEED = Number(process.env['SEED'] ?? 20_260_702)
const TREES = Number(process.env['TREES'] ?? 6000)
const TREES_PER_STATEMENT = 25
const TREES_PER_WORLD = 500
const PEOPLE = 24

test('Generated trees over what generated people did have the members that the page says', async () => {
  for (let index = 0; index * TREES_PER_WORLD < TREES; index += 1) {
    const seed = { seed: SEED + index, numRuns: 1 }
    const tables = TABLES[index % TABLES.length] ?? 'both'
    const timeZone = ZONES[index % ZONES.length] ?? 'UTC'
    const [crowd = []] = fc.sample(people(PEOPLE), seed)
    const [world] = fc.sample(
      eventWorld(PEOPLE, tables, TIMES[index % TIMES.length] ?? 'TIMESTAMP'),
      seed,
    )
    assert.ok(world)
    const connection = await openPeople(crowd)
    await addEvents(connection, world)
    const { byPerson: events } = world
    const setting: Setting = {
      now: NOW,
      timeZone,
      key: 'id',
      lists: LISTS,
      events,
      people: crowd,
      relations: {},
      consent: {},
      audiences: {},
      sql: meaningOfSql,
    }
    const trees = fc.sample(eventTree, { seed: SEED + index, numRuns: TREES_PER_WORLD })
    for (let first = 0; first < trees.length; first += TREES_PER_STATEMENT) {
      const some = trees.slice(first, first + TREES_PER_STATEMENT)
      // A table of events that is not described has to have every column that is named.
      const known = tables !== 'events' || first % (4 * TREES_PER_STATEMENT) !== 0
      const rows = await run(connection, compileMany(some, world, known, timeZone))
      for (const [row, person] of crowd.entries()) {
        for (const [column, condition] of some.entries()) {
          const expected = meets(condition, person, setting)
          if (rows[row]?.[column] !== expected) {
            assert.fail(
              `SEED=${SEED + index}: SQL says ${String(rows[row]?.[column])}, the page says ${expected} ` +
                `(kinds ${known ? 'known' : 'unknown'}, ${timeZone}, ${tables})\n${JSON.stringify(condition)}\n${JSON.stringify(person)}\n${JSON.stringify(events.get(`k${row}`), null, 1)}`,
            )
          }
        }
      }
    }
    connection.closeSync()
  }
})
