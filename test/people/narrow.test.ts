// With a few of their columns, people are the same as with all of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachPeople } from '../../src/people/relations.ts'
import { message } from '../support/message.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { life } from './life.ts'
import { openTown } from './town.ts'

const PURPOSES = {
  ads: { category: 'Advertising', trait: null },
  mail: { category: null, trait: 'wants_mail' },
  both: { category: 'Both', trait: 'wants_both' },
}
const COLUMNS = [
  'user_id',
  'email',
  'anonymous_id',
  'phone',
  'plan',
  'n',
  'wants_mail',
  'tags',
  'consent_ads',
  'consent_mail',
  'consent_both',
]
const TIMES = ['first_seen', 'last_seen', 'created']

/** Words of the same few people, some of the same moment: of each trait a last value has to be chosen. */
function words(seed: number, count: number) {
  const random = seededRandom(seed)
  const pick = (sides: number): number => Math.floor(random() * sides)
  return Array.from({ length: count }, () =>
    message({
      kind: 'identify',
      event: null,
      userId: `u${pick(20)}`,
      anonymousId: `a${pick(60)}`,
      timestamp: pick(30) * 1000,
      traits: {
        email: pick(4) === 0 ? 'shared@example.com' : `p${pick(30)}@example.com`,
        ...(pick(3) === 0 ? { phone: `+1212555${1000 + pick(40)}` } : {}),
        wants_mail: pick(3) === 0 ? null : pick(2) === 0,
        ...(pick(2) === 0 ? {} : { wants_both: pick(2) === 0 }),
        tags: ['x', 'y'].slice(pick(3)),
      },
      context: {
        consent: {
          categoryPreferences: { Advertising: pick(2) === 0, Both: pick(2) === 0 },
        },
      },
    }),
  )
}

test('with a few of their columns, people are the same as with all of them', async (context) => {
  const town = await openTown(context)
  for (let part = 0; part < 4; part += 1) await town.take([life(part, 100), words(part, 120)])
  const named = { purposes: PURPOSES, computed: [] }
  const random = seededRandom(3)
  for (const share of [0, 0.2, 0.5, 1]) {
    const read = COLUMNS.filter(() => random() < share)
    const sql = `select person::varchar as person, ${[...read, ...TIMES].map((name) => `${name}::varchar as ${name}`).join(', ')} from profiles order by person`
    const narrow = await attachPeople(town.local, town.folder, await town.store.shape(), named)
    const wide = await town.local.source.all(sql)
    await narrow((column) => read.includes(column))
    assert.deepEqual(await town.local.source.all(sql), wide)
    for (const column of read)
      assert.ok(new Set(wide.map((row) => row[column])).size > 1, `${column} says nothing`)
    const [first] = await town.local.source.all('describe profiles')
    assert.equal(first?.['column_name'], 'person')
    assert.equal(
      (await town.local.source.all('describe profiles')).length,
      1 + read.length + TIMES.length,
    )
  }
})
