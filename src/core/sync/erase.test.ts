import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MATCH_KEY_NAMES, type MatchKey } from '../match-key/table.ts'
import { carriedBits } from './carry.ts'
import { erasePlan, type Erased } from './erase.ts'
import type { LedgerRow, TouchedMember } from './row.ts'
import { strongBits, STRONG_KEYS } from './strong.ts'

const row = (
  member: string,
  values: Partial<Record<MatchKey, string>>,
  but: Partial<LedgerRow> = {},
): LedgerRow => ({
  member,
  row: `${member}-${Object.values(values).join('-')}`,
  value: null,
  inU: true,
  inL: true,
  quarantine: null,
  assertedAt: 1,
  desired: true,
  cells: MATCH_KEY_NAMES.map((key) => values[key] ?? null),
  ...but,
})
const member = (...ledger: LedgerRow[]): TouchedMember => ({
  member: ledger[0]?.member ?? '',
  kind: 'kept',
  raw: null,
  ledger,
})
const ANNA = member(row('anna', { EMAIL: 'home', PHONE: '0100', EXTERN_ID: 'a' }))
const BEN = member(row('ben', { EMAIL: 'home', PHONE: '0199' }), row('ben', { EMAIL: 'work' }))
const erased: Erased = {
  members: new Set(),
  own: new Set([`${STRONG_KEYS.indexOf('PHONE')}:0100`]),
}

test('the rows of who is erased go with every strong key, held by others or not', () => {
  const [first] = erasePlan([ANNA, BEN], erased, 'add_only')
  assert.deepEqual([first?.operation, first?.cause, first?.desired], ['remove', 'erased', false])
  assert.equal(
    first && carriedBits({ ...first, held: -1 }),
    strongBits(ANNA.ledger[0]?.cells ?? []),
  )
})

test('who shares a key that is carried is out of L, with all their rows, and added again', () => {
  const [, ...others] = erasePlan([ANNA, BEN], erased, 'mirror')
  assert.deepEqual(
    others.map(({ inL, inU, operation }) => [inL, inU, operation]),
    [
      [false, true, 'add'],
      [false, true, 'add'],
    ],
  )
  const only = erasePlan([ANNA, BEN], erased, 'remove_only').slice(1)
  assert.deepEqual(
    only.map(({ inL, operation }) => [inL, operation]),
    [
      [false, 'none'],
      [false, 'none'],
    ],
  )
})

test('where no removal goes out nobody else is touched', () => {
  const out = member(row('anna', { EMAIL: 'home', PHONE: '0100' }, { inU: false, inL: false }))
  const rows = erasePlan([out, BEN], erased, 'mirror')
  assert.deepEqual(
    rows.map(({ operation, inL, desired }) => [operation, inL, desired]),
    [
      ['none', false, false],
      ['none', true, true],
      ['none', true, true],
    ],
  )
})
