// What audiences have in common.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overlap } from '../../src/app/overlap.ts'
import { overlapText } from '../../src/cli/text/overlap-text.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'

const ago = (days: number): string => new Date(NOW - days * 86_400_000).toISOString()

const FILES = {
  'data/customers.csv': 'id,plan,revenue\nc1,pro,10\nc2,pro,30\nc3,team,20\nc4,free,5\nc5,pro,40\n',
  'data/leads.csv': 'lead,plan\nc1,pro\nc3,free\nx9,pro\n',
  'data/logins.csv': `who,at\nc1,${ago(3)}\nc2,${ago(90)}\nc5,${ago(20)}\n`,
  'more/others.csv': 'id\nc1\n',
  'rollcall.yaml': `version: 1
sources: { shop: { type: files, path: ./data }, more: { type: files, path: ./more } }
models:
  people:
    source: shop
    table: customers
    key: id
    events: [{ table: logins, person: who, every_row: Login, time: at }]
  leads: { source: shop, table: leads, key: lead }
  others: { source: more, table: others, key: id }
audiences:
  pros: { name: Pro customers, model: people, where: { trait: plan, eq: pro } }
  rich: { model: people, where: { trait: revenue, gte: 20 } }
  active: { model: people, where: { did: Login, within: 30d } }
  leads: { model: leads }
  others: { model: others }
`,
}

test('overlap() counts who is in both, in each alone, in none and in every one', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, FILES)
  const workspace = await openHouse(context, folder)
  const found = await overlap(workspace, 'pros', ['rich', 'active', 'leads'], NOW)
  // pros c1 c2 c5; rich c2 c3 c5; active c1 c5; leads c1 c3 x9
  const shown = found.others.map(({ audience, size, both, onlyFirst, onlyThis, matchedBy }) => [
    audience,
    size,
    both,
    onlyFirst,
    onlyThis,
    matchedBy,
  ])
  assert.equal(found.size, 3)
  assert.deepEqual(shown, [
    ['rich', 3, 2, 1, 1, 'people'],
    ['active', 2, 2, 1, 0, 'people'],
    ['leads', 3, 1, 2, 2, 'key'],
  ])
  assert.deepEqual([found.inNone, found.inEvery], [0, 0])
  assert.match(overlapText(found), /rich +3 +2 +66\.7% +66\.7% +1 +1\n/)
  const two = await overlap(workspace, 'pros', ['rich', 'active'], NOW)
  assert.deepEqual([two.inNone, two.inEvery], [0, 1])
})

test('overlap() refuses audiences of two sources and ones that are not there', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, FILES)
  const workspace = await openHouse(context, folder)
  await assert.rejects(overlap(workspace, 'pros', ['others'], NOW), {
    code: 'preview/other-source',
  })
  await assert.rejects(overlap(workspace, 'pros', ['nobody'], NOW), {
    code: 'definition/unknown-audience',
  })
})
