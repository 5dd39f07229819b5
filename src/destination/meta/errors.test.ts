import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { classify } from './classify.ts'
import { errorsPage } from './errors-page.ts'
import { META_ERRORS, remedyOf, type MetaError } from './errors.ts'

const rows: readonly MetaError[] = META_ERRORS

interface Example {
  readonly code: number
  readonly subcode?: number
  readonly text?: string
}
const named = ({ code, subcode, text = 'Some text' }: Example, transient = false): string =>
  classify({ code, subcode, text, transient, trace: undefined }).name

/** Every code that the reference of Meta's errors lists, with what it must be taken for; written from that list, not from the table. */
const EXAMPLES: readonly (readonly [
  name: string,
  kind: MetaError['kind'],
  ...examples: Example[],
])[] = [
  ['meta/temporary', 'unknown', { code: 1 }, { code: 2 }, { code: 1, subcode: 99 }],
  [
    'meta/too-much-data',
    'unknown',
    {
      code: 1,
      text: "Please reduce the amount of data you're asking for, then retry your request",
    },
  ],
  ['meta/app-calls-used-up', 'throttled', { code: 4 }, { code: 32 }, { code: 341 }],
  [
    'meta/too-many-calls',
    'throttled',
    { code: 17 },
    { code: 17, subcode: 2446079 },
    { code: 613 },
    { code: 613, subcode: 1487742 },
    { code: 613, subcode: 1996 },
    { code: 613, subcode: 5044001 },
  ],
  ['meta/audience-calls-used-up', 'throttled', { code: 80003 }, { code: 80003, subcode: 2446079 }],
  ['meta/business-calls-used-up', 'throttled', { code: 80000 }, { code: 80004 }, { code: 80014 }],
  ['meta/temporarily-blocked', 'throttled', { code: 368 }],
  [
    'meta/no-permission',
    'blocked',
    { code: 3 },
    { code: 10 },
    { code: 200 },
    { code: 299 },
    { code: 272 },
  ],
  ['meta/app-not-allowed', 'blocked', { code: 270 }, { code: 294 }],
  [
    'meta/terms-not-accepted',
    'blocked',
    { code: 200, subcode: 1870034 },
    { code: 200, subcode: 1870090 },
    { code: 2655, text: '(#2655) Terms of service has not been accepted' },
    { code: 2663, text: '(#2663) To accept, go to a page' },
  ],
  [
    'meta/messaging-terms',
    'blocked',
    { code: 2655, text: '(#2655) Marketing Messaging TOS not accepted' },
  ],
  ['meta/business-tools-terms', 'blocked', { code: 200, subcode: 1870092 }],
  ['meta/no-business', 'blocked', { code: 200, subcode: 1870050 }],
  [
    'meta/no-audience-permission',
    'blocked',
    { code: 200, text: '(#200) The current user can not update audience 23849182047670582' },
    { code: 2654, subcode: 1713092 },
    { code: 1487301 },
    { code: 200, subcode: 1487301 },
  ],
  [
    'meta/too-small-to-remove',
    'too-small',
    { code: 200, subcode: 1870047 },
    { code: 200, text: 'This would result in a low audience size' },
  ],
  ['meta/audience-not-writable', 'blocked', { code: 2654 }, { code: 2650 }],
  [
    'meta/audience-gone',
    'gone',
    { code: 100, subcode: 33 },
    { code: 1487366 },
    { code: 100, subcode: 1487366 },
  ],
  ['meta/audience-not-visible-yet', 'busy', { code: 803 }],
  ['meta/audience-disabled', 'blocked', { code: 1870065 }, { code: 100, subcode: 1870065 }],
  [
    'meta/request-refused',
    'invalid',
    { code: 100 },
    { code: 100, subcode: 1713098 },
    { code: 105 },
    { code: 194 },
    { code: 2500 },
  ],
  [
    'meta/value-missing',
    'invalid',
    { code: 100, text: '(#100) Value-Based Custom Audience requires LOOKALIKE_VALUE attribute.' },
  ],
  [
    'meta/audience-flagged',
    'flagged',
    { code: 100, subcode: 1713230 },
    { code: 100, subcode: 1713231 },
    { code: 100, subcode: 1713228 },
    { code: 100, subcode: 1713232 },
  ],
  ['meta/replace-in-progress', 'busy', { code: 2650, subcode: 1870145 }],
  [
    'meta/replace-session-broken',
    'session',
    { code: 2650, subcode: 1870158 },
    { code: 2650, subcode: 1870147 },
    { code: 2650, subcode: 1870159 },
    { code: 2650, subcode: 1870148 },
  ],
  ['meta/too-large-to-replace', 'invalid', { code: 2650, subcode: 1870144 }],
  [
    'meta/other-data-source',
    'invalid',
    {
      code: 2650,
      text: 'This audience does not support data source FILE_IMPORTED.HASHES_OR_USER_IDS.',
    },
  ],
  ['meta/has-lookalikes', 'blocked', { code: 2656 }],
  [
    'meta/api-version-expired',
    'blocked',
    { code: 2635 },
    { code: 2500, text: 'Unknown API version' },
  ],
  [
    'meta/app-secret-wrong',
    'blocked',
    { code: 100, text: 'Invalid appsecret_proof provided in the API argument' },
    { code: 104, text: 'API calls require an appsecret_proof argument' },
    { code: 190, text: 'Invalid appsecret_proof' },
  ],
  ['meta/password-changed', 'blocked', { code: 190, subcode: 460 }],
  [
    'meta/token-expired',
    'blocked',
    { code: 190, subcode: 463 },
    { code: 190, text: 'The token has expired on a day' },
  ],
  ['meta/app-removed', 'blocked', { code: 190, subcode: 458 }],
  ['meta/user-must-log-in', 'blocked', { code: 190, subcode: 459 }, { code: 190, subcode: 464 }],
  [
    'meta/token-invalid',
    'blocked',
    { code: 190 },
    { code: 190, subcode: 467 },
    { code: 190, subcode: 492 },
    { code: 102 },
    { code: 104 },
    { code: 452 },
  ],
  ['meta/lookalike-exists', 'blocked', { code: 2654, subcode: 1713007 }],
  [
    'meta/lookalike-source-too-small',
    'blocked',
    { code: 2654, text: 'The source audience must have at least 100 people' },
  ],
  ['meta/unrecognised', 'blocked', { code: 999_999 }, { code: 0 }],
]

