import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { explain, type Explanation } from '../../src/app/explain.ts'
import { run } from '../../src/app/run.ts'
import { openAudience } from '../../src/app/open-audience.ts'
import type { Workspace } from '../../src/app/workspace.ts'
import { explanationText } from '../../src/cli/text/explanation-text.ts'
import { compileAudience } from '../../src/sql/audience.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'
import { csvOf, DEFINITION, madePeople } from './people.ts'

const OPTIONS = {
  full: false,
  empty: false,
  adopt: null,
  recreate: false,
  approveAll: true,
  waitMs: 0,
  now: NOW,
}
const ASKED = { sync: null, reveal: false, now: NOW }
const HEADER = 'customer_id,email,work_email,phone,country,first,plan,spent\n'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

async function membersOf(workspace: Workspace, audience: string): Promise<Set<string>> {
  const opened = await openAudience(workspace, audience, NOW)
  await using local = opened.local
  const { sql, parameters } = compileAudience(opened.audience, duckdb, opened.context)
  const rows = await local.source.all(`select customer_id from (${sql}) as people`, parameters)
  return new Set(rows.map((row) => String(row['customer_id'])))
}

test('explain() agrees with the membership that is compiled, for everybody', async (context) => {
  const folder = temporaryFolder(context)
  const people = madePeople(14, 23)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': csvOf(people),
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder)
  const members = await membersOf(workspace, 'paying')
  assert.ok(members.size > 0 && members.size < people.length)
  for (const { customer_id: key } of people) {
    const found = await explain(workspace, 'paying', key, ASKED)
    assert.equal(found.member, members.has(key), key)
    const [whole] = found.conditions
    const excluded = found.conditions.find(({ kind }) => kind === 'exclusion')
    assert.equal(found.member, whole?.holds === true && excluded?.holds === false, key)
    if (!found.member) assert.ok(found.syncs[0]?.rows.every(({ fate }) => fate.kind === 'not-sent'))
  }
})

test('explain() tells conditions, values and rows, masked unless asked otherwise', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': `${HEADER}c1,Ann@Gmail.com,ann@acme-industries.com,(415) 555-0132,US,Ann,pro,1200\n`,
    'suppressed.csv': 'email\nann@acme-industries.com\n',
  })
  const workspace = await openHouse(context, folder)
  const masked = await explain(workspace, 'big', 'c1', ASKED)
  assert.equal(masked.member, true)
  assert.deepEqual(masked.traits, [{ trait: 'spent', value: '1200' }])
  const text = JSON.stringify(masked)
  for (const secret of ['Ann', 'ann@', 'gmail', '5550132', '14155550132', sha256('ann@gmail.com')])
    assert.ok(!text.includes(secret), secret)
  const [sync] = masked.syncs
  assert.deepEqual(
    sync?.values.map(({ key, column, normalised, suppressed }) => [
      key,
      column,
      normalised,
      suppressed,
    ]),
    [
      ['EMAIL', 'email', 'a***@g***.com', false],
      ['EMAIL', 'work_email', 'a***@a***.com', true],
      ['PHONE', 'phone', '*********32', false],
      ['COUNTRY', 'country', 'u***', false],
    ],
  )
  const shown = await explain(workspace, 'big', 'c1', { ...ASKED, reveal: true })
  assert.deepEqual(
    shown.syncs[0]?.rows.map(({ cells, fate }) => [cells, fate.kind]),
    [
      [
        { EMAIL: sha256('ann@gmail.com'), PHONE: sha256('14155550132'), COUNTRY: sha256('us') },
        'not-sent',
      ],
    ],
  )
  assert.equal(shown.syncs[0]?.values[0]?.raw, 'Ann@Gmail.com')
  const nobody = await explain(workspace, 'big', 'c9', ASKED)
  assert.deepEqual([nobody.modelRows, nobody.member, nobody.syncs[0]?.rows], [0, false, []])
})

const fates = ({ syncs }: Explanation): string[] =>
  syncs[0]?.rows.map(({ fate }) => fate.kind) ?? []
const past = ({ syncs }: Explanation): string[] =>
  syncs[0]?.history.map(({ operation, outcome, cause }) => `${operation} ${outcome} ${cause}`) ?? []

