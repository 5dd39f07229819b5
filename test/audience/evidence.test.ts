// What is told of why a condition over events holds: by the evaluator in memory it must really be why.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ResolvedModel } from '../../src/core/audience/audience.ts'
import type {
  EventCondition,
  SequenceCondition,
} from '../../src/core/audience/event/event-condition.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { peopleSql } from '../../src/sql/event/event-scan.ts'
import {
  evidenceQuery,
  foundSteps,
  nearnessOf,
  type FoundSteps,
} from '../../src/sql/event/evidence.ts'
import { measuresOf } from '../../src/sql/event/measures.ts'
import { traceSequence } from '../../src/sql/event/sequence.ts'
import { Parameters, type Scope } from '../../src/sql/scope.ts'
import { openScope } from '../../src/sql/open-scope.ts'
import { asNumber, asText } from './comparison-meaning.ts'
import { openPeople, run } from './duckdb-people.ts'
import { lookAt, type Person, type Setting } from './evaluator.ts'
import { chosenOf, measuredOf, meetsEvents, type Happening } from './event-meaning.ts'
import { eventCondition } from './event-trees.ts'
import { addEvents, eventWorld, type EventWorld } from './happenings.ts'
import { KINDS, NOW, people } from './people.ts'

const SEED = Number(process.env['SEED'] ?? 20_260_704)
const WORLDS = Number(process.env['WORLDS'] ?? 3)
const CONDITIONS = 20
const PEOPLE = 12
const SETTING = { now: NOW, timeZone: 'Europe/Berlin' }

/** What traits are of: there is nothing but people and their events. */
const NOTHING_ELSE: Setting = {
  ...SETTING,
  key: 'id',
  people: [],
  events: new Map(),
  consent: {},
  relations: {},
  lists: {},
  audiences: {},
  sql: {},
}

const modelOf = (world: EventWorld): ResolvedModel => ({
  name: 'people',
  source: 'test',
  relation: { kind: 'table', table: 'people' },
  key: 'id',
  events: world.streams,
})

const scopeOf = (world: EventWorld): Scope =>
  openScope(
    duckdb,
    modelOf(world),
    { ...SETTING, columns: KINDS, events: new Map([['people', world.columns]]) },
    new Parameters(),
  )

type Connection = Awaited<ReturnType<typeof openPeople>>

/** Several columns over everyone, by the order of their numbers. */
async function overEveryone(connection: Connection, scope: Scope, columns: readonly string[]) {
  const sql = `select ${columns.join(', ')} from ${peopleSql(scope)} order by cast(model.id[2:] as integer)`
  return run(connection, { sql, parameters: scope.parameters.values() })
}

/** An event as it is told. */
interface Told {
  readonly at: number
  readonly id: string
}

/** What is told to count for each part of each condition, of one person. */
async function countingFor(
  connection: Connection,
  world: EventWorld,
  wanted: readonly { readonly condition: EventCondition; readonly found: FoundSteps }[],
  key: string,
): Promise<readonly (readonly (readonly Told[])[])[]> {
  const query = evidenceQuery(wanted, scopeOf(world), key, 1000)
  const reader = `select to_json(shown) from (${query.sql}) as shown`
  const rows = (await run(connection, { ...query, sql: reader })).map(
    ([json]) => JSON.parse(String(json)) as Record<string, unknown>,
  )
  return query.groups.map((parts) =>
    parts.map(({ nearness, alike }) => {
      const counting = rows.filter((row) => nearnessOf(Number(row[nearness])) === 'counts')
      for (const row of counting) assert.equal(row[alike], counting.length)
      return counting.map((row) => ({ at: Number(row['at']), id: String(row['id']) }))
    }),
  )
}

const sorted = (events: readonly { readonly at: number; readonly id: string | null }[]) =>
  events.map(({ at, id }) => `${at} ${id ?? ''}`).toSorted()

const furthest = (ways: readonly unknown[]): FoundSteps =>
  foundSteps(ways.find((way) => typeof way === 'string') ?? '{}')

/** The events that are told of decide a sequence by themselves. */
function assertWay(
  condition: SequenceCondition,
  found: FoundSteps,
  isMet: boolean,
  events: readonly Happening[],
  person: Person,
): void {
  const [first] = condition.steps
  assert.ok(first)
  const look = lookAt(person, NOTHING_ELSE)
  const start = found.get(1)
  const starts = sorted(
    chosenOf({ events: first.events, windows: condition.started }, events, look, SETTING),
  )
  assert.equal(start === undefined, starts.length === 0)
  if (start !== undefined) assert.ok(starts.includes(sorted([start])[0] ?? ''))
  if (!isMet) return
  const told = new Set(sorted([...found.values()]))
  const all = chosenOf(
    { events: { names: null, where: null, sources: null }, windows: [] },
    events,
    look,
    SETTING,
  )
  const alone = all.filter((event) => told.has(sorted([event])[0] ?? ''))
  const plain: SequenceCondition = { ...condition, started: [], anchor: 'any' }
  assert.ok(meetsEvents(plain, alone, look, SETTING))
}

