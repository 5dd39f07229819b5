import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { durationMs, durationText } from './duration.ts'
import { epochDay, parseMoment } from './moment.ts'

const utc = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', dateStyle: 'short' })

test('epochDay() counts as calendars do', () => {
  fc.assert(
    fc.property(fc.integer({ min: -130_000, max: 2_900_000 }), (days) => {
      const [year = 0, month = 0, day = 0] = utc
        .format(days * 86_400_000)
        .split('-')
        .map(Number)
      assert.equal(epochDay(year, month, day), days)
    }),
  )
})

test('parseMoment() reads every form of one instant alike', () => {
  const ms = 1_782_901_800_000
  for (const text of [
    '2026-07-01T10:30Z',
    '2026-07-01 10:30:00',
    '2026-07-01T10:30:00.000999Z',
    '2026-07-01T12:30+02:00',
    '2026-07-01T02:30:00-0800',
    '2026-07-01T16:00+05:30',
  ]) {
    const moment = parseMoment(text)
    assert.equal(moment?.kind === 'time' ? moment.ms : undefined, ms, text)
  }
})

test('parseMoment() knows a day from a time, and either from what is neither', () => {
  assert.deepEqual(parseMoment('2024-02-29'), { kind: 'day', year: 2024, month: 2, day: 29 })
  assert.deepEqual(parseMoment('1970-01-01T00:00'), { kind: 'time', ms: 0, zoned: false })
  for (const text of [
    '2026-02-29',
    '2026-00-10',
    '2026-1-1',
    '2026-01-01T24:00',
    '2026-01-01T10',
    'now',
    '',
  ]) {
    assert.equal(parseMoment(text), undefined, text)
  }
})

test('durationText() writes what durationMs() reads', () => {
  fc.assert(
    fc.property(
      fc.nat(99_999),
      fc.constantFrom('s', 'm', 'h', 'd', 'w', 'mo', 'y'),
      (count, unit) => {
        const ms = durationMs(`${count}${unit}`)
        assert.ok(ms !== undefined)
        assert.equal(durationMs(durationText(ms)), ms)
      },
    ),
  )
  assert.equal(durationMs('30 d'), undefined)
  assert.equal(durationMs('1.5h'), undefined)
})
