import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MATCH_KEY_NAMES, type MatchKey } from '../match-key/table.ts'
import { carriedBits } from './carry.ts'
import { namingBits, restrictTo, strongBits, strongKeys, STRONG_KEYS } from './strong.ts'

const cells = (values: Partial<Record<MatchKey, string>>): (string | null)[] =>
  MATCH_KEY_NAMES.map((key) => values[key] ?? null)
const bits = (...keys: MatchKey[]): number =>
  keys.reduce((sum, key) => sum | (1 << STRONG_KEYS.indexOf(key)), 0)
const carried = (row: Partial<Record<MatchKey, string>>, held: number): MatchKey[] => {
  const carries = carriedBits({ cells: cells(row), held, cause: 'left' })
  return STRONG_KEYS.filter((_, bit) => (carries & (1 << bit)) !== 0)
}

test('a removal carries the strong keys that nobody in D holds', () => {
  const row = { EMAIL: 'e', PHONE: 'p', FN: 'n' }
  assert.deepEqual(carried(row, 0), ['EMAIL', 'PHONE'])
  assert.deepEqual(carried(row, bits('EMAIL')), ['PHONE'])
  assert.deepEqual(carried(row, bits('EMAIL', 'PHONE')), [])
})

test('EXTERN_ID is carried only where it is the only strong key, and nobody holds it', () => {
  assert.deepEqual(carried({ EXTERN_ID: 'x', EMAIL: 'e' }, 0), ['EMAIL'])
  assert.deepEqual(carried({ EXTERN_ID: 'x', EMAIL: 'e' }, bits('EMAIL')), [])
  assert.deepEqual(carried({ EXTERN_ID: 'x', FN: 'n' }, 0), ['EXTERN_ID'])
  assert.deepEqual(carried({ EXTERN_ID: 'x' }, bits('EXTERN_ID')), [])
})

test('restrictTo() keeps the wanted strong keys and the value, and no weak key', () => {
  const row = cells({ EXTERN_ID: 'x', EMAIL: 'e', PHONE: 'p', FN: 'n', LOOKALIKE_VALUE: '7' })
  const rest = restrictTo(row, bits('PHONE'))
  assert.deepEqual(rest, cells({ PHONE: 'p', LOOKALIKE_VALUE: '7' }))
  assert.equal(strongBits(rest), bits('PHONE'))
})

test('strongKeys() tells the same value under two keys apart', () => {
  const email = strongKeys(cells({ EMAIL: 'same' }), bits('EMAIL', 'PHONE'))
  const phone = strongKeys(cells({ PHONE: 'same' }), bits('EMAIL', 'PHONE'))
  assert.notDeepEqual(email, phone)
})

test('a row is known by its EXTERN_ID only where it has nothing else', () => {
  assert.equal(namingBits(cells({ EXTERN_ID: 'x' })), bits('EXTERN_ID'))
  assert.equal(namingBits(cells({ EXTERN_ID: 'x', EMAIL: 'e' })), bits('EMAIL'))
})
