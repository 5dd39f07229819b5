// What an earlier version of Rollcall kept is still known. `state-1` is a state folder that was written before app- and page-scoped ids
// were match keys, by two runs into the sandbox with made-up people.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pick, Place } from '../cli/rollcall.ts'

const definition = (mapping: string): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models: { people: { source: shop, table: people, key: id } }
audiences: { everyone: { name: Everyone, model: people } }
destinations: { meta: { type: meta } }
syncs:
  everyone_to_meta:
    audience: everyone
    destination: meta
    reassert: 0
${mapping}
`

const BEFORE = '    mapping: { EXTERN_ID: id, EMAIL: email, PHONE: phone }'
const SINCE = `    mapping: { EXTERN_ID: id, EMAIL: email, PHONE: phone, APPUID: asid }
    app_ids: ["4711"]`

/** Ann and Ben were sent, and Cleo was taken out again, before app- and page-scoped ids were match keys. */
function placeOf(mapping: string, people: string): Place {
  const place = new Place({ 'rollcall.yaml': definition(mapping), 'data/people.csv': people })
  const kept = join(import.meta.dirname, 'state-1')
  cpSync(kept, join(place.folder, '.rollcall'), { recursive: true })
  return place
}

const rowsOf = (document: unknown): unknown => pick(document, ['plans', 0, 'work', 'rows'])

test('a ledger from before a match key is in step, and nobody is sent again', async () => {
  const place = placeOf(
    BEFORE,
    'id,email,phone\nc1,ann@example.com,+12125550101\nc2,ben@example.com,+12125550102\n',
  )
  const { code, document } = await place.json('plan')
  assert.equal(code, 0)
  assert.equal(pick(document, ['plans', 0, 'work', 'people', 'present']), 2)
  const rows = Object(rowsOf(document))
  assert.deepEqual([rows.add, rows.remove], [0, 0])
})

test('a new match key is added to a ledger from before it', async () => {
  const place = placeOf(SINCE, 'id,email,phone,asid\nc1,ann@example.com,+12125550101,900100\n')
  const { code, document } = await place.json('sync')
  assert.equal(code, 0)
  const { added, removed } = Object(pick(document, ['runs', 0, 'accepted']))
  assert.deepEqual([added, removed], [1, 1])
  const again = await place.json('plan')
  const rows = Object(rowsOf(again.document))
  assert.deepEqual([rows.add, rows.remove], [0, 0])
})
