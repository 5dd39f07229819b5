// Whom the do-not-send list takes out, told from the ledger alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MATCH_KEY_NAMES, type MatchKey } from '../match-key/table.ts'
import type { LedgerRow, TouchedMember } from './row.ts'
import { STRONG_KEYS, type StrongKey } from './strong.ts'
import { suppressMember } from './suppress.ts'

const keyOf = (key: MatchKey, value: string): StrongKey => `${STRONG_KEYS.indexOf(key)}:${value}`

function rowOf(cells: Partial<Record<MatchKey, string>>, but: Partial<LedgerRow> = {}): LedgerRow {
  return {
    member: 'm',
    row: Object.values(cells).join('+'),
    value: null,
    inU: true,
    inL: true,
    quarantine: null,
    assertedAt: 0,
    cells: MATCH_KEY_NAMES.map((key) => cells[key] ?? null),
    desired: true,
    ...but,
  }
}

function planned(ledger: readonly LedgerRow[], ...listed: readonly StrongKey[]): unknown[] {
  const member: TouchedMember = { member: 'm', kind: 'kept', raw: 'r', ledger }
  return suppressMember(member, (key) => listed.includes(key)).map((row) => [
    row.row,
    row.operation,
    row.desired,
    row.raw,
  ])
}

test('only the row that holds a listed key goes, and the member is looked at again', () => {
  assert.deepEqual(
    planned(
      [rowOf({ EMAIL: 'a' }), rowOf({ EMAIL: 'b', PHONE: 'p' })],
      keyOf('EMAIL', 'b'),
      keyOf('PHONE', 'a'),
    ),
    [
      ['a', 'none', true, null],
      ['b+p', 'remove', false, null],
    ],
  )
})

test('whoever is listed by their own id goes with every row', () => {
  const rows = [rowOf({ EMAIL: 'a' }), rowOf({ EXTERN_ID: 'x', EMAIL: 'b' })]
  assert.deepEqual(planned(rows, keyOf('EXTERN_ID', 'x')), [
    ['a', 'remove', false, null],
    ['x+b', 'remove', false, null],
  ])
})

test('a row that is not in the audience is forgotten, quarantine and all', () => {
  const quarantined = rowOf({ EMAIL: 'a' }, { inU: false, inL: false, quarantine: 'bad' })
  const member: TouchedMember = { member: 'm', kind: 'kept', raw: 'r', ledger: [quarantined] }
  const [row] = suppressMember(member, (key) => key === keyOf('EMAIL', 'a'))
  assert.equal(row?.operation, 'none')
  assert.equal(row?.quarantine, null)
  const [kept] = suppressMember(member, () => false)
  assert.equal(kept?.quarantine, 'bad')
})