test('each error of Meta is taken for what it is', () => {
  for (const [name, kind, ...examples] of EXAMPLES) {
    for (const example of examples) {
      assert.equal(named(example), name, JSON.stringify(example))
      assert.equal(rows.find((row) => row.name === name)?.kind, kind, name)
    }
  }
})

test('every row of the table has an example, and one row per name', () => {
  const examined = EXAMPLES.map(([name]) => name)
  assert.deepEqual(rows.map(({ name }) => name).toSorted(), examined.toSorted())
  assert.equal(new Set(examined).size, examined.length)
})

test('an error that nobody knows is unknown only if Meta calls it transient', () => {
  assert.equal(named({ code: 999_999 }, true), 'meta/temporary')
  assert.equal(named({ code: 190 }, true), 'meta/token-invalid')
})

test('what waits says how long, and a link is for this ad account', () => {
  for (const row of rows) {
    const waits = row.kind === 'throttled' || row.kind === 'busy'
    assert.equal(row.waitMinutes !== undefined, waits, row.name)
    assert.ok(!remedyOf(row, '42').includes('{act}'), row.name)
  }
  const terms = rows.find(({ name }) => name === 'meta/terms-not-accepted')
  assert.ok(terms !== undefined && remedyOf(terms, '42').endsWith('/customaudiences/tos/?act=42'))
})

test('the page of errors says what the table says', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  assert.equal(page, errorsPage(), 'Run: node src/destination/meta/errors-page.ts > docs/errors.md')
})
