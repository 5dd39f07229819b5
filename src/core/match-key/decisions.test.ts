// Cases beside the vectors, where Meta is silent or contradicts itself, and what rivals are known to get wrong.
// oxlint-disable no-restricted-globals -- fixed dates as a database driver hands them over, not the clock
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MATCH_KEYS, type MatchKey } from './table.ts'
import type { RejectReason } from './reject-reason.ts'
import { traceValue } from './trace.ts'

/** The normalised text; null for empty; a reason for rejecting. */
type Expected = string | null | { readonly rejected: RejectReason }
type Case = readonly [key: MatchKey, input: unknown, country: string | null, expected: Expected]

const CASES: readonly Case[] = [
  ['EMAIL', 'Mary+News@Example.com', null, 'mary+news@example.com'],
  ['EMAIL', '\u200bmary@exam\u200bple.com\u2060', null, 'mary@example.com'],
  // A dotted I becomes two characters when lowered, and its dot then changes places with the cedilla.
  ['EMAIL', 'İ\u0327@example.com', null, 'i\u0327\u0307@example.com'],
  ['EMAIL', 'Mary Smith <mary@example.com>', null, { rejected: 'not-an-email' }],
  ['EMAIL', 'mary@1.2.3.4', null, { rejected: 'not-an-email' }],
  ['EMAIL', `${'a'.repeat(250)}@example.com`, null, { rejected: 'not-an-email' }],
  ['FN', 'b58996c504c5638798eb6b511e6f49af', null, { rejected: 'hashed-with-another-algorithm' }],
  ['FN', 'ㅤ', null, null],
  ['FN', '❤️', null, null],
  ['FN', 'Mary❤️', null, 'mary'],
  ['FN', 'Kaʻiulani', null, 'kaiulani'],
  ['FN', 'ユーリ', null, 'ユーリ'],
  ['FI', ' élodie', null, 'é'],
  ['FI', '42', null, null],
  ['GEN', 'nonbinary', null, { rejected: 'not-a-gender' }],
  ['DOBY', '2027', null, { rejected: 'not-a-year' }],
  ['DOBY', 1985.0, null, '1985'],
  ['DOBY', new Date('1985-04-23'), null, '1985'],
  ['DOBM', new Date('1985-04-23'), null, '04'],
  ['DOBD', new Date('1985-04-23'), null, '23'],
  ['DOBY', '19850423', null, '1985'],
  ['DOBM', '19850423', null, '04'],
  ['DOBD', '1985-04-23T10:11:12Z', null, '23'],
  ['DOBM', '23.04.1985', null, '04'],
  ['DOBD', '23.04.1985', null, '23'],
  ['DOBM', '04/23/1985', null, '04'],
  ['DOBM', '23/04/1985', null, '04'],
  ['DOBD', '04/05/1985', null, { rejected: 'ambiguous-date' }],
  ['DOBM', '04/05/1985', null, { rejected: 'ambiguous-date' }],
  ['DOBY', '04/05/1985', null, '1985'],
  ['DOBD', '04/04/1985', null, '04'],
  ['DOBM', 'Jan', null, '01'],
  ['DOBM', 'ab', null, { rejected: 'not-a-month' }],
  ['DOBD', '32', null, { rejected: 'not-a-day' }],
  ['CT', 'Paris 15e', null, 'parise'],
  ['CT', 'Łódź', null, 'lodz'],
  ['CT', 'Þorlákshöfn', null, 'thorlakshofn'],
  ['CT', '서울', null, '서울'],
  ['ST', 'New York', 'US', 'ny'],
  ['ST', 'US-NY', null, 'ny'],
  ['ST', 'ny', 'US', 'ny'],
  ['ST', 'Puerto Rico', null, 'pr'],
  ['ST', 'Georgia', 'GE', 'georgia'],
  ['ST', 'Ontario', 'US', 'ontario'],
  ['ST', '13', 'JP', null],
  ['ZIP', '94105-1234', 'US', '94105'],
  ['ZIP', '94105-1234', null, '94105'],
  ['ZIP', '941051234', 'US', '94105'],
  ['ZIP', '501', 'US', '00501'],
  ['ZIP', '2139-4307', 'US', '02139'],
  ['ZIP', 2139, 'US', '02139'],
  ['ZIP', '2139.0', 'US', '02139'],
  ['ZIP', 'SW1A 1AA', 'US', { rejected: 'not-a-zip' }],
  ['ZIP', '00-950', 'PL', '00950'],
  ['ZIP', '１００-０００１', 'JP', '1000001'],
  ['ZIP', '38400000-8cf0-11bd-b23e-10b96e40000d', null, { rejected: 'not-a-zip' }],
  ['ZIP', '-', null, null],
  ['COUNTRY', 'uk', null, 'gb'],
  ['COUNTRY', 'U.S.A.', null, 'us'],
  ['COUNTRY', 'Congo', null, 'cg'],
  ['COUNTRY', 'Korea, Republic of', null, 'kr'],
  ['COUNTRY', 'Türkiye', null, 'tr'],
  ['COUNTRY', 'Georgia', null, 'ge'],
  ['COUNTRY', '840', null, { rejected: 'not-a-country' }],
  ['MADID', '38400000-8CF0-11BD-B23E-10B96E40000D', null, '38400000-8cf0-11bd-b23e-10b96e40000d'],
  ['MADID', '384000008cf011bdb23e10b96e40000d', null, { rejected: 'not-an-advertising-id' }],
  ['EXTERN_ID', ' User_42. ', null, 'User_42.'],
  ['EXTERN_ID', 'b58996c504c5638798eb6b511e6f49af', null, 'b58996c504c5638798eb6b511e6f49af'],
  ['EXTERN_ID', Number.NaN, null, null],
  ['LOOKALIKE_VALUE', 0, null, '0'],
  ['LOOKALIKE_VALUE', '.5', null, '0.5'],
  ['LOOKALIKE_VALUE', '1,234.50', null, { rejected: 'not-a-value' }],
  ['LOOKALIKE_VALUE', '0x10', null, { rejected: 'not-a-value' }],
  ['LOOKALIKE_VALUE', '1e999', null, { rejected: 'not-a-value' }],
  ['DATA_PROCESSING_OPTIONS', 'ldu', null, 'LDU'],
  ['DATA_PROCESSING_OPTIONS', '["LDU"]', null, 'LDU'],
  ['DATA_PROCESSING_OPTIONS', '[]', null, null],
  ['DATA_PROCESSING_OPTIONS', 'CCPA', null, { rejected: 'not-a-processing-option' }],
  ['DATA_PROCESSING_OPTIONS_COUNTRY', 1, null, '1'],
  ['DATA_PROCESSING_OPTIONS_COUNTRY', 'US', null, { rejected: 'not-a-processing-option' }],
  ['DATA_PROCESSING_OPTIONS_STATE', 1000, null, '1000'],
  ['DATA_PROCESSING_OPTIONS_STATE', 'CA', null, { rejected: 'not-a-processing-option' }],
]

