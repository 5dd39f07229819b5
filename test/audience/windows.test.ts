// The very ends of each window, a millisecond before, at and after them; the page says which of the three are in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCondition } from '../../src/core/audience/parse-condition.ts'
import { compileAudience } from '../../src/sql/audience.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { openPeople, run } from './duckdb-people.ts'

const NOW = Date.parse('2026-07-01T12:00:00Z')
const DAY = 86_400_000
const CONTEXT = { now: NOW, timeZone: 'Europe/Berlin' }

/** What is written, one of its ends, and whether the moments just before, at and just after it are in. */
const ENDS: readonly (readonly [Record<string, unknown>, number | string, string])[] = [
  [{ within_last: '30d' }, NOW - 30 * DAY, 'out out in'],
  [{ within_last: '30d' }, NOW, 'in in out'],
  [{ within_next: '7d' }, NOW, 'out out in'],
  [{ within_next: '7d' }, NOW + 7 * DAY, 'in in out'],
  [{ before_last: '30d' }, NOW - 30 * DAY, 'in in out'],
  [{ after_next: '7d' }, NOW + 7 * DAY, 'out out in'],
  [{ ago: ['90d', '180d'] }, NOW - 180 * DAY, 'out out in'],
  [{ ago: ['90d', '180d'] }, NOW - 90 * DAY, 'in in out'],
  [{ since: '2026-03-29' }, '2026-03-28T23:00:00Z', 'out in in'],
  [{ until: '2026-03-29' }, '2026-03-29T22:00:00Z', 'in out out'],
  [{ before: '2026-03-29' }, '2026-03-28T23:00:00Z', 'in out out'],
  [{ after: '2026-03-29' }, '2026-03-29T22:00:00Z', 'out in in'],
  [{ during: ['2026-03-29', '2026-10-25'] }, '2026-03-28T23:00:00Z', 'out in in'],
  [{ during: ['2026-03-29', '2026-10-25'] }, '2026-10-25T23:00:00Z', 'in out out'],
  [{ since: '2026-03-29T10:00Z' }, '2026-03-29T10:00:00Z', 'out in in'],
  [{ until: '2026-03-29T10:00Z' }, '2026-03-29T10:00:00Z', 'in in out'],
  [{ before: '2026-03-29T10:00Z' }, '2026-03-29T10:00:00Z', 'in out out'],
  [{ after: '2026-03-29T10:00Z' }, '2026-03-29T10:00:00Z', 'out out in'],
  [{ this: 'month' }, '2026-06-30T22:00:00Z', 'out in in'],
  [{ this: 'month' }, '2026-07-31T22:00:00Z', 'in out out'],
  [{ previous: 'week' }, '2026-06-21T22:00:00Z', 'out in in'],
  [{ previous: 'week' }, '2026-06-28T22:00:00Z', 'in out out'],
]

test('a window has exactly the ends that the page gives it', async () => {
  for (const [written, end, expected] of ENDS) {
    const at = typeof end === 'number' ? end : Date.parse(end)
    const times = [at - 1, at, at + 1]
    const connection = await openPeople(
      times.map((time, index) => ({
        id: String(index),
        seen: { time },
        updated: { time },
        moment: new Date(time).toISOString(),
      })),
    )
    for (const trait of ['seen', 'updated', 'moment']) {
      const where = parseCondition({ trait, ...written }, [], (mistake) =>
        assert.fail(mistake.message),
      )
      assert.ok(where)
      const model = {
        name: 'people',
        source: 'test',
        relation: { kind: 'table', table: 'people' },
        key: 'id',
        events: [],
      } as const
      const audience = {
        key: 'a',
        name: 'a',
        description: '',
        model,
        where,
        exclude: [],
        identifiers: {},
        lists: {},
        memberOf: {},
      }
      const rows = await run(connection, compileAudience(audience, duckdb, CONTEXT))
      const members = new Set(rows.map((row) => row[0]))
      const found = times.map((_, index) => (members.has(String(index)) ? 'in' : 'out')).join(' ')
      assert.equal(found, expected, `${trait} ${JSON.stringify(written)}`)
    }
    connection.closeSync()
  }
})
