// Somebody is erased: out of every audience whatever stands in the way, and out of the state folder, where only tombstones stay.
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { serveSandbox } from '../../sandbox/meta/serve.ts'
import { LocalDuckDb } from '../../src/engine/duckdb/local.ts'
import { memberHash } from '../../src/app/member-hash.ts'
import { openReal } from '../people/open-real.ts'
import { pick, pickAll, Place } from './rollcall.ts'

let sandbox: Awaited<ReturnType<typeof serveSandbox>>

before(async () => {
  sandbox = await serveSandbox({ port: 0, tier: 'off' })
})
after(async () => sandbox.close())
beforeEach(async () => control('reset', {}))

async function control(path: string, body?: object): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(`${sandbox.url}/_control/${path}`, init)
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`)
  return answer.json()
}

/** Who is in each audience, by its name: e-mails by their names where they are known here. */
async function inside(): Promise<Record<string, string[]>> {
  const audiences = await control('audiences')
  assert.ok(Array.isArray(audiences))
  const found: Record<string, string[]> = {}
  for (const audience of audiences as readonly { id: string; name: string }[]) {
    const rows = await control(`audiences/${audience.id}/members`)
    assert.ok(Array.isArray(rows))
    found[audience.name] = (rows as readonly { EMAIL?: string; PHONE?: string }[])
      .map((row) => NAMES.get(row.EMAIL ?? '') ?? `#${row.PHONE?.slice(0, 4) ?? ''}`)
      .toSorted()
  }
  return found
}

const PEOPLE = ['anna', 'ben', 'cleo', 'dora']
const addressOf = (name: string): string => `${name}@example.com`
const NAMES = new Map(
  [...PEOPLE, 'home', 'anna2'].map((name) => [hash('sha256', addressOf(name)), name]),
)

interface Line {
  readonly id: string
  readonly email: string
  readonly phone: string
}

const everybody = (): Line[] =>
  PEOPLE.map((name, place) => ({
    id: `c-${name}`,
    email: addressOf(name),
    phone: `+1202555${1000 + place}`,
  }))

const csv = (lines: readonly Line[]): string =>
  ['customer_id,email,phone', ...lines.map(({ id, email, phone }) => [id, email, phone].join())]
    .map((line) => `${line}\n`)
    .join('')

interface Shop {
  readonly syncs: Readonly<Record<string, string>>
  readonly mapping?: string
}

const ALL_KEYS = '{ EXTERN_ID: customer_id, EMAIL: email, PHONE: phone }'

/** Each sync sends everybody in the table to an audience called like the sync. */
function definition({ syncs, mapping = ALL_KEYS }: Shop): string {
  const audiences = Object.keys(syncs).map((key) => `  ${key}: { name: ${key}, model: m_${key} }`)
  const models = Object.keys(syncs).map(
    (key) => `  m_${key}: { source: ${key}, table: customers, key: customer_id }`,
  )
  const sources = Object.keys(syncs).map((key) => `  ${key}: { type: files, path: ./${key} }`)
  const orders = Object.entries(syncs).map(
    ([key, more]) =>
      `  ${key}: { audience: ${key}, destination: meta, settle: 1s, mapping: ${mapping}${more} }`,
  )
  return [
    'version: 1',
    `sources:\n${sources.join('\n')}`,
    `models:\n${models.join('\n')}`,
    `audiences:\n${audiences.join('\n')}`,
    `destinations: { meta: { type: meta, api_url: "${sandbox.url}" } }`,
    `syncs:\n${orders.join('\n')}`,
    '',
  ].join('\n')
}

function open(shop: Shop, lines = everybody()): Place {
  const place = new Place({ 'rollcall.yaml': definition(shop) })
  for (const key of Object.keys(shop.syncs)) place.write(`${key}/customers.csv`, csv(lines))
  return place
}

async function done(place: Place, ...words: readonly string[]): Promise<unknown> {
  const { code, document } = await place.json(...words)
  assert.equal(code, 0, JSON.stringify(document))
  return document
}

