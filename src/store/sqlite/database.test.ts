import assert from 'node:assert/strict'
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { everything, intent, lease, plan, sending } from '../../../test/store/store-samples.ts'
import { openDatabase } from './database.ts'
import { MIGRATIONS } from './migrations.ts'
import { openStore, storeOn } from './open-store.ts'

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-store-'))
  context.after(() => rmSync(path, { recursive: true }))
  return path
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

test("the state file and its folder are the owner's alone", async (context) => {
  const parent = folder(context)
  const file = join(parent, 'deep', 'state', 'store.db')
  await using store = await openStore(file)
  await lease(store)
  for (const made of ['deep', 'deep/state']) assert.equal(modeOf(join(parent, made)), '700')
  for (const made of [file, `${file}-wal`, `${file}-shm`]) assert.equal(modeOf(made), '600')
})

test('a state file that others may read is closed to them', async (context) => {
  const file = join(folder(context), 'store.db')
  writeFileSync(file, '', { mode: 0o644 })
  await using _store = await openStore(file)
  assert.equal(modeOf(file), '600')
})

test('what was written is there when the file is opened again', async (context) => {
  const file = join(folder(context), 'store.db')
  const before = await (async () => {
    await using store = await openStore(file)
    await store.intend(await sending(store), 'p1', intent())
    return await everything(store)
  })()
  await using again = await openStore(file)
  assert.deepEqual(await everything(again), before)
})

test('every commit is on the disk before it returns', (context) => {
  using database = openDatabase(join(folder(context), 'store.db'), 0, MIGRATIONS)
  const pragma = (name: string): unknown => database.prepare(`pragma ${name}`).get()?.[name]
  assert.equal(pragma('journal_mode'), 'wal')
  assert.equal(pragma('synchronous'), 2)
  assert.equal(pragma('foreign_keys'), 1)
})

test('a file of a newer Rollcall is refused and not touched', async (context) => {
  const file = join(folder(context), 'store.db')
  {
    using database = openDatabase(file, 0, MIGRATIONS)
    database.exec(`update schema_version set version = ${MIGRATIONS.length + 1}`)
  }
  await assert.rejects(openStore(file), {
    name: 'RollcallError',
    code: 'store/newer',
    next: 'act',
    remedy: /newest/,
  })
  using database = new DatabaseSync(file)
  assert.equal(
    database.prepare('select version from schema_version').get()?.['version'],
    MIGRATIONS.length + 1,
  )
})

test('a migration that fails leaves the file as it was', async (context) => {
  const file = join(folder(context), 'store.db')
  {
    using database = new DatabaseSync(file)
    // In the way of the first migration's last table.
    database.exec('create table account (id text)')
  }
  await assert.rejects(openStore(file), /account already exists/)
  using database = new DatabaseSync(file)
  assert.deepEqual(
    database
      .prepare(`select name from sqlite_schema where type = 'table'`)
      .all()
      .map(({ name }) => name),
    ['account'],
  )
})

test('a file that is not a state file is refused and not touched', async (context) => {
  const file = join(folder(context), 'store.db')
  writeFileSync(file, 'customer_id,email\n'.repeat(1_000))
  await assert.rejects(openStore(file), { name: 'RollcallError', code: 'store/corrupt' })
  assert.equal(statSync(file).size, 18_000)
})

test('damage inside the file is reported when it is met', async (context) => {
  const file = join(folder(context), 'store.db')
  {
    await using store = await openStore(file)
    await store.intend(await sending(store), 'p1', intent())
  }
  const descriptor = openSync(file, 'r+')
  // Keeps the first page, which holds the names of the tables.
  writeSync(descriptor, Buffer.alloc(statSync(file).size - 4_096, 0xff), 0, undefined, 4_096)
  closeSync(descriptor)
  await assert.rejects(
    async () => {
      await using store = await openStore(file)
      await everything(store)
    },
    { name: 'RollcallError', code: 'store/corrupt', next: 'act' },
  )
})

test('a file that another program keeps locked is reported, and works again afterwards', async (context) => {
  const file = join(folder(context), 'store.db')
  await using store = storeOn(openDatabase(file, 10, MIGRATIONS), file)
  const held = await sending(store)
  const before = await everything(store)
  {
    using other = new DatabaseSync(file)
    other.exec('begin immediate')
    const locked = { name: 'RollcallError', code: 'store/locked', next: 'retry' }
    await assert.rejects(store.intend(held, 'p1', intent()), locked)
    await assert.rejects(store.block(held, null), locked)
  }
  assert.deepEqual(await everything(store), before)
  assert.equal(await store.intend(held, 'p1', intent()), 1)
})

test('a full disk is reported, and leaves nothing half-written', async (context) => {
  const file = join(folder(context), 'store.db')
  const database = openDatabase(file, 10, MIGRATIONS)
  await using store = storeOn(database, file)
  const held = await sending(store)
  const before = await everything(store)
  const pages = Number(database.prepare('pragma page_count').get()?.['page_count'])
  database.exec(`pragma max_page_count = ${pages}`)
  const long = intent({ fenced: Array.from({ length: 9_000 }, (_, position) => position) })
  const full = { name: 'RollcallError', code: 'store/disk-full', next: 'act', remedy: /room/ }
  await assert.rejects(store.intend(held, 'p1', long), full)
  const overlays = long.fenced.map((position) => `overlay-${position}`)
  const files = { base: 'base-1', overlays, baseRows: 1, overlayRows: 1 }
  await assert.rejects(store.closePlan(held, plan('p1'), files, 1), full)
  assert.deepEqual(await everything(store), before)
  database.exec(`pragma max_page_count = ${pages + 100}`)
  assert.equal(await store.intend(held, 'p1', long), 1)
})

test('a folder that cannot be made is reported', async (context) => {
  const file = join(folder(context), 'a-file')
  writeFileSync(file, '')
  await assert.rejects(openStore(join(file, 'store.db')), {
    name: 'RollcallError',
    code: 'store/not-writable',
  })
})
