// The two rate limits, and sizes that follow the clock.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRateLimiter } from './rate-limiter.ts'
import { sizeBounds } from './model/size-ramp.ts'
import { DAY, emails, errorCode, HOUR, openClient, START, type Answer } from './testing/client.ts'

const ACCOUNT_ID = 'act_1'

test('the limited tier stops uploads after sixty points and blocks for five minutes', async () => {
  let now = START
  const { call, create } = openClient({ now: () => now, tier: 'limited' })
  const id = await create()
  const upload = async (): Promise<Answer> => call('POST', `${id}/users`, emails('a'))
  for (let write = 1; write < 20; write += 1) assert.equal((await upload()).status, 200)
  assert.equal(errorCode(await upload()), '613/1487742')
  now += 299_000
  const refused = await upload()
  assert.equal(errorCode(refused), '613/1487742')
  assert.deepEqual(JSON.parse(refused.headers.get('x-ad-account-usage') ?? ''), {
    acc_id_util_pct: 100,
    reset_time_duration: 300,
    ads_api_access_tier: 'development_access',
  })
  assert.equal((await call('DELETE', `${id}/users`, emails('b'))).status, 200)
  now += 300_000
  assert.equal((await upload()).status, 200)
})

test('the hour of calls rolls, and each audience adds forty', () => {
  const limiter = createRateLimiter('limited')
  let now = START
  const call = (): string | undefined => {
    now += 500
    return limiter.admit({ accountId: ACCOUNT_ID, write: false, upload: false, now, audiences: 2 })
  }
  let calls = 0
  while (call() === undefined) calls += 1
  assert.equal(calls, 5000 + 2 * 40)
  const { callPercent, regainMinutes } = limiter.usage(ACCOUNT_ID, now, 2)
  assert.equal(callPercent, 100)
  now += (regainMinutes - 1) * 60_000
  assert.equal(call(), 'audienceLimit')
  now += 60_000
  assert.equal(call(), undefined)
})

test('a tier that is off never refuses', async () => {
  const { call, create } = openClient({ tier: 'off' })
  const id = await create()
  for (let write = 0; write < 3100; write += 1) {
    const { status } = await call('POST', `${id}/users`, emails('a'))
    assert.equal(status, 200)
  }
})

test('sizes follow the clock: adds within an hour, removals within a day', async () => {
  const { call, control, create, sandbox } = openClient()
  const id = await create()
  const texts = Array.from({ length: 6000 }, (_, index) => String(index))
  await call('POST', `${id}/users`, emails(...texts))
  const matched = 6000 * 0.7
  const bounds = async (): Promise<readonly [number, number]> => {
    const fields = 'approximate_count_lower_bound,approximate_count_upper_bound,delivery_status'
    const { body } = await call('GET', `${id}?fields=${fields}`)
    return [
      Number(body['approximate_count_lower_bound']),
      Number(body['approximate_count_upper_bound']),
    ]
  }
  const between = async (people: number): Promise<void> => {
    const [lower, upper] = await bounds()
    assert.ok(lower <= people * 1.05 && people * 0.95 <= upper, `${people} in ${lower}–${upper}`)
  }
  assert.deepEqual(await bounds(), [0, 1000])
  await control('POST', 'clock', { advance_ms: HOUR / 2 })
  await between(matched / 2)
  await control('POST', 'clock', { advance_ms: HOUR / 2 })
  await between(matched)
  await call('DELETE', `${id}/users`, emails(...texts.slice(0, 3000)))
  assert.equal(sandbox.model.sizeOf(id), 3000)
  await between(matched)
  await control('POST', 'clock', { advance_ms: DAY / 2 })
  await between(matched * 0.75)
  await control('POST', 'clock', { advance_ms: DAY / 2 })
  await between(matched / 2)
})

test('sizeBounds() always holds the number, and says little below a thousand', () => {
  assert.deepEqual(sizeBounds(999), { lower: 0, upper: 1000 })
  for (const people of [1000, 1009, 1999, 9_999, 10_000, 123_456, 9_999_999]) {
    const { lower, upper } = sizeBounds(people)
    assert.ok(lower <= people && people <= upper, `${people} in ${lower}–${upper}`)
  }
})
