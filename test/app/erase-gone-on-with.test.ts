// What was named is kept from coming also where the command that was asked ended before the people here knew of it.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { erase, workOffErasures } from '../../src/app/erase/erase.ts'
import { findPersonHere } from '../../src/app/erase/find-person.ts'
import { eventsFolder } from '../../src/app/collector.ts'
import { peopleFolder, withKeptStore } from '../../src/app/kept-people.ts'
import { namePerson } from '../../src/app/name-person.ts'
import { takeInJournal } from '../../src/app/take-in-journal.ts'
import type { Workspace } from '../../src/app/workspace.ts'
import { Journal, messageLine } from '../../src/collect/journal.ts'
import type { Message } from '../../src/core/event/message.ts'
import { PeopleStore } from '../../src/people/people-store.ts'
import { message } from '../support/message.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'

async function tell(workspace: Workspace, ...messages: readonly Message[]): Promise<void> {
  const journal = await Journal.open(eventsFolder(workspace), { now: () => NOW })
  await journal.append(messages.map(messageLine))
  await journal.close()
  await takeInJournal(workspace)
}

const login = (userId: string): Message =>
  message({ kind: 'identify', event: null, userId, traits: { email: `${userId}@example.com` } })

test('somebody who was unknown here when they were erased stays so, whatever came before it was gone on with', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': 'version: 1\ndestinations: { meta: { type: meta } }\n',
    '.rollcall/events/lock': '',
  })
  const workspace = await openHouse(context, folder)
  const silent = (): void => undefined
  await tell(workspace, login('ben'))
  const people = new DatabaseSync(PeopleStore.path(peopleFolder(workspace)))
  people.exec(
    `create trigger refuse before insert on tombstone begin select raise(abort, 'refused'); end`,
  )
  const rules = { idColumns: [], phoneCountry: null, currentYear: 2026 }
  for (const words of [['user_id=ann'], ['email=dora@example.com']]) {
    const named = namePerson(words, rules)
    const found = await findPersonHere(workspace, named)
    assert.equal(found.people, 0)
    await assert.rejects(erase(workspace, named, found, silent), /refused/)
  }
  people.exec('drop trigger refuse')
  people.close()
  // She is there by now, and her erasure was asked before.
  await tell(workspace, login('ann'))
  await workOffErasures(workspace, silent)
  await tell(workspace, login('ann'), message({ userId: 'ann' }), login('dora'))
  await withKeptStore(workspace, async (store) => {
    const left = ['ann', 'ben', 'dora'].map((value) => ({ kind: 'user_id', value }))
    const owners = await Promise.all(left.map(async (one) => store?.erasures.ownersOf([one])))
    // Whoever signs up with an address of somebody who was erased is another person, without that address.
    assert.deepEqual(
      owners.map((known) => known?.length),
      [0, 1, 1],
    )
    const addresses = ['ann', 'ben', 'dora'].map((name) => ({
      kind: 'email',
      value: `${name}@example.com`,
    }))
    const kept = await Promise.all(addresses.map(async (one) => store?.erasures.ownersOf([one])))
    assert.deepEqual(
      kept.map((known) => known?.length),
      [0, 1, 0],
    )
  })
})