const erasureOf = (document: unknown): unknown => pick(document, ['erasure'])
const states = (document: unknown): string[] =>
  pickAll(erasureOf(document), 'places', 'state').map(String).toSorted()

/** All that the state folder holds, as text: Parquet as its rows, the database as its pages. */
async function everythingKept(place: Place): Promise<string> {
  const state = join(place.folder, '.rollcall')
  await using local = await LocalDuckDb.open({
    spillFolder: join(place.folder, 'spill'),
    memoryLimit: '200MB',
    threads: 1,
  })
  const texts: string[] = []
  for (const entry of readdirSync(state, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile()) continue
    texts.push(readFileSync(path, 'latin1'))
    if (!path.endsWith('.parquet')) continue
    const columns = await local.scratch.all(`describe select * from read_parquet('${path}')`)
    const shown = columns.map((column) => {
      const name = String(column['column_name'])
      return column['column_type'] === 'BLOB' ? `lower(hex(${name}))` : `cast(${name} as varchar)`
    })
    const rows = await local.scratch.all(
      `select concat_ws(',', ${shown.map((one) => `coalesce(${one}, '')`).join(', ')}) as line from read_parquet('${path}')`,
    )
    texts.push(...rows.map((row) => String(row['line'])))
  }
  return texts.join('\n')
}

/** In which forms somebody's values may stand in a file. */
const tracesOf = ({ id, email, phone }: Line): string[] => {
  const hashed = [email, phone.slice(1)].map((value) => hash('sha256', value))
  const raw = hashed.map((digest) => Buffer.from(digest, 'hex').toString('latin1'))
  return [id, email, phone, phone.slice(1), ...hashed, ...raw]
}

const named = (name: string): Line => {
  const line = everybody().find(({ id }) => id === `c-${name}`)
  assert.ok(line !== undefined)
  return line
}

test('out of every audience: held, paused, retired with its people, with a broken source, and gone from the file', async () => {
  const usual = { held: '', paused: '', kept: '', broken: '', left: '' }
  const place = open({ syncs: usual })
  await done(place, 'sync', '--approve')
  const { kept: _, left: __, ...stay } = usual
  await done(place, 'retire', 'kept', '--keep', '--approve')
  place.write('rollcall.yaml', definition({ syncs: { ...stay, paused: ', paused: true' } }))
  place.write('held/customers.csv', 'customer_id,email,phone\n')
  place.write('broken/customers.csv', 'customer_id,email,phone\n"c1')
  const document = await done(place, 'erase', addressOf('anna'), '--approve')
  const others = ['ben', 'cleo', 'dora']
  assert.deepEqual(await inside(), {
    held: others,
    paused: others,
    kept: others,
    broken: others,
    left: others,
  })
  assert.deepEqual(states(document), ['done', 'done', 'done', 'done', 'done'])
  const traces = tracesOf(named('anna'))
  assert.deepEqual(
    traces.filter((trace) => JSON.stringify(document).includes(trace)),
    [],
  )
  const kept = await everythingKept(place)
  assert.deepEqual(
    traces.filter((trace) => kept.includes(trace)),
    [],
  )
  // The examination sees what is there.
  assert.ok(
    tracesOf(named('ben'))
      .slice(4, 6)
      .every((trace) => kept.includes(trace)),
  )
  const shown = await done(place, 'erase', '--show', String(pick(document, ['erasure', 'id'])))
  assert.deepEqual(erasureOf(shown), erasureOf(document))
})