function assertCounting(
  condition: EventCondition,
  [own = [], other = []]: readonly (readonly Told[])[],
  events: readonly Happening[],
  person: Person,
): void {
  const look = lookAt(person, NOTHING_ELSE)
  const isMet = meetsEvents(condition, events, look, SETTING)
  switch (condition.kind) {
    case 'did':
      assert.deepEqual(sorted(own), sorted(chosenOf(condition, events, look, SETTING)))
      return
    case 'relative':
      assert.deepEqual(sorted(own), sorted(chosenOf(condition, events, look, SETTING)))
      assert.deepEqual(sorted(other), sorted(chosenOf(condition.other, events, look, SETTING)))
      return
    case 'regular': {
      const chosen = new Set(sorted(chosenOf(condition, events, look, SETTING)))
      assert.ok(sorted(own).every((event) => chosen.has(event)))
      return
    }
    case 'nth': {
      const chosen = chosenOf(condition, events, look, SETTING)
      assert.equal(own.length > 0, isMet)
      assert.ok(own.every(({ at }) => chosen.some((event) => event.at === at)))
      return
    }
    case 'stopped':
      assert.equal(own.length > 0 && other.length === 0, isMet)
      return
    case 'resumed':
    case 'new_within':
      assert.equal(own.length > 0, isMet)
      return
    case 'sequence':
  }
}

test('Events that are told to count do, and the values told are those that decide', async () => {
  for (let index = 0; index < WORLDS; index += 1) {
    const seed = { seed: SEED + index, numRuns: 1 }
    const [crowd = []] = fc.sample(people(PEOPLE), seed)
    const [world] = fc.sample(eventWorld(PEOPLE, 'both', 'TIMESTAMP'), seed)
    assert.ok(world)
    const connection = await openPeople(crowd)
    await addEvents(connection, world)
    const conditions = fc.sample(eventCondition, { ...seed, numRuns: CONDITIONS })
    const ways = new Map<EventCondition, unknown[][]>()
    for (const condition of conditions) {
      const scope = scopeOf(world)
      if (condition.kind === 'sequence')
        ways.set(condition, await overEveryone(connection, scope, traceSequence(condition, scope)))
      const [measure] = measuresOf(condition, scope)
      if (condition.kind !== 'did') continue
      assert.ok(measure)
      const values = await overEveryone(connection, scope, [measure.sql])
      for (const [row, person] of crowd.entries()) {
        const events = world.byPerson.get(`k${row}`) ?? []
        const expected = measuredOf(condition, events, lookAt(person, NOTHING_ELSE), SETTING)
        const found = values[row]?.[0] ?? null
        const told: string = `SEED=${SEED + index} k${row} ${JSON.stringify(condition)}`
        // How a list is written as text is the engine's.
        if (Array.isArray(expected)) assert.equal(typeof found, 'string', told)
        else if (typeof expected !== 'number') assert.equal(found, asText(expected), told)
        else {
          // A percentile is reckoned in binary fractions, in another order.
          const away = Math.abs((asNumber(String(found)) ?? NaN) - expected)
          assert.ok(away <= Math.abs(expected) * 1e-12, told)
        }
      }
    }
    for (const [row, person] of crowd.entries()) {
      const key = `k${row}`
      const events = world.byPerson.get(key) ?? []
      const wanted = conditions.map((condition) => ({
        condition,
        found: furthest(ways.get(condition)?.[row] ?? []),
      }))
      const counting = await countingFor(connection, world, wanted, key)
      for (const [at, { condition, found }] of wanted.entries()) {
        try {
          assertCounting(condition, counting[at] ?? [], events, person)
          if (condition.kind !== 'sequence') continue
          const isMet = meetsEvents(condition, events, lookAt(person, NOTHING_ELSE), SETTING)
          assert.equal(ways.get(condition)?.[row]?.[0] !== null, isMet)
          assertWay(condition, found, isMet, events, person)
        } catch (error) {
          const told = `SEED=${SEED + index} ${key} ${JSON.stringify(condition)}\n${JSON.stringify(counting[at])}\n${JSON.stringify([...found])}`
          assert.fail(`${told}\n${String(error)}`)
        }
      }
    }
    connection.closeSync()
  }
})
