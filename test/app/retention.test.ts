// What was sent leaves the plans when retention.plans is over; who entered and left stays for retention.intervals.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { explain } from '../../src/app/explain.ts'
import { PLAIN_RUN } from '../../src/app/quick-pass.ts'
import { run } from '../../src/app/run.ts'
import { LocalDuckDb } from '../../src/engine/duckdb/local.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'

const DAY = 86_400_000
const SYNC = 'everyone_to_meta'
const DEFINITION = `version: 1
sources:
  shop: { type: files, path: ./data }
models:
  customers: { source: shop, table: customers, key: customer_id }
audiences:
  everyone: { model: customers }
destinations:
  meta: { type: meta }
syncs:
  ${SYNC}: { audience: everyone, destination: meta, mapping: { EMAIL: email }, reassert: 0 }
`

const customers = (count: number): string =>
  ['customer_id,email', ...Array.from({ length: count }, (_, n) => `c${n},c${n}@example.com`)].join(
    '\n',
  )

test('a sync that the same process is running is not tidied by the run of another', async (context) => {
  const folder = temporaryFolder(context)
  const another = `other: { audience: everyone, destination: meta, mapping: { EMAIL: email } }`
  const file = DEFINITION.replace('syncs:\n', `syncs:\n  ${another}\n`)
  writeFiles(folder, { 'rollcall.yaml': file, 'data/customers.csv': customers(200) })
  const early = await openHouse(context, folder)
  for (const sync of [SYNC, 'other'])
    await run(early, sync, { ...PLAIN_RUN, approveAll: true, now: NOW }, () => {})
  const now = NOW + 91 * DAY
  const workspace = await openHouse(context, folder, undefined, now)
  const { store } = workspace
  const taken = await store.takeLease('other', 'test', now, now + DAY)
  assert.ok(taken.kind === 'taken')
  await run(workspace, SYNC, { ...PLAIN_RUN, now }, () => {})
  await store.renewLease(taken.lease, now + 2 * DAY)
  const files = async (sync: string): Promise<boolean[]> =>
    (await store.plans(sync)).map(({ file: name }) => name.startsWith('history-'))
  assert.equal((await files(SYNC))[0], true)
  assert.deepEqual(await files('other'), [false])
  await store.releaseLease(taken.lease)
  await run(workspace, SYNC, { ...PLAIN_RUN, now }, () => {})
  assert.deepEqual(await files('other'), [true])
})

test('what was sent leaves a plan after retention.plans, and the membership history stays for retention.intervals', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, { 'rollcall.yaml': DEFINITION })
  const ledger = join(folder, '.rollcall', 'ledger')
  const onDay = async (day: number, people: number): Promise<unknown[]> => {
    writeFiles(folder, { 'data/customers.csv': customers(people) })
    const now = NOW + day * DAY
    const workspace = await openHouse(context, folder, undefined, now)
    const options = { full: false, empty: false, adopt: null, recreate: false, waitMs: 0 }
    await run(workspace, SYNC, { ...options, approveAll: true, now }, () => {})
    const { syncs } = await explain(workspace, 'everyone', 'c0', { sync: null, reveal: false, now })
    return (syncs[0]?.history ?? []).map(({ operation, outcome, rows }) => [
      operation,
      outcome,
      rows,
    ])
  }
  const history = [['add', 'accepted', 1]]
  assert.deepEqual(await onDay(0, 200), history)
  assert.deepEqual(await onDay(89, 201), history)
  const stripped = (): string[] => readdirSync(ledger).filter((file) => file.startsWith('history-'))
  assert.deepEqual(stripped(), [])
  assert.deepEqual(await onDay(91, 202), history)
  const [file = '', ...more] = stripped()
  assert.deepEqual(more, [])
  await using local = await LocalDuckDb.open({
    spillFolder: join(folder, 'spill'),
    memoryLimit: '500MB',
    threads: 1,
  })
  const rows = await local.scratch.all(`select * from '${join(ledger, file)}'`)
  assert.equal(rows.length, 200)
  for (const row of rows) {
    const { member, operation, ...others } = row
    assert.ok(member !== null && operation === 'add')
    assert.deepEqual([others['c_email'], others['match_row'], others['raw']], [null, null, null])
  }
  assert.deepEqual(await onDay(92, 203), history)
  assert.deepEqual(stripped(), [file], 'it is done once')
  assert.deepEqual(await onDay(391, 204), [])
  assert.ok(!stripped().includes(file))
})
