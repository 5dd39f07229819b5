import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { RollcallError } from '../../core/error.ts'
import { LocalDuckDb } from './local.ts'
import { attachSource, describeColumns, readTable } from './source.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-engine-'))
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

const open = async (memoryLimit = '200MB'): Promise<LocalDuckDb> =>
  LocalDuckDb.open({ spillFolder: join(folder, 'spill'), memoryLimit, threads: 2 })

async function rowsOf(local: LocalDuckDb, sql: string, count: number): Promise<string[]> {
  const rows: string[] = []
  for await (const lines of local.lines(sql, count)) rows.push(...lines)
  return rows
}

async function all<T>(chunks: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = []
  for await (const chunk of chunks) items.push(...chunk)
  return items
}

const codeOf = (code: string) => (error: unknown) =>
  error instanceof RollcallError && error.code === code

test('a stream goes on while other statements run, and gives every row', async () => {
  await using local = await open()
  await local.scratch.run('create table numbers as select * from range(10000) as numbers(i)')
  let seen = 0
  for await (const lines of local.lines(
    'select cast(i as varchar) from numbers order by i',
    10_000,
  )) {
    assert.equal(lines[0], String(seen))
    seen += lines.length
    await local.scratch.one('select 1 as one')
  }
  assert.equal(seen, 10_000)
})

test('a stream that ends early is an error', async () => {
  await using local = await open()
  const sql = `select 'a' from range(5)`
  await assert.rejects(rowsOf(local, sql, 6), codeOf('engine/stream-ended-early'))
  assert.equal((await rowsOf(local, sql, 5)).length, 5)
})

test('what spills is encrypted', async () => {
  await using local = await open('60MB')
  const sorted = local.lines(
    `select 'person' || i || '@mail.example.org' || md5(cast(i as varchar)) || md5('x' || i) from range(700000) as people(i) order by md5(cast(i as varchar))`,
    700_000,
  )
  await sorted.next()
  const files = readdirSync(join(folder, 'spill'))
  assert.ok(files.length > 0, 'the statement did not spill, so the test shows nothing')
  for (const file of files)
    assert.ok(!readFileSync(join(folder, 'spill', file)).includes('@mail.example.org'))
  await sorted.return(undefined)
})

test('a list parameter may be empty', async () => {
  await using local = await open()
  const row = await local.scratch.one('select len($keys) as length', { keys: [] })
  assert.equal(Number(row['length']), 0)
})

test('the columns of a CSV file are text, so that a key keeps its zeros', async () => {
  await using local = await open()
  writeFileSync(join(folder, 'people.csv'), 'id,zip\n00042,02139\n7,94035\n')
  await attachSource(local, { type: 'files', path: folder, encoding: null }, () => true)
  const rows = await local.source.all('select * from people order by id')
  assert.deepEqual(rows[0], { id: '00042', zip: '02139' })
  const columns = await describeColumns(local, { sql: 'select * from people', parameters: {} })
  assert.deepEqual(
    [...columns],
    [
      ['id', 'text'],
      ['zip', 'text'],
    ],
  )
})

test('a byte order mark is not part of the first name, and a million characters are a cell', async () => {
  await using local = await open()
  writeFileSync(join(folder, 'long.csv'), `\uFEFFid,note\n1,${'x'.repeat(1_000_000)}\n`)
  const { columns, rows } = await readTable(local, join(folder, 'long.csv'))
  assert.deepEqual(columns, ['id', 'note'])
  for await (const [row] of rows) assert.equal(row?.[1]?.length, 1_000_000)
})

test('a broken row, another encoding and a missing file each say what to do', async () => {
  await using local = await open()
  writeFileSync(join(folder, 'broken.csv'), 'id,email\n1,a@mail.example.org\n2,b,c,d\n')
  await attachSource(local, { type: 'files', path: folder, encoding: null }, () => false)
  const read = async (file: string): Promise<unknown> => {
    const { rows } = await readTable(local, join(folder, file))
    return all(rows)
  }
  await assert.rejects(read('broken.csv'), codeOf('source/broken-csv'))
  writeFileSync(join(folder, 'latin.csv'), Buffer.from('id,name\n1,M\u00fcller\n', 'latin1'))
  await assert.rejects(read('latin.csv'), codeOf('source/encoding'))
  await assert.rejects(read('nowhere.csv'), codeOf('source/missing'))
})

test('a CSV file is parted by what parts its header, whatever is in its cells', async () => {
  await using local = await open()
  const cases: [string, string[][]][] = [
    ['id;name\n1;"A, B"\n', [['1', 'A, B']]],
    ['id\tname\r\n1\tA, B\r\n', [['1', 'A, B']]],
    ['email\na@mail.example.org\n', [['a@mail.example.org']]],
    ['id,"full, name"\n1,"A ""B"""\n', [['1', 'A "B"']]],
    ['id,note\n1,"two\nlines"\n\n', [['1', 'two\nlines']]],
    ['id,ID,\n1,2,3\n', [['1', '2', '3']]],
    ['id,email\n', []],
  ]
  for (const [text, expected] of cases) {
    writeFileSync(join(folder, 'case.csv'), text)
    const { rows } = await readTable(local, join(folder, 'case.csv'))
    assert.deepEqual(await all(rows), expected, text)
  }
})

