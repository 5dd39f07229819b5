// A computed trait is the measure of the condition that says the same, wherever a trait may stand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResolvedModel } from '../../src/core/audience/audience.ts'
import { parseComputedTrait } from '../../src/core/audience/computed/parse-computed.ts'
import { computedColumns } from '../../src/core/audience/computed/used-computed.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import type { EventCondition } from '../../src/core/audience/event/event-condition.ts'
import { writeMeasured } from '../../src/core/audience/event/write-event.ts'
import { compileAudience } from '../../src/sql/audience.ts'
import { compileCondition } from '../../src/sql/condition.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { peopleSql } from '../../src/sql/event/event-scan.ts'
import { openScope } from '../../src/sql/open-scope.ts'
import { Parameters } from '../../src/sql/scope.ts'
import { openPeople, run } from './duckdb-people.ts'
import { eventCondition } from './event-trees.ts'
import { addEvents, eventWorld } from './happenings.ts'
import { KINDS, NOW, people } from './people.ts'

const SEED = 12
const PEOPLE = 30
const [crowd = []] = fc.sample(people(PEOPLE), { seed: SEED, numRuns: 1 })
const [world] = fc.sample(eventWorld(PEOPLE, 'both', 'TIMESTAMP'), { seed: SEED, numRuns: 1 })
assert.ok(world)

type Did = Extract<EventCondition, { readonly kind: 'did' }>

const isDid = (condition: EventCondition): condition is Did => condition.kind === 'did'

const conditions = fc.sample(eventCondition.filter(isDid), { seed: SEED, numRuns: 600 })

const computed = Object.fromEntries(
  conditions.map(({ events, windows, measure }, index) => [
    `computed${index}`,
    { events, windows, measure },
  ]),
)

const MODEL: ResolvedModel = {
  name: 'people',
  source: 'test',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: world.streams,
  computed,
}

const CONTEXT = {
  now: NOW,
  timeZone: 'Europe/Berlin',
  columns: new Map([...KINDS, ...computedColumns(MODEL)]),
  events: new Map([['people', world.columns]]),
}

const open = async () => {
  const connection = await openPeople(crowd)
  await addEvents(connection, world)
  return connection
}

const references = { identifiers: {}, lists: {}, memberOf: {} }

test('a computed trait compared is the condition over the same events', async () => {
  const connection = await open()
  for (let first = 0; first < conditions.length; first += 30) {
    const scope = openScope(duckdb, MODEL, CONTEXT, new Parameters())
    const both = conditions
      .slice(first, first + 30)
      .flatMap((did, index): Condition[] => [
        did,
        { kind: 'trait', trait: `computed${first + index}`, ...did.comparison },
      ])
    const columns = both.map((condition) => compileCondition(condition, references, scope))
    const sql = `select ${columns.join(', ')} from ${peopleSql(scope)}`
    // What both ask for is one aggregate of one scan.
    assert.equal(sql.match(/ group by event.person/g)?.length, 1)
    for (const row of await run(connection, { sql, parameters: scope.parameters.values() }))
      for (let place = 0; place < both.length; place += 2)
        assert.equal(row[place + 1], row[place], JSON.stringify(both[place]))
  }
  connection.closeSync()
})

test('a computed trait that is compared with events is the same as beside the person', async () => {
  const connection = await open()
  const names = Object.keys(computed).filter(
    (name) => computedColumns(MODEL).get(name) === 'number',
  )
  for (const trait of names.slice(0, 40)) {
    const scope = openScope(duckdb, MODEL, CONTEXT, new Parameters())
    const operand = { kind: 'number', value: { trait } } as const
    const compared = { operator: 'gte', operand, ignoreCase: false } as const
    const inside: Condition = {
      kind: 'did',
      events: {
        names: null,
        where: { kind: 'property', name: 'qty', ...compared },
        sources: null,
      },
      windows: [],
      measure: { kind: 'count' },
      comparison: { operator: 'gte', operand: { kind: 'number', value: 1 }, ignoreCase: false },
    }
    // Some event has at least so much when the greatest has.
    const outside: Condition = {
      kind: 'did',
      events: { names: null, where: null, sources: null },
      windows: [],
      measure: { kind: 'aggregate', aggregate: 'max', of: 'property', name: 'qty' },
      comparison: compared,
    }
    const [one, other] = [inside, outside].map((tree) => compileCondition(tree, references, scope))
    const sql = `select ${one}, ${other} from ${peopleSql(scope)}`
    for (const row of await run(connection, { sql, parameters: scope.parameters.values() }))
      assert.equal(row[0], row[1], JSON.stringify(computed[trait]))
  }
  connection.closeSync()
})

test('members carry the computed traits that their audience names, and no others', async () => {
  const connection = await open()
  const named = Object.keys(computed).slice(0, 12)
  const audience = {
    key: 'a',
    name: 'a',
    description: '',
    model: MODEL,
    where: { kind: 'everyone' },
    exclude: [],
    memberOf: {},
    identifiers: {},
    lists: {},
    computed: named,
  } as const
  const { sql, parameters } = compileAudience(audience, duckdb, CONTEXT)
  const described = await connection.runAndReadAll(`describe ${sql}`, parameters as never)
  const types = new Map(
    described.getRows().map(([name, type]) => [String(name), duckdb.columnKind(String(type))]),
  )
  assert.deepEqual(
    named.map((name) => types.get(name)),
    named.map((name) => computedColumns(MODEL).get(name)),
  )
  assert.equal(types.size, KINDS.size + named.length)
  connection.closeSync()
})

test('a written computed trait is read back as the same', () => {
  for (const measured of Object.values(computed)) {
    const back = parseComputedTrait(writeMeasured(measured), [], [], (mistake) =>
      assert.fail(`${mistake.message}: ${JSON.stringify(writeMeasured(measured))}`),
    )
    assert.deepEqual(back, structuredClone(measured))
  }
})
