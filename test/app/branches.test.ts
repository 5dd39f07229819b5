// What a preview says of each condition, and of how far back events are read.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { preview, type Preview } from '../../src/app/preview.ts'
import { previewText } from '../../src/cli/text/preview-text.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'

const DAY = 86_400_000
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString()

const DATA = {
  'data/customers.csv': 'id,plan,revenue\nc1,pro,10\nc2,pro,30\nc3,team,20\nc4,free,5\nc5,pro,40\n',
  'data/leads.csv': 'lead,plan\nc1,pro\nc3,free\nx9,pro\n',
  'data/logins.csv': `who,at\nc1,${ago(3)}\nc2,${ago(90)}\nc5,${ago(200)}\n`,
}

const definition = (where: string): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models:
  people:
    source: shop
    table: customers
    key: id
    events: [{ table: logins, person: who, every_row: Login, time: at }]
  leads: { source: shop, table: leads, key: lead }
audiences:
  some: { model: people, where: ${where}, exclude: [active] }
  active: { name: Active people, model: people, where: { did: Login, within: 30d } }
  pros: { model: leads, where: { any: [ { trait: plan, eq: pro }, { trait: plan, eq: free } ] } }
`

async function previewed(context: TestContext, where: string): Promise<Preview> {
  const folder = temporaryFolder(context)
  writeFiles(folder, { ...DATA, 'rollcall.yaml': definition(where) })
  const workspace = await openHouse(context, folder)
  return preview(workspace, 'some', { sync: null, now: NOW })
}

test('each condition is counted alone and with those before it, also of audiences that are named', async (context) => {
  const found = await previewed(
    context,
    '{ all: [ { trait: plan, ne: free }, { not: { member_of: pros } }, { trait: revenue, gte: 20 } ] }',
  )
  assert.equal(found.size, 2)
  assert.deepEqual(
    found.branches.map(({ model, people, branches }) => [
      model,
      people,
      branches.map(({ audience, path, kind, alone, soFar }) => [
        `${audience} ${path.join('.')}`,
        kind,
        alone,
        soFar,
      ]),
    ]),
    [
      [
        'people',
        5,
        [
          ['some where', 'all', 2, null],
          ['some where.all.0', 'condition', 4, 4],
          ['some where.all.1', 'not', 3, 2],
          ['some where.all.1.not', 'condition', 2, null],
          ['some where.all.2', 'condition', 3, 2],
          ['some exclude.0', 'exclusion', 1, 2],
          ['active where', 'condition', 1, null],
        ],
      ],
      [
        'leads',
        3,
        [
          ['pros where', 'any', 3, null],
          ['pros where.any.0', 'condition', 2, 2],
          ['pros where.any.1', 'condition', 1, 3],
        ],
      ],
    ],
  )
  const text = previewText(found)
  assert.match(text, /\n {6}4 {2}80% {7}4 {4}plan is known and is not “free”\n/)
  assert.match(text, /but not in the excluded audience Active people/)
  assert.match(text, /The audience pros/)
})

test('the conditions that make all of the past be read are named', async (context) => {
  const bounded = await previewed(context, '{ did: Login, within: 90d }')
  assert.deepEqual(bounded.eventsRead, { from: NOW - 90 * DAY, unbounded: [] })
  assert.match(previewText(bounded), /Events are read from 2026-03-17 12:00 UTC on/)

  const whole = await previewed(
    context,
    '{ all: [ { did: Login, within: 90d }, { not: { top: { did: Login, count: 1 } } }, { did: Login, nth: { eq: 2 }, within: 5d } ] }',
  )
  assert.equal(whole.eventsRead?.from, null)
  assert.deepEqual(
    whole.eventsRead.unbounded.map(({ audience, path }) => `${audience} ${path.join('.')}`),
    ['some where.all.1.not', 'some where.all.2'],
  )
  assert.match(previewText(whole), /Events are read from the first ever, because of\n/)

  const none = await previewed(context, '{ trait: plan, eq: pro }')
  assert.deepEqual(none.eventsRead?.from, NOW - 30 * DAY, 'of the audience that is excluded')
})
