// Small pieces become larger ones, and nobody who asks can tell.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { sweepPieces } from '../../src/people/merge-pieces.ts'
import type { Message } from '../../src/core/event/message.ts'
import { message } from '../support/message.ts'
import { everything, life } from './life.ts'
import { openTown } from './town.ts'

const HOUR = 3_600_000

test('merged pieces say what they said before', async (context) => {
  const town = await openTown(context)
  const messages = life(1, 1000)
  const parts = Array.from({ length: 9 }, (_, part) => messages.slice(part * 110, part * 110 + 110))
  await town.take(parts)
  const before = await everything(town)
  assert.equal((await town.store.shape()).pieces.length, 9)
  // The tenth piece says nothing that was not said.
  const last = messages
    .slice(0, 1)
    .map((one) => ({ ...one, kind: 'track' as const, event: null, traits: {} }))
  await town.take([last])
  const { pieces } = await town.store.shape()
  assert.deepEqual(
    pieces.map(({ level }) => level),
    [1],
  )
  assert.deepEqual(await everything(town), before)
})

test('copies of an event are found in merged pieces too', async (context) => {
  const town = await openTown(context)
  const messages = life(2, 300)
  const parts = Array.from({ length: 10 }, (_, part) => messages.slice(part * 30, part * 30 + 30))
  await town.take(parts)
  assert.equal((await town.store.shape()).pieces.length, 1)
  const before = await town.ask('select count(*) as events from events')
  await town.take([messages])
  assert.deepEqual(await town.ask('select count(*) as events from events'), before)
})

test('what was replaced is kept for an hour, and what nothing refers to goes with it', async (context) => {
  const town = await openTown(context)
  const files = (): string[] => readdirSync(town.path).filter((file) => file.endsWith('.parquet'))
  await town.take(life(3, 10).map((one) => [one]))
  const { pieces } = await town.store.shape()
  assert.ok(files().length > 2)
  const later = Date.now() + 2 * HOUR
  await sweepPieces({ ...town, now: () => later })
  assert.deepEqual((await town.store.shape()).pieces, pieces)
  assert.ok(files().every((file) => file.startsWith(`${pieces[0]?.name}.`)))
})

test('of a value that was told again and again only the ends are kept, once they are old', async (context) => {
  const town = await openTown(context)
  const now = Date.now()
  const told = (age: number): Message =>
    message({
      kind: 'identify',
      event: null,
      userId: 'u',
      traits: { plan: 'pro' },
      timestamp: now - age,
    })
  const of = (ages: readonly number[]): Promise<unknown> =>
    town.take(ages.map((age) => [told(age)]))
  await of([90, 80, 70, 60, 50, 4, 3, 2, 1, 0].map((days) => days * 24 * HOUR))
  const kept = await town.ask(
    `select count(*)::integer as kept from people_store.facts where fact = 'trait'`,
  )
  assert.deepEqual(kept, [{ kept: 6 }])
  assert.equal((await town.ask('select * from trait_history')).length, 1)
})
