// What a sequence means, told by small stories: each is a person's events, one a minute, with what they are of.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResolvedModel } from '../../src/core/audience/audience.ts'
import { parseCondition } from '../../src/core/audience/parse-condition.ts'
import { compileAudience } from '../../src/sql/audience.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { openPeople, run } from './duckdb-people.ts'
import { meetsEvents } from './event-meaning.ts'
import { isEventCondition } from '../../src/core/audience/event/is-event-condition.ts'

const MINUTE = 60_000
/** The last event is ten minutes ago. */
const NOW = Date.parse('2026-07-01T12:00:00Z')

const MODEL: ResolvedModel = {
  name: 'people',
  source: 'test',
  relation: { kind: 'select', sql: "select 'p' as id" },
  key: 'id',
  events: [
    {
      relation: { kind: 'table', table: 'story' },
      person: 'who',
      name: { kind: 'column', column: 'name' },
      time: 'time',
      id: 'id',
      properties: null,
      context: null,
      origin: null,
    },
  ],
}

/** `A1 B2` is an event A with x = 1, and a minute later B with x = 2; `A1+B2` are at one moment, in this order. */
function eventsOf(story: string) {
  const moments = story.split(' ')
  return moments.flatMap((moment, index) =>
    moment.split('+').map((event, place) => ({
      name: event[0] ?? '',
      x: event[1] ?? '',
      at: NOW - (moments.length - 1 - index + 10) * MINUTE,
      id: `${index}${place}`,
    })),
  )
}

const sameAs = (step: number) => ({ property: 'x', eq: { step, property: 'x' } })
const sameAsFirst = sameAs(1)
const [a, b, c, d] = [{ did: 'A' }, { did: 'B' }, { did: 'C' }, { did: 'D' }]

const STORIES: readonly (readonly [what: object, yes: readonly string[], no: readonly string[]])[] =
  [
    [{ sequence: [a, b] }, ['A1 B1', 'B1 A1 B1', 'A1+B1'], ['B1 A1', 'A1', 'B1+A1']],
    // Which B is taken must not be decided before C is looked for.
    [{ sequence: [a, b, { ...c, within: '2m' }] }, ['A1 B1 B1 X1 C1'], ['A1 B1 X1 X1 C1']],
    [{ sequence: [a, { ...b, within: '1m' }] }, ['A1 X1 A1 B1'], ['A1 X1 B1']],
    // What step one found is remembered past step two.
    [
      { sequence: [a, b, { ...c, where: sameAsFirst }] },
      // Each start is remembered that comes to the same event.
      ['A1 B2 C1', 'A1 A2 B1 C1', 'A1 A2 B1 C2'],
      ['A1 B2 C2', 'A2 B1 C1', 'A1 C1+B2'],
    ],
    // What two steps found of one name are two things.
    [
      { sequence: [a, b, { ...c, where: sameAs(2) }, { ...d, where: sameAsFirst }] },
      ['A1 B2 C2 D1'],
      ['A1 B2 C2 D2', 'A1 B2 C1 D1', 'A1 B2 C1 D2'],
    ],
    [
      { sequence: [a, b, { ...c, where: sameAsFirst }, { ...d, where: sameAs(2) }] },
      ['A1 B2 C1 D2'],
      ['A1 B2 C1 D1', 'A1 B2 C2 D2', 'A1 B2 C2 D1'],
    ],
    // The time of a step counts from the one before, also where more is remembered of an earlier one.
    [
      { sequence: [a, b, { ...c, where: sameAsFirst, within: '1m' }] },
      ['A1 X1 B2 C1'],
      ['A1 B2 X1 C1'],
    ],
    [
      { sequence: [a, b, { did_not: 'C', where: sameAsFirst, within: '1m' }] },
      ['A1 B2 X1 C1', 'A1 C1 B2', 'A1 B2 C2'],
      ['A1 X1 B2 C1'],
    ],
    [{ sequence: [a, { did_not: 'B' }] }, ['A1', 'B1 A1', 'A1 B1 A1'], ['A1 B1', 'A1+B1']],
    [{ sequence: [a, { did_not: 'B' }], anchor: 'first' }, ['A1 A1', 'B1 A1'], ['A1 B1 A1']],
    [{ sequence: [a, { did_not: 'B' }], anchor: 'last' }, ['A1 B1 A1'], ['A1 A1 B1']],
    [
      { sequence: [a, { did_not: 'B', where: sameAsFirst }] },
      ['A1 B2', 'A1 A2 B1'],
      ['A1 B1', 'A1 A2 B2 B1'],
    ],
    // Between two steps; at its end a negated step does not look at the event that ends it.
    [{ sequence: [a, { did_not: 'B' }, c] }, ['A1 C1 B1', 'A1 B1 A1 C1'], ['A1 B1 C1']],
    [{ sequence: [a, { did_not: 'any' }, c] }, ['A1 C1'], ['A1 B1 C1']],
    // Ten minutes have passed since the last event, an hour has not.
    [
      { sequence: [a, { did_not: 'B', within: '10m' }] },
      ['A1', 'A1 X1 B1 A1'],
      ['A1 B1', 'A1 X1 X1 B1'],
    ],
    [{ sequence: [a, { did_not: 'B', within: '1h' }] }, [], ['A1', 'A1 B1']],
    [{ sequence: [a, { did_not: 'B', within: '1m' }, c] }, ['A1 X1 B1 C1'], ['A1 B1 C1']],
    [{ sequence: [a, c], started: { ago: ['0d', '12m'] } }, ['A1 C1', 'A1 B1 A1 C1'], ['A1 B1 C1']],
  ]

test('stories of sequences, by SQL and by the evaluator', async () => {
  const connection = await openPeople([{ id: 'p' }])
  for (const [what, yes, no] of STORIES) {
    const where = parseCondition(what, [], (mistake) => assert.fail(mistake.message))
    assert.ok(where && isEventCondition(where))
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
    for (const story of [...yes, ...no]) {
      const events = eventsOf(story)
      const rows = events.map(
        ({ name, x, at, id }) => `('p', '${name}', epoch_ms(${at}), '${id}', '${x}')`,
      )
      await connection.run(
        `create or replace table story as select * from (values ${rows.join(', ')}) as story(who, name, time, id, x)`,
      )
      const found = await run(
        connection,
        compileAudience(audience, duckdb, { now: NOW, timeZone: 'UTC' }),
      )
      const expected = yes.includes(story)
      assert.equal(found.length === 1, expected, `${JSON.stringify(what)}: ${story}`)
      const told = events.map(({ name, x, at, id }) => ({
        name,
        id,
        time: { time: at },
        source: null,
        properties: { x },
        context: {},
      }))
      const setting = { now: NOW, timeZone: 'UTC' }
      assert.equal(
        meetsEvents(where, told, () => null, setting),
        expected,
        story,
      )
    }
  }
  connection.closeSync()
})
