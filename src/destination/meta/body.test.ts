import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { MATCH_KEY_NAMES, MATCH_KEYS, type MatchKey } from '../../core/match-key/table.ts'
import type { Cells } from '../../core/match-key/rows.ts'
import type { MembershipRequest } from '../port.ts'
import { membershipBody } from './body.ts'

const digest = (text: string): string => hash('sha256', text, 'hex')
const request = (schema: readonly MatchKey[], rows: readonly Cells[]): MembershipRequest => ({
  operation: 'add',
  audienceId: '23849182047670582',
  schema,
  rows,
  scopes: { apps: ['4711', '4712'], page: '815' },
})

/** A cell as a row may hold it, and what it must be in the body. */
function anyCell(key: MatchKey): fc.Arbitrary<readonly [cell: string | null, json: unknown]> {
  const rule = MATCH_KEYS[key]
  const empty = rule.json === 'options' ? [] : ''
  const nothing = key === 'EXTERN_ID' ? [] : [fc.constant([null, empty] as const)]
  if (rule.hashed) {
    return fc.oneof(
      ...nothing,
      fc.string().map((text) => [digest(text), digest(text)] as const),
    )
  }
  switch (rule.json) {
    case 'number':
      return fc.oneof(
        ...nothing,
        fc
          .double({ min: 0, noNaN: true, noDefaultInfinity: true })
          .map((value) => [String(value), value] as const),
      )
    case 'options':
      return fc.oneof(...nothing, fc.constant(['LDU', ['LDU']] as const))
    case 'text':
      return fc.oneof(
        ...nothing,
        fc.string({ unit: 'binary', minLength: 1 }).map((text) => [text, text] as const),
      )
    default:
      throw new Error('A kind of JSON that this test does not know')
  }
}

/** What a request has to name beside ids that count within an app or a page. */
const named = (schema: readonly MatchKey[]): object => ({
  ...(schema.includes('APPUID') ? { app_ids: [4711, 4712] } : {}),
  ...(schema.includes('PAGEUID') ? { page_ids: [815] } : {}),
})

test('the body is what JSON.stringify makes of the same structure, for every key and hostile text', () => {
  const requests = fc
    .uniqueArray(fc.constantFrom(...MATCH_KEY_NAMES), { minLength: 1 })
    .chain((schema) =>
      fc.tuple(
        fc.constant(schema),
        fc.array(fc.tuple(...schema.map(anyCell)), { minLength: 1, maxLength: 4 }),
      ),
    )
  fc.assert(
    fc.property(requests, ([schema, rows]) => {
      const cells = rows.map((row) => row.map(([cell]) => cell))
      const data = rows.map((row) => row.map(([, json]) => json))
      assert.equal(
        membershipBody(request(schema, cells)),
        JSON.stringify({ payload: { schema, data, ...named(schema) } }),
      )
    }),
    { numRuns: 300 },
  )
})

test('the schema is an array even for one key', () => {
  const body = membershipBody(request(['EMAIL'], [[digest('a')], [null]]))
  assert.equal(body, `{"payload":{"schema":["EMAIL"],"data":[["${digest('a')}"],[""]]}}`)
})

test('ids within an app or a page go with the apps and the one page, exact however large', () => {
  const large = { apps: ['9007199254740993'], page: '9007199254740995' }
  const both = request(['APPUID', 'PAGEUID'], [['9007199254740997', '7']])
  assert.equal(
    membershipBody({ ...both, scopes: large }),
    '{"payload":{"schema":["APPUID","PAGEUID"],"data":[["9007199254740997","7"]],"app_ids":[9007199254740993],"page_ids":[9007199254740995]}}',
  )
  const { apps, page } = large
  assert.throws(() => membershipBody({ ...both, scopes: { apps: [], page } }), /names no app/)
  assert.throws(() => membershipBody({ ...both, scopes: { apps, page: null } }), /names no page/)
  assert.throws(() => membershipBody({ ...both, scopes: { apps: ['1,2'], page } }), /digits only/)
})

test('a replacement carries its session, and nothing else does', () => {
  const session = { id: 9_007_199_254_740_991, sequence: 2, last: true, estimatedTotal: 12 }
  const replace: MembershipRequest = { ...request(['EMAIL'], []), operation: 'replace', session }
  assert.equal(
    membershipBody(replace),
    '{"payload":{"schema":["EMAIL"],"data":[]},"session":{"session_id":9007199254740991,"batch_seq":2,"last_batch_flag":true,"estimated_num_total":12}}',
  )
  assert.throws(() => membershipBody({ ...replace, session: { ...session, id: 2 ** 53 } }))
  assert.throws(() => membershipBody({ ...replace, session: { ...session, sequence: 0 } }))
  assert.throws(() => membershipBody({ ...replace, operation: 'add' }))
  assert.throws(() => membershipBody({ ...request(['EMAIL'], []), operation: 'replace' }))
})

test('no plaintext of a hashed key gets into a body, nor into the error that says so', () => {
  const hashed = MATCH_KEY_NAMES.filter((key) => MATCH_KEYS[key].hashed)
  assert.ok(hashed.length > 0)
  const wrong = [
    'ann@example.com',
    '',
    digest('a').toUpperCase(),
    `${digest('a').slice(1)}é`,
    `${digest('a')}0`,
  ]
  for (const key of hashed) {
    for (const cell of wrong) {
      assert.throws(
        () => membershipBody(request([key], [[cell]])),
        (error: Error) =>
          error.name === 'AssertionError' && !(cell !== '' && error.message.includes(cell)),
      )
    }
  }
})

test('a request over the limits or with mixed rows is never made', () => {
  const rows = (count: number): Cells[] => Array.from({ length: count }, () => [digest('a')])
  assert.ok(membershipBody(request(['EMAIL'], rows(10_000))).length > 10_000 * 64)
  assert.throws(() => membershipBody(request(['EMAIL'], rows(10_001))), /10001 rows/)
  assert.throws(() => membershipBody(request(['EMAIL'], [])), /no rows/)
  assert.throws(() => membershipBody(request([], [[]])), /no match key/)
  assert.throws(() => membershipBody(request(['EMAIL', 'EMAIL'], [[null, null]])), /twice/)
  assert.throws(() => membershipBody(request(['EMAIL', 'FN'], [[null]])), /as long as/)
  const mixed = [
    [digest('a'), 'one'],
    [digest('b'), null],
  ]
  assert.throws(() => membershipBody(request(['EMAIL', 'EXTERN_ID'], mixed)), /EXTERN_ID/)
  assert.throws(() => membershipBody(request(['EXTERN_ID'], [['']])), /EXTERN_ID/)
})
