import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calendarSpan, momentSpan, type Span } from './calendar.ts'

const shown = ({ from, to }: Span): readonly string[] =>
  [from, to].map((ms) => new Date(ms).toISOString().replace(':00.000Z', 'Z'))

test('a day is as long as its zone makes it', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['2026-01-31', 'UTC', '2026-01-31T00:00Z', '2026-02-01T00:00Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    ['2026-12-31', 'Asia/Kolkata', '2026-12-30T18:30Z', '2026-12-31T18:30Z'],
    // Clocks in Cairo skip midnight: the day begins at one.
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
    // Clocks in Havana show midnight twice: the day begins at the first.
    ['2026-11-01', 'America/Havana', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
  ]
  for (const [day, zone, from, to] of cases) {
    assert.deepEqual(shown(momentSpan(day, zone)), [from, to], `${day} ${zone}`)
  }
})

test('a moment is one millisecond, whatever the zone', () => {
  const ms = Date.parse('2026-03-29T01:30:00Z')
  assert.deepEqual(momentSpan('2026-03-29T03:30+02:00', 'Asia/Kolkata'), { from: ms, to: ms + 1 })
})

test('calendar units begin where the calendar on the wall turns', () => {
  // In Berlin it is Thursday the first of January, in New York still Wednesday of the old year.
  const now = Date.parse('2026-01-01T00:30:00Z')
  const berlin = { now, timeZone: 'Europe/Berlin' }
  const newYork = { now, timeZone: 'America/New_York' }
  assert.deepEqual(shown(calendarSpan('day', 0, berlin)), [
    '2025-12-31T23:00Z',
    '2026-01-01T23:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('day', 0, newYork)), [
    '2025-12-31T05:00Z',
    '2026-01-01T05:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('week', 0, berlin)), [
    '2025-12-28T23:00Z',
    '2026-01-04T23:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('week', -1, berlin)), [
    '2025-12-21T23:00Z',
    '2025-12-28T23:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('month', -1, berlin)), [
    '2025-11-30T23:00Z',
    '2025-12-31T23:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('month', 0, newYork)), [
    '2025-12-01T05:00Z',
    '2026-01-01T05:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('quarter', 0, newYork)), [
    '2025-10-01T04:00Z',
    '2026-01-01T05:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('quarter', -1, berlin)), [
    '2025-09-30T22:00Z',
    '2025-12-31T23:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('year', 0, berlin)), [
    '2025-12-31T23:00Z',
    '2026-12-31T23:00Z',
  ])
  assert.deepEqual(shown(calendarSpan('year', -1, newYork)), [
    '2024-01-01T05:00Z',
    '2025-01-01T05:00Z',
  ])
})

test('a week begins on Monday, seen from each of its days', () => {
  for (let day = 1; day <= 7; day += 1) {
    const now = Date.parse(`2026-06-0${day}T12:00:00Z`)
    assert.deepEqual(shown(calendarSpan('week', 0, { now, timeZone: 'UTC' })), [
      '2026-06-01T00:00Z',
      '2026-06-08T00:00Z',
    ])
  }
})
