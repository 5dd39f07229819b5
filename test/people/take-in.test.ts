// Messages in, people and events out: real DuckDB, SQLite and files.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../src/core/event/message.ts'
import { message } from '../support/message.ts'
import { openTown, type Town } from './town.ts'

const DAY = 86_400_000

const identify = (parts: Partial<Message>): Message =>
  message({ kind: 'identify', event: null, ...parts })

/** SQLite's rows have no prototype. */
const turnedAwayIn = async ({ store }: Town): Promise<unknown[]> =>
  (await store.turnedAway()).map((row) => ({ ...row }))

test('a store without anybody has nobody and no events, and the usual columns', async (context) => {
  const town = await openTown(context)
  assert.deepEqual(await town.ask('select person, user_id, email, phone from profiles'), [])
  assert.deepEqual(await town.ask('select * from events'), [])
})

test('people have lists of identifiers, the latest traits and when they were seen', async (context) => {
  const town = await openTown(context)
  await town.take([
    [
      message({ anonymousId: 'a', timestamp: 1000, receivedAt: 9000 }),
      identify({
        anonymousId: 'a',
        userId: 'u',
        traits: { email: 'Ada@Example.com', plan: 'free', age: 36, vip: true, tags: ['x', 'y'] },
        timestamp: 2000,
      }),
    ],
    [
      identify({
        userId: 'u',
        traits: { plan: 'pro', address: { city: 'Köln' }, age: null },
        timestamp: 3000,
      }),
      identify({ userId: 'u', traits: { email: 'ada@example.org' }, timestamp: 4000 }),
    ],
  ])
  const [person, ...others] = await town.ask(
    `select user_id::varchar as user_id, email::varchar as email, anonymous_id::varchar as anonymous_id, trait_email, plan, age, vip, tags::varchar as tags, ` +
      `json_extract_string(address, '$.city') as city, epoch_ms(first_seen) as first, epoch_ms(last_seen) as last, epoch_ms(created) as created from profiles`,
  )
  assert.deepEqual(others, [])
  assert.deepEqual(
    {
      ...person,
      first: Number(person?.['first']),
      last: Number(person?.['last']),
      created: Number(person?.['created']) > 0,
    },
    {
      user_id: '[u]',
      email: '[ada@example.org, ada@example.com]',
      anonymous_id: '[a]',
      trait_email: 'ada@example.org',
      plan: 'pro',
      age: null,
      vip: true,
      tags: '[x, y]',
      city: 'Köln',
      first: 1000,
      last: 4000,
      created: true,
    },
  )
})

test('a merge moves the history, and its own history can be read', async (context) => {
  const town = await openTown(context)
  await town.take([
    [message({ anonymousId: 'phone', event: 'Viewed', timestamp: 1000 })],
    [message({ anonymousId: 'laptop', event: 'Viewed', timestamp: 2000 })],
    [identify({ userId: 'u', anonymousId: 'laptop', traits: { plan: 'free' }, timestamp: 3000 })],
    [identify({ userId: 'u', anonymousId: 'phone', traits: { plan: 'pro' }, timestamp: 4000 })],
    [message({ anonymousId: 'phone', event: 'Bought', timestamp: 5000 })],
  ])
  assert.deepEqual(
    await town.ask(
      `select name, count(*)::integer as times, count(distinct person)::integer as people, ` +
        `bool_and(person in (select person from profiles)) as known from events group by name order by name`,
    ),
    [
      { name: 'Bought', times: 1, people: 1, known: true },
      { name: 'Viewed', times: 2, people: 1, known: true },
    ],
  )
  assert.deepEqual(
    await town.ask(
      `select by_identifiers, merged_into = (select person from profiles) as stays, epoch_ms(merged_at)::integer as at from merges`,
    ),
    [{ by_identifiers: 'user_id, anonymous_id', stays: true, at: 4000 }],
  )
})

test('people who were merged again and again are one in the end', async (context) => {
  const town = await openTown(context)
  const alone = [1, 2, 3, 4].map((n) => [message({ anonymousId: `a${n}` })])
  const pairs = [
    [3, 4],
    [2, 3],
    [1, 2],
  ].map(([left, right]) => [
    message({
      anonymousId: `a${left}`,
      context: {
        externalIds: [{ id: `a${left}`, type: 'device', collection: 'users', encoding: 'none' }],
      },
    }),
    message({
      anonymousId: `a${right}`,
      context: {
        externalIds: [{ id: `a${left}`, type: 'device', collection: 'users', encoding: 'none' }],
      },
    }),
  ])
  await town.take([...alone, ...pairs])
  assert.deepEqual(
    await town.ask(
      'select count(distinct person)::integer as people, count(*)::integer as times from events',
    ),
    [{ people: 1, times: 10 }],
  )
  assert.equal((await town.ask('select * from profiles')).length, 1)
  assert.equal((await town.ask('select * from merges')).length, 3)
})

test('late and out of order, the latest value of a trait is that of the latest time', async (context) => {
  const town = await openTown(context)
  const plan = (value: string, at: number): Message =>
    identify({ userId: 'u', traits: { plan: value }, timestamp: at * DAY })
  await town.take([[plan('pro', 5), plan('free', 1)], [plan('free', 2)], [plan('team', 3)]])
  assert.deepEqual(await town.ask('select plan from profiles'), [{ plan: 'pro' }])
  assert.deepEqual(
    await town.ask(
      `select value::varchar as value, epoch_ms(since)::bigint // ${DAY} as day from trait_history order by since`,
    ),
    [
      { value: '"free"', day: 1n },
      { value: '"team"', day: 3n },
      { value: '"pro"', day: 5n },
    ],
  )
})

