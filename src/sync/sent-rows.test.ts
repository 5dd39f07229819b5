import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import type { RowContext } from '../core/match-key/rows.ts'
import { sendsIdsAlone, sentRows } from './sent-rows.ts'

const CONTEXT: RowContext = { phoneCountry: null, currentYear: 2026 }
const at = (cells: readonly (string | null)[], key: MatchKey): string | null =>
  cells[MATCH_KEY_NAMES.indexOf(key)] ?? null

test('an EXTERN_ID alone is sent only where no other strong key is mapped', () => {
  const values = { EXTERN_ID: ['k-1'], EMAIL: ['not an address'], FN: ['Ann'] }
  assert.deepEqual(sentRows(values, CONTEXT, false, false).rows, [])
  const [row] = sentRows(values, CONTEXT, false, true).rows
  assert.equal(at(row ?? [], 'EXTERN_ID'), 'k-1')
  assert.equal(sendsIdsAlone(['EXTERN_ID', 'FN']), true)
  assert.equal(sendsIdsAlone(['EXTERN_ID', 'EMAIL']), false)
})

test('whose last address is on the do-not-send list is not sent by their id either', () => {
  const values = { EXTERN_ID: ['k-1'], EMAIL: ['ann@mail.example.org'] }
  const context: RowContext = { ...CONTEXT, isSuppressed: (key) => key === 'EMAIL' }
  const { rows, suppressed } = sentRows(values, context, false, false)
  assert.deepEqual(rows, [])
  assert.equal(suppressed, 1)
})

test('who is on the list by their own id is not sent by any address', () => {
  const values = { EXTERN_ID: ['k-1'], EMAIL: ['ann@mail.example.org'], PHONE: ['+12125550123'] }
  const context: RowContext = { ...CONTEXT, isSuppressed: (key) => key === 'EXTERN_ID' }
  assert.deepEqual(sentRows(values, context, false, false).rows, [])
})

test('in a value-based audience whoever has no value is worth nothing', () => {
  const values = { EMAIL: ['ann@mail.example.org'] }
  const [row] = sentRows(values, CONTEXT, true, false).rows
  assert.equal(at(row ?? [], 'LOOKALIKE_VALUE'), '0')
})
