import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import {
  readCountry,
  refuseExisting,
  writeExamplePeople,
  writeFirstDefinition,
} from '../../src/app/init.ts'
import { firstDefinition } from '../../src/app/first-definition.ts'
import { loadDefinition } from '../../src/definition/load.ts'
import { readPeopleFile, type PeopleFile } from '../../src/app/people-file.ts'
import { plan } from '../../src/app/run.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'

interface Written {
  readonly people: PeopleFile
  readonly text: string
  readonly members: number
  readonly unusable: number
}

/** Writes a definition for a file and plans it for real. */
async function initAndPlan(context: TestContext, folder: string, path: string): Promise<Written> {
  const file = join(folder, 'rollcall.yaml')
  const people = await readPeopleFile(join(folder, path))
  writeFirstDefinition(file, people, { ...people, phoneCountry: null })
  const workspace = await openHouse(context, folder)
  const options = { full: false, empty: false, now: NOW }
  const { counts } = await plan(workspace, 'everyone_to_meta', options, () => {})
  const text = readFileSync(file, 'utf8')
  return { people, text, members: counts.members, unusable: counts.unusable }
}

test('init writes an example that can be planned at once', async (context) => {
  const folder = temporaryFolder(context)
  const path = writeExamplePeople(join(folder, 'rollcall.yaml'))
  const { people, members, unusable, text } = await initAndPlan(context, folder, 'data/people.csv')
  assert.equal(path, join(folder, 'data', 'people.csv'))
  assert.deepEqual(people.key, { kind: 'id', column: 'customer_id' })
  assert.deepEqual([members, unusable], [12, 0], 'one typing mistake costs nobody but its phone')
  assert.match(text, /^version: 1$/m)
  assert.match(text, /^ {4}path: \.\/data$/m)
})

const HOSTILE: Readonly<
  Record<string, { text: string; members: number; mapping: Record<string, string[]> }>
> = {
  'a BOM, semicolons, quoted headers with spaces and Windows line ends': {
    text: '\uFEFF"Kunden Nr";"E-Mail";"Mobile Phone"\r\n1;a@example.com;0170 1234567\r\n2;b@example.com;+49 170 1234568\r\n',
    members: 2,
    mapping: { EXTERN_ID: ['Kunden Nr'], EMAIL: ['E-Mail'], PHONE: ['Mobile Phone'] },
  },
  'a header that stands twice': {
    text: 'id,email,Email,email\n1,a@example.com,b@example.com,\n2,c@example.com,,d@example.com\n',
    members: 2,
    mapping: { EXTERN_ID: ['id'], EMAIL: ['email', 'Email_1', 'email_2'] },
  },
  'only a header': {
    text: 'customer_id,email\n',
    members: 0,
    mapping: { EXTERN_ID: ['customer_id'], EMAIL: ['email'] },
  },
  'only a header without a line end': {
    text: 'customer_id,email',
    members: 0,
    mapping: { EXTERN_ID: ['customer_id'], EMAIL: ['email'] },
  },
  'no key column, with people who stand twice or not at all': {
    text: 'name,email,phone\nAnn,ann@example.com,\nAnn,ANN@example.com ,\nBob,,+1 415 555 0132\nCyn,,\n',
    members: 2,
    mapping: { EMAIL: ['email'], PHONE: ['phone'] },
  },
  'one column of addresses without a telling name': {
    text: 'correo\na@example.com\nb@example.com\n',
    members: 2,
    mapping: { EMAIL: ['correo'] },
  },
  'names that YAML and SQL read as something else': {
    text: '"true","e-mail ""x"", #1: [a]","null\nemail"\n7,a@example.com,\n8,b@example.com,c@example.com\n',
    members: 2,
    mapping: {
      EXTERN_ID: ['true'],
      EMAIL: ['e-mail "x", #1: [a]', 'null\nemail'],
    },
  },
  'ids that repeat, as in a list of orders': {
    text: 'user_id,email,total\nu1,a@example.com,5\nu1,a@example.com,7\nu2,,9\nU2,c@example.com,1\n',
    members: 3,
    mapping: { EXTERN_ID: ['user_id'], EMAIL: ['email'] },
  },
}

for (const [name, { text, members, mapping }] of Object.entries(HOSTILE))
  test(`init takes a CSV with ${name}`, async (context) => {
    const folder = temporaryFolder(context)
    writeFiles(folder, { 'people.csv': text })
    const found = await initAndPlan(context, folder, 'people.csv')
    assert.deepEqual(Object.fromEntries(found.people.mapping), mapping)
    assert.equal(found.members, members)
  })

test('init says how many rows a made key leaves out', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'people.csv':
      'name,email\nAnn,ann@example.com\nAnn,ANN@example.com\nBob,bob@example.com\nCyn,\n',
  })
  const { key } = await readPeopleFile(join(folder, 'people.csv'))
  assert.deepEqual(key, {
    kind: 'made',
    parts: [{ column: 'email', ignoreCase: true }],
    without: 1,
    repeated: 1,
  })
})

test('init finds out about a file in Latin-1', async (context) => {
  const folder = temporaryFolder(context)
  const text = 'customer_id,first_name,email\n1,Zo\u00eb,zoe@example.com\n'
  writeFileSync(join(folder, 'people.csv'), Buffer.from(text, 'latin1'))
  const { people, members, text: written } = await initAndPlan(context, folder, 'people.csv')
  assert.equal(people.encoding, 'latin-1')
  assert.equal(members, 1)
  assert.match(written, /encoding: latin-1/)
})

