// Of whom something new was kept, so that these people alone need be judged again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../src/core/event/message.ts'
import { message } from '../support/message.ts'
import { openTown, type Town } from './town.ts'

const identify = (parts: Partial<Message>): Message =>
  message({ kind: 'identify', event: null, ...parts })

/** The present people by their user id. */
const personOf = async (town: Town, user: string): Promise<string> => {
  const [found] = await town.ask(
    `select person::varchar as person from profiles where list_contains(user_id, '${user}')`,
  )
  return String(found?.['person'])
}

const newsSince = async ({ store }: Town, version: number): Promise<readonly string[] | null> => {
  const { people } = await store.newsSince(version)
  return people && people.toSorted()
}

test('news are of the people of the messages, each once, and only of those that came since', async (context) => {
  const town = await openTown(context)
  assert.deepEqual(await town.store.newsSince(0), { version: 0, people: [] })
  await town.take([[identify({ userId: 'ann' }), identify({ userId: 'ben' })]])
  const before = await town.store.version()
  const [ann, ben] = [await personOf(town, 'ann'), await personOf(town, 'ben')]
  assert.deepEqual(await newsSince(town, 0), [ann, ben].toSorted())
  assert.deepEqual(await newsSince(town, before), [])
  await town.take([[message({ userId: 'ann' }), message({ userId: 'ann' })]])
  await town.take([[message({ userId: 'ann' })]])
  assert.deepEqual(await newsSince(town, before), [ann])
})

test('who became part of another is news, and who lost an identifier that too many had', async (context) => {
  const town = await openTown(context)
  await town.take([[message({ anonymousId: 'laptop' })], [identify({ userId: 'ann' })]])
  const both = await newsSince(town, 0)
  assert.equal(both?.length, 2)
  const before = await town.store.version()
  await town.take([[message({ anonymousId: 'laptop', userId: 'ann' })]])
  assert.equal((await town.ask('select * from profiles')).length, 1)
  assert.deepEqual(await newsSince(town, before), both)

  const traits = { email: 'office@example.com' }
  await town.take([[identify({ userId: 'first', traits })]])
  const first = await personOf(town, 'first')
  const shared = await town.store.version()
  // The address goes from five people to the next ones in vain, until it is nobody's any more.
  await town.take([
    Array.from({ length: 12 }, (_, n) => identify({ userId: `other ${n}`, traits })),
  ])
  assert.ok((await newsSince(town, shared))?.includes(first))
})

/** As taking in a batch would leave it. */
async function keep({ store }: Town, people: readonly string[] | undefined): Promise<void> {
  const { version } = await store.ground([], String)
  await store.keep({
    version,
    changes: { identifiers: new Map(), profiles: new Map(), shared: [], refusals: [], kinds: [] },
    traits: [],
    accountTraits: [],
    piece: null,
    stream: 'made up',
    position: '',
    messages: 0,
    turnedAway: [],
    ...(people === undefined ? {} : { people }),
  })
}

test('where it is not known of everybody any more, nobody is named', async (context) => {
  const town = await openTown(context)
  await keep(town, ['ann'])
  const before = await town.store.version()
  await keep(town, undefined)
  await keep(town, ['ben'])
  assert.equal(await newsSince(town, before), null)
  assert.deepEqual(await newsSince(town, before + 1), ['ben'])
  // A store that was put back is older than what was read of it before.
  assert.equal(await newsSince(town, before + 3), null)
})

test('so many people are remembered, and of older news than those nobody is named', async (context) => {
  const town = await openTown(context)
  const crowd = (batch: number): string[] =>
    Array.from({ length: 15_000 }, (_, n) => `${batch}: ${n}`)
  for (let batch = 0; batch < 8; batch += 1) await keep(town, crowd(batch))
  for (let batch = 0; batch < 16; batch += 1) await keep(town, ['last'])
  const now = await town.store.version()
  assert.equal(await newsSince(town, 0), null)
  assert.deepEqual(await newsSince(town, now - 16), ['last'])
  assert.equal((await newsSince(town, now - 22))?.length, 90_001)
})
