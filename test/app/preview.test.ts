import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emailKind } from '../../src/core/match-key/email-kind.ts'
import { matchRows, type MappedValues } from '../../src/core/match-key/rows.ts'
import { MATCH_KEY_NAMES } from '../../src/core/match-key/table.ts'
import { preview } from '../../src/app/preview.ts'
import { previewText } from '../../src/cli/text/preview-text.ts'
import { NOW, openHouse, temporaryFolder, writeFiles } from './house.ts'
import { csvOf, DEFINITION, madePeople, type MadePerson } from './people.ts'

const CONTEXT = { phoneCountry: null, currentYear: 2026 }

const valuesOf = (person: MadePerson): MappedValues => ({
  EMAIL: [person.email, person.work_email],
  PHONE: [person.phone],
  COUNTRY: [person.country],
})

const isBig = ({ spent }: MadePerson): boolean => Number(spent) >= 1000

test('preview() counts what a straightforward recount through matchRows counts', async (context) => {
  const folder = temporaryFolder(context)
  const people = madePeople(3000, 11)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': csvOf(people),
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder)
  const found = await preview(workspace, 'big', { sync: null, now: NOW })

  const big = people.filter(isBig)
  const read = big.map((person) => matchRows(valuesOf(person), CONTEXT))
  assert.equal(found.sync, 'big_to_meta')
  assert.equal(found.size, big.length)
  assert.equal(found.modelSize, people.length)
  assert.equal(found.unusable, read.filter(({ rows }) => rows.length === 0).length)
  assert.ok(found.unusable > 0)
  assert.equal(
    found.rows,
    read.reduce((sum, { rows }) => sum + rows.length, 0),
  )
  assert.equal(found.findableRows, found.rows)
  for (const key of ['EMAIL', 'PHONE', 'COUNTRY'] as const) {
    // A made-up id beside the others, so that those without an identifier have a row as well.
    const each = big.map((person) => matchRows({ ...valuesOf(person), MADID: [MADID] }, CONTEXT))
    const usable = each.map(({ rows }) => rows[0]?.[MATCH_KEY_NAMES.indexOf(key)] ?? null)
    const turnedDown = each.map(({ rejected }) => rejected.filter((one) => one.key === key))
    const covered = usable.filter((cell, at) => cell !== null || turnedDown[at]?.length !== 0)
    const shown = found.keys.find((one) => one.key === key)
    assert.equal(shown?.usable, usable.filter((cell) => cell !== null).length, key)
    assert.equal(shown.people, covered.length, key)
    assert.equal(
      shown.rejected.reduce((sum, { values }) => sum + values, 0),
      turnedDown.flat().length,
      key,
    )
    assert.ok(shown.rejected.every(({ remedy }) => remedy !== ''))
  }
  const kinds = big.flatMap(({ email, work_email: work }) =>
    [email, work].filter((text) => text.includes('@')).map(emailKind),
  )
  const { hashed = 0, ...shares } = found.emails ?? {}
  assert.deepEqual(
    shares,
    Object.fromEntries(
      ['personal', 'work', 'role', 'placeholder'].map((kind) => [
        kind,
        kinds.filter((one) => one === kind).length,
      ]),
    ),
  )
  assert.equal(hashed, big.filter(({ email }) => email.length === 64).length)
})

const MADID = '38400000-8cf0-11bd-b23e-10b96e40000d'

test('preview() of many people looks at a sample, says so, and reckons up from it', async (context) => {
  const folder = temporaryFolder(context)
  const people = madePeople(4000, 12).map((person) => ({ ...person, spent: '1200' }))
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': csvOf(people),
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder)
  const asked = { sync: null, now: NOW }
  const all = await preview(workspace, 'big', asked)
  assert.equal(all.sample, null)
  const found = await preview(workspace, 'big', asked, 1000)
  assert.deepEqual(found.sample, { people: 1000, of: 4000 })
  assert.match(previewText(found), /looked at 1,000 of 4,000 people/)
  assert.equal(found.size, all.size, 'how many there are is counted, not reckoned')
  // Seven standard deviations of a share of 1,000 people are less than 450 of 4,000.
  const near = (left: number, right: number): boolean => Math.abs(left - right) < 450
  assert.ok(near(found.findable, all.findable))
  for (const [place, { key, people: covered, usable }] of all.keys.entries()) {
    assert.equal(found.keys[place]?.key, key)
    assert.ok(near(found.keys[place]?.people ?? 0, covered), key)
    assert.ok(near(found.keys[place]?.usable ?? 0, usable), key)
  }
})

