import assert from 'node:assert/strict'
import { assertNever } from '../../core/exhaustive.ts'
import { MATCH_KEYS, type MatchKey, type MatchKeyRule } from '../../core/match-key/table.ts'
import type { Cells } from '../../core/match-key/rows.ts'
import { NO_SCOPES } from '../../core/scopes.ts'
import type { MembershipRequest } from '../port.ts'

/** Rows that Meta takes in one request; more are answered with an unknown error. */
export const ROWS_PER_REQUEST_MAX = 10_000

const DIGEST_LENGTH = 64
const HEX = new Uint8Array(128)
for (const sign of '0123456789abcdef') HEX[sign.charCodeAt(0)] = 1

type CellWriter = (cell: string | null) => string

/** A table look-up for each character: a regular expression takes five times as long, and this is done for every cell sent. */
function isDigest(text: string): boolean {
  if (text.length !== DIGEST_LENGTH) return false
  let hex = 1
  for (let at = 0; at < DIGEST_LENGTH; at += 1) hex &= HEX[text.charCodeAt(at)] ?? 0
  return hex === 1
}

/**
 * The last door before the network: whatever went wrong before, a key that is to be hashed leaves as a digest or not at all.
 * A digest needs no JSON escapes, so it is put between quotes as it is.
 */
function digestWriter(key: MatchKey): CellWriter {
  return (cell) => {
    if (cell === null) return '""'
    if (!isDigest(cell)) assert.fail(`A cell of ${key} is not a SHA-256 digest`)
    return `"${cell}"`
  }
}

function numberText(cell: string, key: MatchKey): string {
  const value = cell.trim() === '' ? Number.NaN : Number(cell)
  assert.ok(Number.isFinite(value), `A cell of ${key} is not a number`)
  return JSON.stringify(value)
}

/** How a cell of this key becomes JSON text. */
function cellWriter(key: MatchKey): CellWriter {
  const rule: MatchKeyRule = MATCH_KEYS[key]
  if (rule.hashed) return digestWriter(key)
  switch (rule.json) {
    case 'text':
      return (cell) => (cell === null ? '""' : JSON.stringify(cell))
    case 'number':
      return (cell) => (cell === null ? '""' : numberText(cell, key))
    case 'options':
      return (cell) => (cell === null || cell === '' ? '[]' : JSON.stringify([cell]))
    default:
      return assertNever(rule.json)
  }
}

function rowsText(schema: readonly MatchKey[], rows: readonly Cells[]): string {
  const writers = schema.map(cellWriter)
  const [only] = writers
  let text = ''
  if (writers.length === 1 && only !== undefined) {
    for (const row of rows) text += `${text === '' ? '[' : ',['}${only(row[0] ?? null)}]`
    return text
  }
  for (const row of rows) {
    let cells = ''
    // Counted by hand: an iterator over the writers takes longer than writing the cells.
    for (let at = 0; at < writers.length; at += 1) {
      cells += (at === 0 ? '' : ',') + (writers[at]?.(row[at] ?? null) ?? '')
    }
    text += `${text === '' ? '[' : ',['}${cells}]`
  }
  return text
}

function assertRows({ operation, schema, rows }: MembershipRequest): void {
  assert.ok(schema.length > 0, 'A request has no match key')
  assert.equal(new Set(schema).size, schema.length, 'A request names a match key twice')
  assert.ok(
    rows.length <= ROWS_PER_REQUEST_MAX,
    `A request has ${rows.length} rows, more than ${ROWS_PER_REQUEST_MAX}`,
  )
  // A replace session may have to end with nobody in it.
  assert.ok(rows.length > 0 || operation === 'replace', 'A request has no rows')
  const external = schema.indexOf('EXTERN_ID')
  for (const row of rows) {
    if (row.length !== schema.length) assert.fail('A row is not as long as the schema')
    // Meta counts a row with an empty external id as invalid, whatever else it holds.
    if (external !== -1 && (row[external] ?? '') === '') {
      assert.fail('Rows with and without EXTERN_ID are in one request')
    }
  }
}

function sessionText({ operation, session }: MembershipRequest): string {
  assert.equal(session !== undefined, operation === 'replace', 'Only replace has a session')
  if (session === undefined) return ''
  assert.ok(Number.isSafeInteger(session.id) && session.id > 0, 'A session id is out of range')
  assert.ok(
    Number.isSafeInteger(session.sequence) && session.sequence > 0,
    'A sequence begins at 1',
  )
  const named = {
    session_id: session.id,
    batch_seq: session.sequence,
    last_batch_flag: session.last,
    estimated_num_total: session.estimatedTotal,
  }
  return `,"session":${JSON.stringify(named)}`
}

/**
 * Meta wants the apps of app-scoped ids, and exactly one page of page-scoped ones. They are whole numbers in JSON, and are
 * written digit by digit, since some are larger than a number of JavaScript keeps exact.
 */
function scopesText({ schema, scopes = NO_SCOPES }: MembershipRequest): string {
  const { apps, page } = scopes
  const needsApps = schema.includes('APPUID')
  const needsPage = schema.includes('PAGEUID')
  assert.ok(!needsApps || apps.length > 0, 'A request has app-scoped ids and names no app')
  assert.ok(!needsPage || page !== null, 'A request has page-scoped ids and names no page')
  for (const id of [...apps, ...(page === null ? [] : [page])])
    assert.match(id, /^[1-9]\d*$/, 'The id of an app or a page is digits only')
  return (
    (needsApps ? `,"app_ids":[${apps.join(',')}]` : '') +
    (needsPage ? `,"page_ids":[${page ?? ''}]` : '')
  )
}

/**
 * The JSON body of an add, a removal or one batch of a replacement. The schema is always an array: an audience that was
 * once given single values takes no rows of several keys any more, and the other way round.
 *
 * @throws AssertionError for a request that should never have been made; its message names no value.
 */
export function membershipBody(request: MembershipRequest): string {
  assertRows(request)
  const data = rowsText(request.schema, request.rows)
  return `{"payload":{"schema":${JSON.stringify(request.schema)},"data":[${data}]${scopesText(request)}}${sessionText(request)}}`
}
