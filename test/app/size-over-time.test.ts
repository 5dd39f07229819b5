// How large an audience was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../../src/app/run.ts'
import { sizeOverTime } from '../../src/app/size-over-time.ts'
import { sizeOverTimeText } from '../../src/cli/text/size-over-time-text.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'

const DAY = 86_400_000
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString()

const FILES = {
  'data/customers.csv':
    'id,email,plan\nc1,ann@gmail.com,pro\nc2,bob@gmail.com,pro\nc3,cyn@gmail.com,free\n',
  // Noon of the day, so the ends of the days around it tell them apart.
  'data/logins.csv': `who,at\nc1,${ago(3)}\nc2,${ago(1)}\nc2,${ago(2)}\nc3,${ago(2)}\n`,
  'rollcall.yaml': `version: 1
defaults: { time_zone: Europe/Berlin }
sources: { shop: { type: files, path: ./data } }
models:
  people:
    source: shop
    table: customers
    key: id
    events: [{ table: logins, person: who, every_row: Login, time: at }]
audiences:
  active: { name: Active, model: people, where: { all: [ { did: Login, within: 36h }, { trait: plan, eq: pro } ] } }
destinations: { meta: { type: meta } }
syncs:
  active_to_meta:
    audience: active
    destination: meta
    mapping: { EMAIL: email }
    guard: { max_unusable: off, max_added: off }
`,
}

test('sizeOverTime() evaluates as of the end of each day, and says what is judged by today', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, FILES)
  const workspace = await openHouse(context, folder)
  const told: string[] = []
  const found = await sizeOverTime(
    workspace,
    'active',
    { now: NOW, days: 5 },
    (done, whole) => void told.push(`${done}/${whole}`),
  )
  assert.deepEqual(
    found.moments.map(({ at, size }) => [new Date(at).toISOString(), size]),
    [
      ['2026-06-10T21:59:59.999Z', 0],
      ['2026-06-11T21:59:59.999Z', 0],
      ['2026-06-12T21:59:59.999Z', 1],
      ['2026-06-13T21:59:59.999Z', 2],
      ['2026-06-14T21:59:59.999Z', 1],
      ['2026-06-15T12:00:00.000Z', 1],
    ],
  )
  assert.equal(told.at(-1), '6/6')
  assert.deepEqual(
    found.byToday.map(({ path }) => path.join('.')),
    ['where.all.1'],
  )
  const text = sizeOverTimeText(found)
  assert.match(text, /2026-06-13 +2 +█+\n/)
  assert.match(text, /today’s values.+\n +plan is “pro”/)
  assert.ok(!text.includes('active_to_meta'), 'nothing ran')
})

test('sizeOverTime() shows beside each day what the sync had then', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, FILES)
  const workspace = await openHouse(context, folder)
  const options = {
    full: false,
    empty: false,
    adopt: null,
    recreate: false,
    approveAll: true,
    waitMs: 0,
    now: NOW,
  }
  assert.equal((await run(workspace, 'active_to_meta', options, () => {})).state, 'done')
  const later = { now: NOW + 2 * DAY, days: 3 }
  const found = await sizeOverTime(workspace, 'active', later, () => {})
  assert.deepEqual(
    found.moments.map(({ size, synced }) => [size, synced['active_to_meta']]),
    [
      [1, null],
      [1, 1],
      [0, null],
      [0, null],
    ],
  )
  assert.match(sizeOverTimeText(found), /active_to_meta/)
})

test('of a long time some days are looked at, the last ones among them', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, FILES)
  const workspace = await openHouse(context, folder)
  const found = await sizeOverTime(workspace, 'active', { now: NOW, days: 90 }, () => {})
  assert.equal(found.moments.length, 31)
  assert.equal(new Date(found.moments[0]?.at ?? 0).toISOString(), '2026-03-17T22:59:59.999Z')
})