test('who stays in the source never comes back, whatever else of theirs changes', async () => {
  for (const mapping of [ALL_KEYS, '{ EMAIL: email, PHONE: phone }']) {
    await control('reset', {})
    const place = open({ syncs: { all: '' }, mapping })
    await done(place, 'sync', '--approve')
    await done(place, 'erase', addressOf('anna'), '--approve')
    const changed = { id: 'c-anna', email: addressOf('anna2'), phone: '+12025559999' }
    for (const line of [named('anna'), { ...named('anna'), phone: '+12025558888' }, changed]) {
      place.write('all/customers.csv', csv([line, ...everybody().slice(1)]))
      await done(place, 'sync', '--approve')
      assert.deepEqual(await inside(), { all: ['ben', 'cleo', 'dora'] })
    }
    const exported = await place.rollcall('audience', 'export', 'all', '--hashed')
    assert.ok(!exported.stdout.includes(hash('sha256', addressOf('anna2'))))
    const explained = await done(place, 'audience', 'explain', 'all', 'c-anna')
    assert.deepEqual(pickAll(explained, 'syncs', 'erased'), [true])
    // Whoever comes with an identifier that was only one of theirs is sent by their others.
    const heir = { id: 'c-eve', email: addressOf('home'), phone: named('anna').phone }
    place.write('all/customers.csv', csv([heir, ...everybody().slice(1)]))
    await done(place, 'sync', '--approve')
    assert.deepEqual(await inside(), { all: ['ben', 'cleo', 'dora', 'home'] })
  }
})

test('who stays in the source is nobody whom a preview or a comparison counts upon', async () => {
  const place = open({ syncs: { all: '' } })
  await done(place, 'sync', '--approve')
  await done(place, 'erase', addressOf('anna'), '--approve')
  // One is told by her row, the other by her address.
  const moved = { id: 'c-anna', email: addressOf('anna2'), phone: '+12025559999' }
  const renamed = { id: 'c-new', email: addressOf('anna'), phone: '+12025559998' }
  place.write('all/customers.csv', csv([moved, renamed, ...everybody().slice(1)]))
  const previewed = await done(place, 'audience', 'preview', 'all')
  const counts = (document: unknown, ...names: readonly string[]): unknown[] =>
    names.map((name) => pick(document, [name]))
  assert.deepEqual(counts(previewed, 'size', 'erased', 'findable', 'unusable'), [5, 2, 3, 0])
  assert.deepEqual(pick(previewed, ['suppressed', 'people']), 0)
  const shown = await place.rollcall('audience', 'preview', 'all')
  assert.match(shown.stdout, /Erased +2 +40% +still in the source, never sent/)
  place.write('theirs.csv', `email\n${addressOf('anna')}\n${addressOf('ben')}\n`)
  const compared = await done(place, 'compare', 'all', '--with', 'theirs.csv')
  assert.deepEqual(
    counts(compared, 'ours', 'erased', 'both', 'onlyOurs', 'unusableOurs', 'onlyTheirs'),
    [3, 2, 1, 2, 0, 1],
  )
})

test('a household: one goes, the others are in again at once, also while the sync is paused', async () => {
  const home = everybody().map((line) =>
    line.id === 'c-dora' ? line : { ...line, email: addressOf('home') },
  )
  const place = open({ syncs: { all: '' } }, home)
  await done(place, 'sync', '--approve')
  const refused = await place.json('erase', addressOf('home'), '--approve')
  assert.equal(refused.code, 3)
  assert.equal(pick(refused.document, ['error', 'code']), 'erase/several-people')
  assert.deepEqual(await inside(), { all: ['dora', 'home', 'home', 'home'] })
  place.write('rollcall.yaml', definition({ syncs: { all: ', paused: true' } }))
  await done(place, 'erase', 'EXTERN_ID=c-anna', '--approve')
  assert.deepEqual(await inside(), { all: ['dora', 'home', 'home'] })
  place.write('rollcall.yaml', definition({ syncs: { all: '' } }))
  await done(place, 'sync', '--approve')
  assert.deepEqual(await inside(), { all: ['dora', 'home', 'home'] })
  await done(place, 'erase', addressOf('home'), '--all', '--approve')
  await done(place, 'sync', '--approve')
  assert.deepEqual(await inside(), { all: ['dora'] })
})

