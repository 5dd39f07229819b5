// Events are kept as long as the definition says.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventsFolder } from '../../src/app/collector.ts'
import { attachKeptPeople } from '../../src/app/kept-people.ts'
import { openLocal } from '../../src/app/open-audience.ts'
import { takeInJournal } from '../../src/app/take-in-journal.ts'
import type { Workspace } from '../../src/app/workspace.ts'
import { Journal, messageLine } from '../../src/collect/journal.ts'
import { retireEvents } from '../../src/people/retire-events.ts'
import { temporaryFolder } from '../app/house.ts'
import { message } from '../support/message.ts'
import { textIn } from './bytes-of.ts'
import { openReal } from './open-real.ts'
import { openTown } from './town.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

test('an event leaves when its time is up, at the latest seven days later; what is known of people stays', async (context) => {
  const now = Date.UTC(2026, 5, 15)
  const town = await openTown(context, () => now)
  const aged = (days: number) =>
    message({ id: `d${days}`, userId: `u${days}`, timestamp: now - days * DAY })
  await town.take([[aged(40), aged(31), aged(20)], [aged(36), aged(29)], [aged(10)]])
  const ids = async (): Promise<unknown> =>
    (await town.ask('select id from events order by id')).map(({ id }) => id)
  const people = await town.ask('select * from profiles order by all')
  assert.equal(await retireEvents(town, 41 * DAY), 0)
  // The second piece is not so far overdue that it would be written anew.
  assert.equal(await retireEvents(town, 30 * DAY), 2)
  assert.deepEqual(await ids(), ['d10', 'd20', 'd29', 'd36'])
  assert.equal(await retireEvents(town, 28 * DAY), 2)
  assert.deepEqual(await ids(), ['d10', 'd20'])
  assert.deepEqual(await town.ask('select * from profiles order by all'), people)
  // Which pieces are near an event in time is known from what is left in them.
  const copies = [40, 36, 20].map(aged)
  const [taken] = await town.take([copies])
  assert.deepEqual(taken?.turnedAway, [{ reason: 'duplicate', source: 'web', count: 1 }])
})

async function namesOf(workspace: Workspace): Promise<unknown> {
  await using local = await openLocal(workspace)
  await attachKeptPeople(local, workspace)
  return (await local.source.all('select name from events order by name')).map(({ name }) => name)
}

test('retention.events reaches the people of a workspace and, an hour later, their files', async (context) => {
  const folder = temporaryFolder(context)
  const write = (line: string): void =>
    writeFileSync(join(folder, 'rollcall.yaml'), `version: 1\n${line}`)
  write('')
  const now = Date.now()
  {
    await using workspace = await openReal(folder)
    const journal = await Journal.open(eventsFolder(workspace), { now: () => now - 3 * DAY })
    const events = [
      message({ userId: 'u1', event: 'Long ago', timestamp: now - 400 * DAY }),
      message({ userId: 'u1', event: 'Lately', timestamp: now - 4 * DAY }),
    ]
    await journal.append(events.map(messageLine))
    await journal.close()
    await takeInJournal(workspace)
    assert.deepEqual(await namesOf(workspace), ['Lately', 'Long ago'])
  }
  write('retention: { events: 13mo }\n')
  for (const later of [0, 2 * HOUR]) {
    await using workspace = await openReal(folder, later)
    await takeInJournal(workspace)
    assert.deepEqual(await namesOf(workspace), ['Lately'])
  }
  await using workspace = await openReal(folder)
  await using local = await openLocal(workspace)
  const text = await textIn(join(workspace.stateFolder, 'people'), local)
  assert.doesNotMatch(text, /Long ago/)
  assert.match(text, /Lately/)
})
