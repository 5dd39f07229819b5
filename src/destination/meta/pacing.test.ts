import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { paceOf, readUsage } from './pacing.ts'

const NOW = 1_800_000_000_000
const HEADERS = ['x-business-use-case-usage', 'x-app-usage', 'x-ad-account-usage'] as const

const business = (fields: object): Headers =>
  new Headers({ 'x-business-use-case-usage': JSON.stringify({ '1000000001': [fields] }) })

test('the fullest count of the three headers is the utilisation', () => {
  const headers = business({
    type: 'custom_audience',
    call_count: 32,
    total_cputime: 3,
    total_time: 41,
  })
  assert.deepEqual(readUsage(headers, NOW), { utilisation: 0.41 })
  headers.set('x-app-usage', '{"call_count":5,"total_cputime":60,"total_time":1}')
  assert.deepEqual(readUsage(headers, NOW), { utilisation: 0.6 })
  headers.set('x-ad-account-usage', '{"acc_id_util_pct":"99.5","reset_time_duration":100}')
  assert.deepEqual(readUsage(headers, NOW), { utilisation: 0.995 })
})

test('the time to regain access is in minutes, and counts whatever the percentages are', () => {
  const usage = readUsage(
    business({ type: 'custom_audience', call_count: 10, estimated_time_to_regain_access: 7 }),
    NOW,
  )
  assert.deepEqual(usage, { utilisation: 0.1, until: NOW + 7 * 60_000 })
  assert.deepEqual(paceOf(usage, NOW), { kind: 'stop', until: NOW + 7 * 60_000 })
  assert.deepEqual(paceOf(usage, NOW + 7 * 60_000), { kind: 'go' })
})

test("another tool's insights do not slow audiences down", () => {
  const usage = readUsage(
    business({ type: 'ads_insights', call_count: 100, estimated_time_to_regain_access: 30 }),
    NOW,
  )
  assert.deepEqual(usage, { utilisation: 0 })
})

test('from 75 % calls slow down, more and more until 95 %, and never beyond some seconds', () => {
  assert.deepEqual(paceOf({ utilisation: 0.74 }, NOW), { kind: 'go' })
  const pause = (utilisation: number): number => {
    const pace = paceOf({ utilisation }, NOW)
    assert.equal(pace.kind, 'pause')
    return pace.ms
  }
  assert.ok(pause(0.75) > 0)
  assert.ok(pause(0.85) > pause(0.76))
  assert.ok(pause(0.95) > pause(0.94))
  assert.equal(pause(1), pause(0.95))
  assert.ok(pause(1) <= 5_000)
})

test('no header text at all makes it throw, or gives a nonsensical pace', () => {
  const headerText = fc.oneof(
    fc.string().map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
    fc.json().map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
    fc
      .dictionary(
        fc.constantFrom('1', '2'),
        fc.array(
          fc.record({
            type: fc.constantFrom('custom_audience', 'ads_insights', 7),
            call_count: fc.oneof(fc.double(), fc.constant('12'), fc.constant(null)),
            estimated_time_to_regain_access: fc.oneof(fc.double(), fc.constant('x')),
          }),
        ),
      )
      .map((value) => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(headerText, headerText, headerText, (...texts) => {
      const headers = new Headers()
      for (const [at, name] of HEADERS.entries()) headers.set(name, texts[at] ?? '')
      const usage = readUsage(headers, NOW)
      assert.ok(usage.utilisation >= 0 && usage.utilisation <= 1)
      const pace = paceOf(usage, NOW)
      if (pace.kind === 'stop') assert.ok(pace.until > NOW && pace.until <= NOW + 86_400_000)
      if (pace.kind === 'pause') assert.ok(pace.ms > 0 && pace.ms <= 5_000)
    }),
    { numRuns: 500 },
  )
})
