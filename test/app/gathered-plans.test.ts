// Many small plans of one day become one file: the membership history stays what it was, and whoever is erased is in none of it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { erase } from '../../src/app/erase/erase.ts'
import { findPersonHere } from '../../src/app/erase/find-person.ts'
import { explain } from '../../src/app/explain.ts'
import { memberHash } from '../../src/app/member-hash.ts'
import { namePerson } from '../../src/app/name-person.ts'
import { PLAIN_RUN } from '../../src/app/quick-pass.ts'
import { run } from '../../src/app/run.ts'
import type { Workspace } from '../../src/app/workspace.ts'
import { LocalDuckDb } from '../../src/engine/duckdb/local.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'

const DAY = 86_400_000
const SYNC = 'all_to_meta'
const DEFINITION = `version: 1
sources: { shop: { type: files, path: ./data } }
models: { customers: { source: shop, table: customers, key: id } }
audiences: { all: { model: customers } }
destinations: { meta: { type: meta } }
syncs: { ${SYNC}: { audience: all, destination: meta, mapping: { EMAIL: email }, reassert: 0 } }
`
const silent = (): void => undefined

test('plans of one day become one file, and the history of everybody in them stays', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, { 'rollcall.yaml': DEFINITION })
  const passes = async (workspace: Workspace, now: number, count: number): Promise<void> => {
    for (let pass = 0; pass < count; pass += 1) {
      // By turns one enters and the other leaves, so that each plan has both, at places of their own.
      const people = ['stays', ...(pass % 2 === 0 ? ['even'] : ['odd', 'odd too'])]
      const lines = people.map((id) => `${id},${id.replace(' ', '-')}@example.com\n`).join('')
      writeFiles(folder, { 'data/customers.csv': `id,email\n${lines}` })
      await run(workspace, SYNC, { ...PLAIN_RUN, now, approveAll: true }, silent)
    }
  }
  const historyOf = async (workspace: Workspace, id: string): Promise<unknown[]> => {
    const options = { sync: null, reveal: false, now: NOW }
    const { syncs } = await explain(workspace, 'all', id, options)
    return (syncs[0]?.history ?? []).map(({ operation, outcome }) => `${operation} ${outcome}`)
  }
  const filesOf = async ({ store }: Workspace): Promise<ReadonlySet<string>> =>
    new Set((await store.plans(SYNC)).map(({ file }) => file))
  const byTurns = (first: string, then: string, count: number): string[] =>
    Array.from({ length: count }, (_, place) => `${place % 2 === 0 ? first : then} accepted`)

  const workspace = await openHouse(context, folder)
  await passes(workspace, NOW, 10)
  assert.equal((await filesOf(workspace)).size, 10)
  await passes(workspace, NOW, 15)
  assert.equal((await workspace.store.plans(SYNC)).length, 25)
  // What was gathered is gathered again, with what came since.
  assert.equal((await filesOf(workspace)).size, 5)
  const expected = {
    even: byTurns('add', 'remove', 25),
    'odd too': byTurns('add', 'remove', 24),
    stays: ['add accepted'],
  }
  const shown = async (at: Workspace): Promise<unknown> => ({
    even: await historyOf(at, 'even'),
    'odd too': await historyOf(at, 'odd too'),
    stays: await historyOf(at, 'stays'),
  })
  assert.deepEqual(await shown(workspace), expected)

  // What was sent leaves it as it leaves a plan of its own.
  const later = await openHouse(context, folder, undefined, NOW + 91 * DAY)
  await passes(later, NOW + 91 * DAY, 1)
  assert.deepEqual(await shown(later), expected)
  const stripped = [...(await filesOf(later))]
  assert.ok(stripped.every((file) => file.startsWith('history-')))

  const named = namePerson(['even@example.com'], {
    idColumns: [],
    phoneCountry: null,
    currentYear: 2026,
  })
  const erased = await erase(later, named, await findPersonHere(later, named), silent)
  // And the plan of the removal.
  assert.equal(erased.here.plans, stripped.length + 1)
  assert.deepEqual(await shown(later), { ...expected, even: [] })
  await using local = await LocalDuckDb.open({
    spillFolder: join(folder, 'spill'),
    memoryLimit: '500MB',
    threads: 1,
  })
  const files = [...(await filesOf(later))].map(
    (file) => `'${folder}/.rollcall/ledger/${file}.parquet'`,
  )
  const rows = await local.scratch.all(
    `select distinct member::varchar as member from read_parquet([${files.join(', ')}])`,
  )
  const members = rows.map(({ member }) => member)
  assert.ok(!members.includes(memberHash(later, 'even')))
  assert.ok(members.includes(memberHash(later, 'odd')))
})