for (const [key, input, country, expected] of CASES) {
  test(`${key} ${String(input)} ${country ?? ''}`.trim(), () => {
    const trace = traceValue(key, input, { country, phoneCountry: null, currentYear: 2026 })
    const isRejection = typeof expected === 'object' && expected !== null
    const reason = expected === null ? 'empty' : null
    assert.equal(trace.normalised, isRejection ? null : expected)
    assert.equal(trace.reason, isRejection ? expected.rejected : reason)
  })
}

test('a trace says when a digest passes, and when an id leaves as the hash of an address', () => {
  const context = { country: null, phoneCountry: null, currentYear: 2026 }
  const digest = 'F1904CF1A9D73A55FA5DE0AC823C4403DED71AFD4C3248D00BDCD0866552BB79'
  const passed = traceValue('EMAIL', digest, context)
  assert.equal(passed.sent, digest.toLowerCase())
  assert.match(passed.note, /SHA-256 already/)
  const id = traceValue('EXTERN_ID', 'Mary@Example.com', context)
  assert.equal(id.sent, digest.toLowerCase())
  assert.match(id.note, /looks like an e-mail/)
  assert.match(traceValue('PHONE', '020 7946 0958', context).note, /phone_country/)
})

test('keys that Meta wants plain are not hashed, all others are', () => {
  const plain = Object.entries(MATCH_KEYS).flatMap(([key, { hashed }]) => (hashed ? [] : [key]))
  assert.deepEqual(plain, [
    'EXTERN_ID',
    'MADID',
    'APPUID',
    'PAGEUID',
    'LOOKALIKE_VALUE',
    'DATA_PROCESSING_OPTIONS',
    'DATA_PROCESSING_OPTIONS_COUNTRY',
    'DATA_PROCESSING_OPTIONS_STATE',
  ])
})
