import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import type { PlacedRow } from '../core/sync/row.ts'
import { STRONG_KEYS } from '../core/sync/strong.ts'
import { requestOf } from './request.ts'

function row(values: Partial<Record<MatchKey, string>>, held: readonly MatchKey[] = []): PlacedRow {
  return {
    member: 'm',
    row: 'r',
    raw: null,
    value: null,
    valueNext: null,
    inU: true,
    inL: true,
    quarantine: null,
    assertedAt: null,
    desired: false,
    operation: 'remove',
    cause: 'left',
    held: held.reduce((sum, key) => sum | (1 << STRONG_KEYS.indexOf(key)), 0),
    position: 0,
    cells: MATCH_KEY_NAMES.map((key) => values[key] ?? null),
  }
}

const MAPPED: readonly MatchKey[] = ['EXTERN_ID', 'EMAIL', 'PHONE', 'FN']

test('an add carries whole rows under the whole mapping', () => {
  const request = requestOf('add', '1', [row({ EXTERN_ID: 'x', EMAIL: 'e' })], MAPPED)
  assert.deepEqual(request.schema, MAPPED)
  assert.deepEqual(request.rows, [['x', 'e', null, null]])
})

test('rows without EXTERN_ID go under a schema without it', () => {
  const request = requestOf('add', '1', [row({ EMAIL: 'e', FN: 'n' })], MAPPED)
  assert.deepEqual(request.schema, ['EMAIL', 'PHONE', 'FN'])
  assert.deepEqual(request.rows, [['e', null, 'n']])
})

test('a removal carries only what nobody else holds, no weak key, and the last value', () => {
  const leaving = row(
    { EXTERN_ID: 'x', EMAIL: 'shared', PHONE: 'p', FN: 'n', LOOKALIKE_VALUE: '3' },
    ['EMAIL'],
  )
  const request = requestOf('remove', '1', [leaving], MAPPED)
  assert.deepEqual(request.schema, ['PHONE', 'LOOKALIKE_VALUE'])
  assert.deepEqual(request.rows, [['p', '3']])
})

test('a removal of rows older than the mapping goes under the keys that they have', () => {
  const request = requestOf('remove', '1', [row({ MADID: 'd' })], ['EMAIL'])
  assert.deepEqual(request.schema, ['MADID'])
})