test('a row that does not fit the header is never read as something else', async () => {
  await using local = await open()
  for (const text of [
    'id,email\n1,a\n2,b,c,d\n',
    'id,email\n2,b,c,d\n1,a\n',
    'id,email,phone\n1,a,5\n2,b\n',
    'report of today\n\nid,email\n1,a\n',
  ]) {
    writeFileSync(join(folder, 'misfit.csv'), text)
    await assert.rejects(
      readTable(local, join(folder, 'misfit.csv')).then(async ({ rows }) => all(rows)),
      codeOf('source/broken-csv'),
      text,
    )
  }
})

test('a first line that holds a person, or nothing, is not taken for names, and nothing of it is shown', async () => {
  await using local = await open()
  const path = join(folder, 'headless.csv')
  for (const line of [
    'c1,ada@mail.example.org,5',
    'c1,+1 (202) 555-1001',
    '4915112345678,x',
    `c1,${'a1'.repeat(32)}`,
    'c1,6d92078a-8246-4ba4-ae5b-76104861e7dc',
    '',
  ]) {
    writeFileSync(path, `${line}\nc2,bob@mail.example.org,6\n`)
    await assert.rejects(readTable(local, path), (error: unknown) => {
      assert.ok(error instanceof RollcallError && error.code === 'source/no-header', line)
      assert.match(error.remedy, /Name the columns in the first line/)
      const shown = error.message.replaceAll(path, '')
      for (const cell of line.split(',').slice(1)) assert.ok(!shown.includes(cell), shown)
      return true
    })
  }
  writeFileSync(path, 'id,email 2024-01-31,2024-01-31,20240131,q1-2024 (eur)\n1,2,3,4,5\n')
  assert.equal((await readTable(local, path)).columns.length, 5, 'dates may name columns')
})

const UTF_16 = 'id,name\n1,Müller 漢字\n2,"two\nlines"\n'

/** Text in UTF-16, `le` with the lower byte first. */
function utf16(text: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

test('UTF-16 is read where it says so or is named, and is refused where it would be misread', async () => {
  await using local = await open()
  const subfolder = join(folder, 'utf16')
  mkdirSync(subfolder, { recursive: true })
  const read = async (bytes: Buffer, encoding: string | null): Promise<unknown> => {
    writeFileSync(join(subfolder, 'wide.csv'), bytes)
    await attachSource(local, { type: 'files', path: subfolder, encoding }, () => true)
    return local.source.all('select * from wide order by id')
  }
  const expected = [
    { id: '1', name: 'Müller 漢字' },
    { id: '2', name: 'two\nlines' },
  ]
  assert.deepEqual(await read(utf16(`\uFEFF${UTF_16}`, 'le'), null), expected)
  assert.deepEqual(await read(utf16(`\uFEFF${UTF_16}`, 'le'), 'latin-1'), expected)
  assert.deepEqual(await read(utf16(UTF_16, 'le'), 'utf-16'), expected)
  assert.deepEqual(await read(Buffer.from(`\uFEFF${UTF_16}`), 'utf-16'), expected)
  for (const [bytes, encoding] of [
    [utf16(UTF_16, 'le'), null],
    [utf16(UTF_16, 'le'), 'latin-1'],
    [utf16(`\uFEFF${UTF_16}`, 'be'), null],
    [utf16(`\uFEFF${UTF_16}`, 'be'), 'utf-16'],
    [utf16(UTF_16, 'be'), 'utf-16'],
    [Buffer.from(UTF_16), 'utf-16'],
    [utf16('\uFEFFid,name\n1,😀\n', 'le'), null],
  ] as const)
    await assert.rejects(read(bytes, encoding), codeOf('source/encoding'))
})

test('a value that cannot be converted is told without the value', async () => {
  await using local = await open()
  for (const sql of [
    `select cast('secret@mail.example.org' as date)`,
    `select cast('secret@mail.example.org' as integer)`,
    `select strptime('secret@mail.example.org', '%Y')`,
    `select json_extract('{secret@mail.example.org', '$.a')`,
  ])
    await assert.rejects(local.source.all(sql), (error: unknown) => {
      assert.ok(error instanceof RollcallError && error.code === 'source/cast', sql)
      assert.doesNotMatch(error.message, /secret/)
      return error.next === 'act'
    })
})

test('an error about a broken row does not show the row', async () => {
  await using local = await open()
  writeFileSync(join(folder, 'shown.csv'), 'id,email\n2,secret@mail.example.org,c,d\n1,b\n')
  await assert.rejects(
    readTable(local, join(folder, 'shown.csv')).then(async ({ rows }) => all(rows)),
    (error: unknown) => error instanceof RollcallError && !error.message.includes('secret@'),
  )
})

test('nothing can be written to a database file that is a source', async () => {
  const path = join(folder, 'shop.duckdb')
  {
    await using local = await open()
    await local.source.run(`attach '${path}' as shop`)
    await local.source.run('create table shop.people as select 1 as id')
    await local.source.run('create schema shop.crm')
    await local.source.run('create table shop.crm.people as select 2 as id')
  }
  await using local = await open()
  await attachSource(local, { type: 'duckdb', path }, () => true)
  assert.deepEqual(await local.source.all('select id from people'), [{ id: 1 }])
  assert.deepEqual(await local.source.all('select id from crm.people'), [{ id: 2 }])
  await assert.rejects(local.source.run('insert into people values (3)'))
})