test('preview() says what each further key would add', async (context) => {
  const folder = temporaryFolder(context)
  const people = madePeople(2000, 5)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': csvOf(people),
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder)
  const found = await preview(workspace, 'paying', { sync: 'paying_to_meta', now: NOW })
  assert.deepEqual(
    found.further.map(({ key, columns }) => [key, columns]),
    [
      ['EMAIL', ['work_email']],
      ['COUNTRY', ['country']],
    ],
  )
  assert.ok(found.heldOut > 0)
  assert.ok(found.heldOut < found.size / 4)
  assert.equal(found.unusable, 0, 'everybody has an EXTERN_ID')
  assert.ok(found.onlyExternId > 0)
  assert.ok(found.findableRows < found.rows)
  const [work, country] = found.further
  assert.ok((work?.findable ?? 0) > 0 && (work?.findable ?? 0) < found.onlyExternId)
  assert.ok((work?.gaining ?? 0) > 0)
  assert.ok((country?.findable ?? 0) > 0, 'a country makes local phone numbers usable')
  assert.ok(found.notices.some(({ code }) => code === 'preview/phone-country'))
  assert.ok(found.notices.some(({ code }) => code === 'preview/map-more'))
})

test('preview() masks its samples and knows a small audience, keys that repeat and people not to be sent', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': `customer_id,email,work_email,phone,country,first,plan,spent
c1,ann@gmail.com,,+14155550132,US,Ann,pro,1200
c2,bob@gmail.com,,,US,Bob,pro,1200
c2,cyn@gmail.com,,,US,Cyn,pro,1200
,dora@gmail.com,,,US,Dora,pro,1200
`,
    'suppressed.csv': 'email\nBOB@gmail.com\nann@gmail.com\n',
  })
  const workspace = await openHouse(context, folder)
  const found = await preview(workspace, 'big', { sync: null, now: NOW })
  assert.equal(found.size, 4)
  assert.equal(found.keyless, 1)
  assert.equal(found.duplicates.count, 1)
  assert.deepEqual(found.suppressed, { people: 1, identifiers: 2 })
  assert.deepEqual(
    found.notices.map(({ code }) => code),
    ['model/key-not-unique', 'preview/too-small'],
  )
  const shown = JSON.stringify(found)
  for (const secret of ['ann@', 'gmail', '4155550132', 'Dora', 'bob'])
    assert.ok(!shown.includes(secret), secret)
  assert.equal(found.samples[0]?.['email'], 'a***@g***.com')
})

test('preview() of an audience without a sync goes by the columns’ names', async (context) => {
  const folder = temporaryFolder(context)
  writeFiles(folder, {
    'rollcall.yaml': DEFINITION,
    'data/customers.csv': csvOf(madePeople(50, 3)),
    'suppressed.csv': 'email\n',
  })
  const workspace = await openHouse(context, folder)
  const found = await preview(workspace, 'unused', { sync: null, now: NOW })
  assert.equal(found.sync, null)
  assert.deepEqual(found.mapping, {
    EXTERN_ID: ['customer_id'],
    EMAIL: ['email', 'work_email'],
    PHONE: ['phone'],
    FN: ['first'],
    COUNTRY: ['country'],
  })
  assert.deepEqual(found.further, [])
  await assert.rejects(preview(workspace, 'unused', { sync: 'big_to_meta', now: NOW }), {
    code: 'definition/unknown-sync',
  })
  await assert.rejects(preview(workspace, 'nobody', { sync: null, now: NOW }), {
    code: 'definition/unknown-audience',
  })
})