test('init takes UTF-16 by its byte order mark, and finds it out without one', async (context) => {
  for (const [mark, encoding] of [
    ['\uFEFF', null],
    ['', 'utf-16'],
  ] as const) {
    const folder = temporaryFolder(context)
    const text = `${mark}customer_id,first_name,email\n1,Zo\u00eb,zoe@example.com\n`
    writeFileSync(join(folder, 'people.csv'), Buffer.from(text, 'utf16le'))
    const { people, members } = await initAndPlan(context, folder, 'people.csv')
    assert.equal(people.encoding, encoding)
    assert.equal(members, 1)
  }
})

test('init takes Parquet and JSON lines, also under a name with dots', async (context) => {
  const folder = temporaryFolder(context)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const people = `(select 1 as user_id, ['a@example.com', 'b@example.com'] as emails union all select 2, ['c@example.com'])`
  for (const name of ['people.2026.parquet', 'other/folk.jsonl']) {
    writeFiles(folder, { 'other/.keep': '' })
    const format = name.endsWith('parquet') ? 'parquet' : 'json'
    await connection.run(`copy ${people} to '${join(folder, name)}' (format ${format})`)
  }
  connection.closeSync()
  const first = await initAndPlan(context, folder, 'people.2026.parquet')
  assert.equal(first.members, 2)
  assert.deepEqual(Object.fromEntries(first.people.mapping), {
    EXTERN_ID: ['user_id'],
    EMAIL: ['emails'],
  })
  const second = temporaryFolder(context)
  writeFiles(second, { 'x/folk.jsonl': readFileSync(join(folder, 'other/folk.jsonl'), 'utf8') })
  assert.equal((await initAndPlan(context, second, 'x/folk.jsonl')).members, 2)
})

test('init refuses what it cannot use, and says what to do', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'empty.csv': '',
    'orders.csv': 'order_id,total\n1,5\n2,7\n',
    'people.txt': 'email\na@example.com\n',
    'twin.csv': 'email\na@example.com\n',
    'twin.jsonl': '{"email":"a@example.com"}\n',
    'broken.parquet': 'this is no parquet',
    'headless.csv': 'c1,ada@example.com\nc2,bob@example.com\n',
  })
  const cases = {
    'empty.csv': 'init/empty-file',
    'orders.csv': 'init/no-identifiers',
    'people.txt': 'init/unknown-ending',
    'twin.csv': 'init/same-table',
    'gone.csv': 'init/missing-file',
    'headless.csv': 'source/no-header',
    'broken.parquet': 'source/broken-parquet',
  }
  for (const [file, code] of Object.entries(cases))
    await assert.rejects(readPeopleFile(join(folder, file)), { name: 'RollcallError', code })
})

test('init never writes over a file', async (context) => {
  const folder = temporaryFolder(context)
  const file = join(folder, 'rollcall.yaml')
  writeFiles(folder, { 'people.csv': 'email\na@example.com\n', 'rollcall.yaml': 'mine' })
  const people = await readPeopleFile(join(folder, 'people.csv'))
  assert.throws(() => refuseExisting(file), { code: 'init/file-exists' })
  assert.throws(() => writeFirstDefinition(file, people, { ...people, phoneCountry: 'US' }), {
    code: 'init/file-exists',
  })
  assert.equal(readFileSync(file, 'utf8'), 'mine')
})

test('phones that do not say their country are counted, hashes and rows with a country aside', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'people.csv': `id,phone,country
1,0170 1234567,
2,0170 1234568,DE
3,+49 170 1234569,
4,${'a'.repeat(64)},
5,-,
`,
  })
  const { phones } = await readPeopleFile(join(folder, 'people.csv'))
  assert.deepEqual(phones, { seen: 3, withoutCountry: 1 })
  assert.equal(readCountry(' de '), 'DE')
  assert.equal(readCountry('Germany'), undefined)
})

test('whatever columns and files are called, the definition loads and means them', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 20, unit: 'binary' })
    .filter((text) => text.split('.').every((step) => step.trim() !== ''))
  const table = name.filter((text) => !text.includes('/') && !text.includes('\u0000'))
  fc.assert(
    fc.property(table, name, name, fc.boolean(), (file, first, second, made) => {
      const people: PeopleFile = {
        path: `${file}.csv`,
        table: file,
        encoding: null,
        rows: 1,
        columns: [first, second],
        mapping: [
          ['EXTERN_ID', [first]],
          ['EMAIL', [second, first]],
        ],
        key: made
          ? { kind: 'made', parts: [{ column: second, ignoreCase: true }], without: 0, repeated: 0 }
          : { kind: 'id', column: first },
        unique: [first],
        phones: { seen: 0, withoutCountry: 0 },
      }
      const text = firstDefinition(people, { ...people, phoneCountry: 'NO', folder: `./${file}` })
      const loaded = loadDefinition(text, { env: {}, readFile: () => undefined })
      assert.ok(loaded.kind === 'valid', text)
      const { definition } = loaded
      const model = definition.models['people']
      assert.deepEqual(
        definition.syncs['everyone_to_meta']?.mapping,
        Object.fromEntries(people.mapping),
      )
      assert.deepEqual(definition.sources['files'], {
        type: 'files',
        path: `./${file}`,
        encoding: null,
      })
      assert.equal(definition.defaults.phoneCountry, 'NO')
      assert.equal(model?.key, made ? 'rollcall_key' : first)
      const { relation } = model
      const quoted = `"${file.replaceAll('"', '""')}"`
      assert.ok(relation.kind === 'table' ? relation.table === file : relation.sql.includes(quoted))
    }),
    { numRuns: 100 },
  )
})
