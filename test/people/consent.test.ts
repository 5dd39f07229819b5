// What people said of their consent with their messages: the latest by time counts, whoever they became part of.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../src/core/event/message.ts'
import { message } from '../support/message.ts'
import { openTown, type Town } from './town.ts'

const PURPOSES = {
  ads: { category: 'C0004', trait: 'ads_ok' },
  news: { category: null, trait: 'newsletter' },
}

const says = (who: Partial<Message>, time: number, ...granted: readonly string[]): Message =>
  message({
    timestamp: time,
    context: {
      consent: {
        categoryPreferences: {
          C0001: false,
          ...Object.fromEntries(granted.map((category) => [category, true])),
        },
      },
    },
    ...who,
  })

const agreement = async (town: Town): Promise<unknown> =>
  (
    await town.ask(
      'select user_id[1] as id, consent_ads, consent_news from profiles order by id',
      PURPOSES,
    )
  ).map((row) => [row['id'], row['consent_ads'], row['consent_news']])

test('the latest by time counts, in whatever order and in however many batches it comes', async (context) => {
  const messages = [
    says({ userId: 'a' }, 1000, 'C0004'),
    says({ userId: 'a' }, 3000),
    says({ userId: 'a' }, 2000, 'C0004'),
    says({ userId: 'b' }, 3000, 'C0004', 'C0001'),
    says({ userId: 'b' }, 1000),
    message({ userId: 'b', timestamp: 9000 }),
    message({ userId: 'c' }),
  ]
  for (const batches of [[messages], messages.map((one) => [one]), [messages.toReversed()]]) {
    const town = await openTown(context)
    await town.take(batches)
    assert.deepEqual(await agreement(town), [
      ['a', false, null],
      ['b', true, null],
      ['c', null, null],
    ])
  }
})

test('a trait and a category of one purpose answer each other, and in one moment no counts', async (context) => {
  const town = await openTown(context)
  const trait = (value: boolean | string, time: number): Partial<Message> => ({
    kind: 'identify',
    event: null,
    traits: { ads_ok: value },
    timestamp: time,
  })
  await town.take([
    [
      says({ userId: 'later trait' }, 1000),
      message({ userId: 'later trait', ...trait('yes', 2000) }),
      message({ userId: 'later category', ...trait(true, 1000) }),
      says({ userId: 'later category' }, 2000),
      says({ userId: 'at once', ...trait(false, 1000) }, 1000, 'C0004'),
      message({ userId: 'unclear', ...trait('perhaps', 1000) }),
      message({ userId: 'reader', kind: 'identify', event: null, traits: { newsletter: 'on' } }),
    ],
  ])
  assert.deepEqual(await agreement(town), [
    ['at once', false, null],
    ['later category', false, null],
    ['later trait', true, null],
    ['reader', null, true],
    ['unclear', false, null],
  ])
})

test('who becomes part of another takes along what they said', async (context) => {
  const town = await openTown(context)
  await town.take([
    [says({ anonymousId: 'phone' }, 3000)],
    [says({ anonymousId: 'laptop', userId: 'u' }, 2000, 'C0004')],
  ])
  assert.deepEqual(await agreement(town), [
    ['u', true, null],
    [null, false, null],
  ])
  await town.take([[message({ kind: 'identify', event: null, userId: 'u', anonymousId: 'phone' })]])
  assert.deepEqual(await agreement(town), [['u', false, null]])
})

test('what is said with every message is kept by its ends, in a batch and when pieces are merged', async (context) => {
  const town = await openTown(context)
  const batch = (start: number): Message[] =>
    Array.from({ length: 10 }, (_, place) => says({ userId: 'u' }, start + place, 'C0004'))
  const kept = async (): Promise<number> =>
    (await town.ask(`select * from people_store.facts where fact = 'consent'`)).length
  await town.take([batch(1000)])
  assert.equal(await kept(), 2)
  await town.take(Array.from({ length: 8 }, (_, place) => batch(2000 + place * 100)))
  await town.take([[...batch(5000), says({ userId: 'u' }, 6000)]])
  assert.equal((await town.store.shape()).pieces.length, 1)
  assert.equal(await kept(), 3)
  assert.deepEqual(await agreement(town), [['u', false, null]])
  assert.deepEqual(
    await town.ask(
      'select granted::varchar as granted, epoch_ms(since)::integer as since from consent_history',
    ),
    [
      { granted: '[C0004]', since: 1000 },
      { granted: '[]', since: 6000 },
    ],
  )
})

test('a trait that is called like the column of a purpose is told apart', async (context) => {
  const town = await openTown(context)
  await town.take([
    [message({ userId: 'u', kind: 'identify', event: null, traits: { consent_ads: true } })],
  ])
  assert.deepEqual(
    await town.ask('select consent_ads, trait_consent_ads from profiles', PURPOSES),
    [{ consent_ads: null, trait_consent_ads: true }],
  )
})