test('explain() follows somebody in and out of the Custom Audience', async (context) => {
  const folder = temporaryFolder(context)
  const two = `${HEADER}c1,ann@gmail.com,ann@acme-industries.com,,US,Ann,pro,1200
c2,bob@gmail.com,,,US,Bob,pro,1200\n`
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': two,
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder)
  assert.equal((await run(workspace, 'big_to_meta', OPTIONS, () => {})).state, 'done')
  const there = await explain(workspace, 'big', 'c1', ASKED)
  assert.deepEqual(fates(there), ['in', 'in'])
  const fate = there.syncs[0]?.rows[0]?.fate
  assert.ok(fate?.kind === 'in' && fate.since !== null && fate.since > NOW)
  assert.deepEqual(past(there), ['add accepted entered'])

  writeFiles(folder, { 'data/customers.csv': two.replace('Ann,pro,1200', 'Ann,pro,12') })
  const leaving = await explain(workspace, 'big', 'c1', ASKED)
  assert.equal(leaving.member, false)
  assert.deepEqual(fates(leaving), ['leaving', 'leaving'])
  assert.equal((await run(workspace, 'big_to_meta', OPTIONS, () => {})).state, 'done')
  const gone = await explain(workspace, 'big', 'c1', ASKED)
  assert.deepEqual(fates(gone), ['not-sent', 'not-sent'])
  assert.deepEqual(past(gone), ['add accepted entered', 'remove accepted left'])

  writeFiles(folder, { 'data/customers.csv': `${HEADER}c2,bob@gmail.com,,,US,Bob,pro,1200\n` })
  const unknown = await explain(workspace, 'big', 'c1', ASKED)
  assert.equal(unknown.modelRows, 0)
  assert.deepEqual(past(unknown), past(gone), 'whoever left the model still has a history')
})

test('explain() does not call a row in when its request was not answered', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': `${HEADER}c1,ann@gmail.com,,,US,Ann,pro,1200\n`,
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder, (sandbox) => async (request) => {
    const cut = request.method === 'POST' && new URL(request.url).pathname.endsWith('/users')
    const answer = await sandbox(request)
    if (cut) throw new TypeError('fetch failed')
    return answer
  })
  const { sent } = await run(workspace, 'big_to_meta', OPTIONS, () => {})
  assert.equal(sent.added, 0)
  const found = await explain(workspace, 'big', 'c1', ASKED)
  assert.deepEqual(fates(found), ['maybe-in'])
  assert.deepEqual(past(found), ['add unsure entered'])
})

test('explain() says what Meta called invalid, and that it is not sent again', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': `${HEADER}c1,ann@gmail.com,,,US,Ann,pro,1200\nc2,bob@gmail.com,,,US,Bob,pro,1200\n`,
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder, (sandbox) => {
    const queued = sandbox(
      new Request('http://localhost/_control/faults', {
        method: 'POST',
        body: JSON.stringify({ fault: 'partial_invalid', containing: sha256('ann@gmail.com') }),
      }),
    )
    return async (request) => queued.then(async () => sandbox(request))
  })
  const { sent } = await run(workspace, 'big_to_meta', OPTIONS, () => {})
  assert.equal(sent.added, 1)
  const found = await explain(workspace, 'big', 'c1', ASKED)
  const fate = found.syncs[0]?.rows[0]?.fate
  assert.ok(fate?.kind === 'quarantined' && fate.reason !== '')
  assert.deepEqual(past(found), ['add invalid entered'])
  assert.deepEqual(fates(await explain(workspace, 'big', 'c2', ASKED)), ['in'])
  const text = explanationText(found)
  assert.match(text, /Called invalid by Meta: .+; not sent again until it changes/)

  writeFiles(folder, {
    'data/customers.csv': `${HEADER}c1,anna@gmail.com,,,US,Ann,pro,1200\nc2,bob@gmail.com,,,US,Bob,pro,1200\n`,
  })
  await run(workspace, 'big_to_meta', OPTIONS, () => {})
  assert.deepEqual(fates(await explain(workspace, 'big', 'c1', ASKED)), ['in'])
})

test('explain() says who is held out', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION.replace('holdout: 10%', 'holdout: 50%'),
    'data/customers.csv': csvOf(
      madePeople(10, 2).map((person) => ({ ...person, plan: 'pro', spent: '99' })),
    ),
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder)
  const all = await Promise.all(
    [...(await membersOf(workspace, 'paying'))].map(async (key) =>
      explain(workspace, 'paying', key, ASKED),
    ),
  )
  const held = all.filter(({ syncs }) => syncs[0]?.heldOut)
  assert.ok(held.length > 1 && held.length < 9)
  for (const { member, syncs } of held) {
    assert.equal(member, true)
    assert.ok((syncs[0]?.values.length ?? 0) > 0)
    const fate = syncs[0]?.rows[0]?.fate
    assert.ok(fate?.kind === 'not-sent' && fate.reason === 'held-out')
  }
})
