// Asked about some people alone, the relations say of them what they say when they are asked about everybody.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachPeople } from '../../src/people/relations.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { everything, life } from './life.ts'
import { openTown, type Town } from './town.ts'

/** What can be asked of people: accounts are nobody's alone, and whoever asks for them is judged with everybody. */
async function ofPeople(town: Pick<Town, 'ask'>): Promise<Record<string, { person: string }[]>> {
  const { accounts, ...others } = (await everything(town)) as Record<string, { person: string }[]>
  assert.ok(accounts !== undefined)
  return others
}

/** Everything that can be asked, of these people. */
async function about(town: Town, people: readonly string[]): Promise<unknown> {
  const all = Object.entries(await ofPeople(town))
  const theirs = new Set(people)
  const merged = await town.ask(
    'select person::varchar as person, stands::varchar as stands from merges',
  )
  for (const { person, stands } of merged)
    if (theirs.has(String(stands))) theirs.add(String(person))
  return Object.fromEntries(
    all.map(([name, rows]) => [name, rows.filter(({ person }) => theirs.has(person))]),
  )
}

const NAMED = { purposes: {}, computed: [] }

test('asked about some people alone, the relations have nobody else and say the same', async (context) => {
  const town = await openTown(context)
  const messages = life(5, 900)
  for (let part = 0; part < 14; part += 1)
    await town.take([messages.slice(part * 65, part * 65 + 65)])
  const present = await town.ask('select person::varchar as person from profiles order by person')
  assert.ok((await town.ask('select * from merges')).length > 5)
  const random = seededRandom(8)
  for (const share of [0, 0.1, 0.5, 1]) {
    const people = present.map(({ person }) => String(person)).filter(() => random() < share)
    const ask: Town['ask'] = async (sql) => {
      await attachPeople(town.local, town.folder, await town.store.shape(), NAMED, people)
      return town.local.source.all(sql)
    }
    assert.deepEqual(await ofPeople({ ask }), await about(town, people))
  }
})