test('what is not answered or is refused stays to be done, says so, and is done by the next run of any sync', async () => {
  const place = open({ syncs: { all: '', more: '' } })
  await done(place, 'sync', '--approve')
  const match = { method: 'DELETE', path: '/users' }
  await control('faults', { fault: 'no_effect_reset', match, times: 3 })
  const lost = await place.json('erase', addressOf('anna'), '--approve')
  assert.equal(lost.code, 1, JSON.stringify(lost.document))
  assert.deepEqual(states(lost.document), ['done', 'done', 'pending'])
  await control('faults', { fault: 'permission', match, times: 1 })
  const refused = await place.json('sync', 'more')
  assert.equal(refused.code, 3, JSON.stringify(refused.document))
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  await done(place, 'sync', 'more')
  assert.deepEqual(await inside(), {
    all: ['ben', 'cleo', 'dora'],
    more: ['ben', 'cleo', 'dora'],
  })
  const listed = await done(place, 'erase', '--list')
  assert.deepEqual(pickAll(listed, 'erasures', 'state'), ['done'])
  const kept = await everythingKept(place)
  assert.deepEqual(
    tracesOf(named('anna')).filter((trace) => kept.includes(trace)),
    [],
  )
})

test('another erasure goes on with one that is not done', async () => {
  const place = open({ syncs: { all: '' } })
  await done(place, 'sync', '--approve')
  const match = { method: 'DELETE', path: '/users' }
  await control('faults', { fault: 'no_effect_reset', match, times: 3 })
  assert.equal((await place.json('erase', addressOf('anna'), '--approve')).code, 1)
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  await done(place, 'erase', addressOf('ben'), '--approve')
  assert.deepEqual(await inside(), { all: ['cleo', 'dora'] })
  const listed = await done(place, 'erase', '--list')
  assert.deepEqual(pickAll(listed, 'erasures', 'state'), ['done', 'done'])
})

test('whoever is unknown here is removed from the ad account, and kept from coming', async () => {
  const place = open({ syncs: { all: '' } }, everybody().slice(1))
  await done(place, 'sync', '--approve')
  await done(place, 'erase', addressOf('anna'), '--approve')
  place.write('all/customers.csv', csv(everybody()))
  await done(place, 'sync', '--approve')
  assert.deepEqual(await inside(), { all: ['ben', 'cleo', 'dora'] })
})

test('of whom nothing could ever be sent, not even the hash stays by which a ledger knows them', async () => {
  const shop = { syncs: { all: '', more: '' } }
  const place = open(shop, [...everybody(), { id: 'c-fred', email: '', phone: '' }])
  // Of the same people, and without the ids by which they are named.
  const file = definition(shop)
    .replace('{ source: more,', '{ source: all,')
    .replace('model: m_more', 'model: m_all')
  place.write('rollcall.yaml', file.replace(/(?<=more: .*)EXTERN_ID: customer_id, /, ''))
  await done(place, 'sync', '--approve')
  const hashOf = async (id: string): Promise<string> => {
    await using workspace = await openReal(place.folder)
    return memberHash(workspace, id)
  }
  const fred = await hashOf('c-fred')
  assert.ok((await everythingKept(place)).includes(fred))
  await done(place, 'erase', 'EXTERN_ID=c-fred', '--approve')
  assert.ok(!(await everythingKept(place)).includes(fred))
  // His row is still in the source.
  await done(place, 'sync', '--approve')
  const kept = await everythingKept(place)
  assert.ok(!kept.includes(fred))
  assert.ok(kept.includes(await hashOf('c-ben')))
  assert.deepEqual(await inside(), { all: PEOPLE, more: PEOPLE })
})

test('nothing is begun before it is approved, and no message says a value', async () => {
  const place = open({ syncs: { all: '' } })
  await done(place, 'sync', '--approve')
  const asked = await place.rollcall('erase', addressOf('anna'))
  assert.equal(asked.code, 3)
  assert.match(asked.stderr, /1 Custom Audience \(all\)/)
  const wrong = await place.rollcall('erase', 'phone=secret-number', '--approve')
  assert.equal(wrong.code, 2)
  const unknown = await place.rollcall('erase', 'secret-number', '--approve')
  assert.equal(unknown.code, 2)
  for (const { stderr, stdout } of [asked, wrong, unknown])
    assert.doesNotMatch(stderr + stdout, /anna@|secret-number/)
  assert.deepEqual(pick(await done(place, 'erase', '--list'), ['erasures']), [])
  assert.deepEqual(await inside(), { all: PEOPLE })
})
