// Accounts from `group` calls: real DuckDB, SQLite and files.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, Message } from '../../src/core/event/message.ts'
import { message } from '../support/message.ts'
import { openTown, type Town } from './town.ts'

const group = (who: Partial<Message>, groupId: string, traits: JsonObject = {}): Message =>
  message({ kind: 'group', event: null, groupId, traits, ...who })

const membersIn = async (town: Town): Promise<unknown> =>
  town.ask(
    `select user_id[1] as user, account, epoch_ms(since)::integer as since ` +
      `from account_members join profiles using (person) order by all`,
  )

test('who calls group belongs to the account, whose traits are those that were said last, by whomever', async (context) => {
  const town = await openTown(context)
  assert.deepEqual(await town.ask('select * from accounts'), [])
  assert.deepEqual(await town.ask('select person, account, since from account_members'), [])
  await town.take([
    [
      group({ userId: 'ann', timestamp: 3000 }, 'acme', {
        industry: 'retail',
        seats: 5,
        big: true,
      }),
      group({ userId: 'ben', timestamp: 4000 }, 'acme', { seats: 7, account: 'A-1', big: null }),
    ],
    [
      // It comes late, and says since when and nothing that counts.
      group({ userId: 'ann', timestamp: 1000 }, 'acme', { industry: 'steel', seats: 1 }),
      group({ userId: 'ben', timestamp: 5000 }, 'brill'),
    ],
  ])
  assert.deepEqual(await town.ask('select * from accounts order by account'), [
    { account: 'acme', industry: 'retail', seats: 7, big: null, trait_account: 'A-1' },
    { account: 'brill', industry: null, seats: null, big: null, trait_account: null },
  ])
  assert.deepEqual(await membersIn(town), [
    { user: 'ann', account: 'acme', since: 1000 },
    { user: 'ben', account: 'acme', since: 4000 },
    { user: 'ben', account: 'brill', since: 5000 },
  ])
  const [people] = await town.ask('select * from profiles limit 1')
  assert.ok(people && !Object.hasOwn(people, 'industry'), "an account's traits are no person's")
})

test('when people become one, their accounts do', async (context) => {
  const town = await openTown(context)
  await town.take([
    [
      group({ anonymousId: 'phone', timestamp: 2000 }, 'acme'),
      group({ anonymousId: 'laptop', timestamp: 1000 }, 'acme'),
      group({ anonymousId: 'laptop', timestamp: 3000 }, 'brill'),
    ],
    [message({ userId: 'ann', anonymousId: 'laptop', timestamp: 4000 })],
    [message({ userId: 'ann', anonymousId: 'phone', timestamp: 5000 })],
  ])
  assert.deepEqual(await membersIn(town), [
    { user: 'ann', account: 'acme', since: 1000 },
    { user: 'ann', account: 'brill', since: 3000 },
  ])
})

test('the traits of accounts have limits of their own', async (context) => {
  const town = await openTown(context)
  const many = Object.fromEntries(Array.from({ length: 301 }, (_, place) => [`t${place}`, place]))
  const [taken] = await town.take([
    [
      group({ userId: 'ann' }, 'acme', many),
      group({ userId: 'ann' }, 'acme', { ' ': 1, plan: 'x' }),
    ],
  ])
  assert.deepEqual(
    new Map(taken?.turnedAway.map(({ reason, count }) => [reason, count])),
    new Map([
      ['too-many-traits', 1],
      ['trait-name', 1],
    ]),
  )
  assert.deepEqual(await town.ask('select t299, plan from accounts'), [{ t299: 299, plan: 'x' }])
})