test('a message counts once: within a batch, in another, and when its time is a little off', async (context) => {
  const town = await openTown(context)
  const once = message({ userId: 'u', event: 'Bought', id: 'order 1', timestamp: 10 * DAY })
  const other = message({ userId: 'u', event: 'Bought', id: 'order 2', timestamp: 10 * DAY })
  const taken = await town.take([
    [once, once],
    [other, { ...once, timestamp: once.timestamp + 5000 }],
    [message({ userId: 'u', event: 'Bought', timestamp: 1000 * DAY }), once],
  ])
  assert.deepEqual(
    taken.map(({ turnedAway }) => turnedAway),
    [1, 1, 1].map((count) => [{ reason: 'duplicate', source: 'web', count }]),
  )
  assert.deepEqual(await town.ask('select count(*)::integer as times from events'), [{ times: 3 }])
  assert.deepEqual(await turnedAwayIn(town), [{ reason: 'duplicate', source: 'web', count: 3 }])
})

test('an identifier that everybody has is no longer anybody’s', async (context) => {
  const town = await openTown(context)
  const mail = { email: 'office@example.com' }
  await town.take([
    Array.from({ length: 30 }, (_, n) => identify({ userId: `u${n}`, traits: mail })),
    [identify({ anonymousId: 'a', traits: mail })],
  ])
  assert.deepEqual(
    await town.ask(
      'select count(*)::integer as people, count(email)::integer as with_email, count(trait_email)::integer as with_trait from profiles',
    ),
    [{ people: 31, with_email: 0, with_trait: 31 }],
  )
})

test('hostile names and values stay data', async (context) => {
  const town = await openTown(context)
  const hostile = [
    'a"b',
    "a'b",
    'a.b',
    'Plan',
    'plan',
    'person',
    'user_id',
    'select 1; --',
    '',
    ' ',
    'x\u0000y',
    'é'.repeat(300),
    '__proto__',
    'constructor',
  ]
  const traits = Object.fromEntries(hostile.map((name) => [name, `value of ${name}`]))
  await town.take([
    [
      identify({
        userId: 'u',
        traits: { ...traits, half: 'x\ud800y', nul: 'x\u0000y', quote: String.raw`\ud800 "` },
      }),
      message({
        userId: 'u',
        event: "x'\u001f\u0000\ud800y",
        id: 'i\u001f',
        properties: { 'a\u001f': '\u0000\ud800' },
        source: 's\u001f',
      }),
    ],
  ])
  const [person] = await town.ask('select * from profiles')
  assert.equal(person?.['a"b'], 'value of a"b')
  assert.equal(person?.['a.b'], 'value of a.b')
  assert.equal(person?.['Plan'], 'value of Plan')
  assert.equal(person?.['trait_plan'], 'value of plan')
  assert.equal(person?.['trait_person'], 'value of person')
  assert.equal(person?.['trait_user_id'], 'value of user_id')
  assert.equal(person?.['half'], 'x\ufffdy')
  assert.equal(person?.['quote'], String.raw`\ud800 "`)
  assert.deepEqual(await turnedAwayIn(town), [{ reason: 'trait-name', source: 'web', count: 4 }])
  const [event] = await town.ask(
    `select name, id, source, json_extract_string(properties, '$.*') as value from events`,
  )
  assert.equal(event?.['name'], "x'  \ufffdy")
  assert.equal(event?.['source'], 's ')
})

test('ten thousand names of traits end at a thousand, with a reason', async (context) => {
  const town = await openTown(context)
  const many = Array.from({ length: 50 }, (_, part) =>
    identify({
      userId: 'u',
      traits: Object.fromEntries(Array.from({ length: 200 }, (__, n) => [`t${part}_${n}`, n])),
    }),
  )
  const wide = identify({
    userId: 'u',
    traits: Object.fromEntries(Array.from({ length: 301 }, (_, n) => [`t0_${n}`, n])),
  })
  await town.take([many, [wide], [identify({ userId: 'u', traits: { t0_0: 'x'.repeat(20_000) } })]])
  const columns = await town.ask('describe select * from profiles')
  assert.equal(columns.length, 1000 + 4 + 4)
  assert.deepEqual(await turnedAwayIn(town), [
    { reason: 'too-many-trait-names', source: 'web', count: 9000 + 101 },
    { reason: 'trait-too-large', source: 'web', count: 1 },
  ])
})

test('a trait whose values disagree is text', async (context) => {
  const town = await openTown(context)
  await town.take([
    [
      identify({ userId: 'u', traits: { size: 5 } }),
      identify({ userId: 'v', traits: { size: 'XL' } }),
    ],
  ])
  assert.deepEqual(await town.ask('select size from profiles order by size'), [
    { size: '5' },
    { size: 'XL' },
  ])
})

test('of two who take in at once neither undoes the other', async (context) => {
  const town = await openTown(context)
  const half = (name: string): Message[] =>
    Array.from({ length: 50 }, (_, n) => message({ userId: `u${n}`, anonymousId: `${name}${n}` }))
  const ground = await town.store.ground([], town.tombstoneOf)
  await town.take([half('a')])
  const late = {
    version: ground.version,
    changes: { identifiers: new Map(), profiles: new Map(), shared: [], refusals: [], kinds: [] },
    traits: [],
    accountTraits: [],
    piece: null,
    stream: 'late',
    position: '{}',
    messages: 1,
    turnedAway: [],
  }
  assert.equal(await town.store.keep(late), false)
  assert.equal(await town.store.position('late'), null)
})
