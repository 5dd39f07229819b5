import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchRows, type Cells, type MappedValues } from './rows.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey } from './table.ts'

const CONTEXT = { phoneCountry: 'US', currentYear: 2026 }
const sha256 = (text: string): string => hash('sha256', text, 'hex')
const place = (key: MatchKey): number => MATCH_KEY_NAMES.indexOf(key)
const cell = (row: Cells | undefined, key: MatchKey): string | null | undefined => row?.[place(key)]

const STRONG = MATCH_KEY_NAMES.filter((key) => MATCH_KEYS[key].role === 'strong')
const DEVICES = ['38400000-8cf0-11bd-b23e-10b96e40000d', '38400000-8CF0-11BD-B23E-10B96E40000E']

test('row i takes the i-th e-mail and phone, the shorter list padded with its first', () => {
  const { rows } = matchRows(
    {
      EXTERN_ID: ['42'],
      EMAIL: ['a@example.com', 'b@example.com', 'c@example.com'],
      PHONE: ['(650) 555-1212', '(650) 555-1213'],
      FN: ['Mary'],
      LOOKALIKE_VALUE: [12.5],
    },
    CONTEXT,
  )
  assert.equal(rows.length, 3)
  const emails = rows.map((row) => cell(row, 'EMAIL'))
  assert.deepEqual(emails, ['a@example.com', 'b@example.com', 'c@example.com'].map(sha256))
  const phones = rows.map((row) => cell(row, 'PHONE'))
  assert.deepEqual(phones, ['16505551212', '16505551213', '16505551212'].map(sha256))
  for (const row of rows) {
    assert.equal(cell(row, 'EXTERN_ID'), '42')
    assert.equal(cell(row, 'FN'), sha256('mary'))
    assert.equal(cell(row, 'LOOKALIKE_VALUE'), '12.5')
  }
})

test('equal values are taken once, however they are written, hashed or not', () => {
  const values = {
    EMAIL: [' A@example.com', 'a@EXAMPLE.com', sha256('a@example.com').toUpperCase()],
  }
  assert.equal(matchRows(values, CONTEXT).rows.length, 1)
})

test('several devices give several rows', () => {
  const { rows } = matchRows({ EMAIL: ['a@example.com'], MADID: DEVICES }, CONTEXT)
  assert.deepEqual(
    rows.map((row) => cell(row, 'MADID')),
    DEVICES.map((device) => device.toLowerCase()),
  )
})

test('a rejected value costs that value alone', () => {
  const { rows, rejected } = matchRows(
    { EMAIL: ['nobody', 'a@example.com'], PHONE: ['123'], GEN: ['unknown'], FN: ['', null] },
    CONTEXT,
  )
  assert.equal(rows.length, 1)
  assert.equal(cell(rows[0], 'EMAIL'), sha256('a@example.com'))
  assert.equal(cell(rows[0], 'PHONE'), null)
  assert.deepEqual(rejected, [
    { key: 'EMAIL', reason: 'not-an-email' },
    { key: 'PHONE', reason: 'not-a-phone' },
    { key: 'GEN', reason: 'not-a-gender' },
  ])
})

test('without a strong key there is no row', () => {
  const weak = { FN: ['Mary'], LN: ['Smith'], ZIP: ['94035'], EMAIL: ['nobody'], MADID: [null] }
  assert.deepEqual(matchRows(weak, CONTEXT).rows, [])
  assert.deepEqual(matchRows({}, CONTEXT), { rows: [], rejected: [], suppressed: 0 })
})

test('of a key that nobody has several of, the first value that can be sent is taken', () => {
  const { rows } = matchRows({ EXTERN_ID: ['', '7', '8'], FN: ['123', 'Mary', 'Ann'] }, CONTEXT)
  assert.equal(rows.length, 1)
  assert.equal(cell(rows[0], 'EXTERN_ID'), '7')
  assert.equal(cell(rows[0], 'FN'), sha256('mary'))
})

test('COUNTRY says how PHONE, ST and ZIP are read, whatever the default', () => {
  const { rows } = matchRows(
    { PHONE: ['020 7946 0958'], ST: ['California'], ZIP: ['SW1A 1AA'], COUNTRY: ['moon', 'UK'] },
    CONTEXT,
  )
  assert.equal(cell(rows[0], 'PHONE'), sha256('442079460958'))
  assert.equal(cell(rows[0], 'ST'), sha256('california'))
  assert.equal(cell(rows[0], 'ZIP'), sha256('sw1a1aa'))
  assert.equal(cell(rows[0], 'COUNTRY'), sha256('gb'))
})

test('a suppressed e-mail leaves the rest of the person, and none of its spellings passes', () => {
  const { rows, suppressed } = matchRows(
    { EMAIL: ['A@example.com', sha256('a@example.com')], PHONE: ['6505551212'] },
    {
      ...CONTEXT,
      isSuppressed: (key, sent) => key === 'EMAIL' && sent === sha256('a@example.com'),
    },
  )
  assert.equal(suppressed, 2)
  assert.equal(rows.length, 1)
  assert.equal(cell(rows[0], 'EMAIL'), null)
  assert.equal(cell(rows[0], 'PHONE'), sha256('16505551212'))
})

/** Members as a database may hand them over: some values good, some not, some the same. */
const email = fc.constantFrom('a@example.com', ' A@Example.com', 'b@example.com', 'c', '', null, 7)
const phone = fc.constantFrom('6505551212', '+1 650 555 1212', '6505551213', 'none', 0, null)
const member: fc.Arbitrary<MappedValues> = fc.record(
  {
    EXTERN_ID: fc.array(fc.constantFrom('1', 2, 3n, null, 'a@example.com'), { maxLength: 2 }),
    EMAIL: fc.array(email, { maxLength: 4 }),
    PHONE: fc.array(phone, { maxLength: 4 }),
    MADID: fc.array(fc.constantFrom(...DEVICES, 'x', false), { maxLength: 3 }),
    FN: fc.array(fc.anything(), { maxLength: 2 }),
    DOBY: fc.array(fc.oneof(fc.date(), fc.integer(), fc.double()), { maxLength: 2 }),
    COUNTRY: fc.array(fc.constantFrom('US', 'DE', 'xx'), { maxLength: 2 }),
    LOOKALIKE_VALUE: fc.array(fc.double(), { maxLength: 1 }),
  },
  { requiredKeys: [] },
)

test('laws of rows, for any member', () => {
  let several = 0
  fc.assert(
    fc.property(member, (values) => {
      const { rows } = matchRows(values, CONTEXT)
      const distinct = (key: MatchKey): number =>
        new Set(rows.map((row) => cell(row, key)).filter((sent) => sent !== null)).size
      assert.equal(rows.length, rows.length && Math.max(1, ...STRONG.map(distinct)))
      if (rows.length > 1) several += 1
      assert.equal(new Set(rows.map((row) => JSON.stringify(row))).size, rows.length)
      assert.ok(distinct('EXTERN_ID') <= 1)
      for (const row of rows) {
        assert.equal(row.length, MATCH_KEY_NAMES.length)
        assert.ok(STRONG.some((key) => cell(row, key) !== null))
        assert.ok(!row.includes('') && !row.includes(sha256('')))
      }
    }),
    { numRuns: 2_000 },
  )
  assert.ok(several > 100, String(several))
})

test('a suppressed value is in no row, and the rows are those of a member without it', () => {
  let suppressions = 0
  fc.assert(
    fc.property(member, fc.nat(), (values, pick) => {
      const sent = matchRows(values, CONTEXT).rows.flatMap((row) =>
        STRONG.flatMap((key) => cell(row, key) ?? []),
      )
      const banned = sent[pick % Math.max(1, sent.length)]
      if (banned === undefined) return
      const isSuppressed = (_key: MatchKey, text: string): boolean => text === banned
      const { rows, suppressed } = matchRows(values, { ...CONTEXT, isSuppressed })
      assert.ok(suppressed > 0)
      suppressions += 1
      assert.ok(rows.every((row) => !row.includes(banned)))
    }),
    { numRuns: 2_000 },
  )
  assert.ok(suppressions > 500, String(suppressions))
})
