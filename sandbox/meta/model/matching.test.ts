// The laws of both ideas of how Meta matches, on rows of any shape.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createExternMemory, type ExternMemory } from './extern-memory.ts'
import { identityOf, marksOf, type Row } from './match-keys.ts'
import type { Batch, Membership } from './membership.ts'
import { membershipFactory } from './membership-factory.ts'

const DAY = 86_400_000

const cell = (letter: string): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 3 }).map((number) => `${letter}${number}`)

/** Rows over few identifiers, so that they share them; some have no strong key at all. */
const anyRow: fc.Arbitrary<Row> = fc
  .record(
    { EMAIL: cell('e'), PHONE: cell('p'), MADID: cell('m'), EXTERN_ID: cell('x'), FN: cell('n') },
    { requiredKeys: [] },
  )
  .filter((row) => Object.keys(row).length > 0)
const anyRows = fc.array(anyRow, { maxLength: 12 })
/** Rows whose EXTERN_ID, if any, is not their only strong key: by itself it stands for all that it ever matched. */
const withoutLoneExternId = anyRows.map((rows) =>
  rows.filter(
    ({ EXTERN_ID: extern, EMAIL, PHONE, MADID }) =>
      extern === undefined || [EMAIL, PHONE, MADID].some((value) => value !== undefined),
  ),
)

const batch = (rows: readonly Row[]): Batch => ({ rows, count: rows.length })
const identities = (membership: Membership): readonly string[] =>
  [...membership.rows()].map(identityOf).toSorted()
const shares = (one: Row, other: Row): boolean => {
  const marks = new Set(marksOf(one))
  return marksOf(other).some((mark) => marks.has(mark))
}

function rowsHeld(...rows: readonly Row[]): Membership {
  const membership = membershipFactory({ kind: 'rows' }, false)(createExternMemory('union'))
  membership.add(batch(rows), 0)
  return membership
}

test('rows: what is added and then removed is gone', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const membership = rowsHeld(...rows)
      membership.remove(batch(rows), DAY)
      assert.equal(membership.size, 0)
      assert.equal(membership.matched, 0)
    }),
  )
})

test('rows: adding again, in any order, changes nothing', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const once = rowsHeld(...rows)
      const twice = rowsHeld(...rows.toReversed(), ...rows)
      assert.deepEqual(identities(twice), identities(once))
      assert.equal(twice.matched, once.matched)
    }),
  )
})

test('rows: a removal takes out exactly those that share a strong key with it', () => {
  fc.assert(
    fc.property(anyRows, withoutLoneExternId, (held, removed) => {
      const membership = rowsHeld(...held)
      // An EXTERN_ID that the account has never seen stands for nobody; here it has seen them all.
      const kept = held.filter((row) => !removed.some((other) => shares(row, other)))
      membership.remove(batch(removed), DAY)
      assert.deepEqual(identities(membership), [...new Set(kept.map(identityOf))].toSorted())
    }),
  )
})

test('rows: an attribute is replaced, not a part of the row', () => {
  const membership = rowsHeld(
    { EMAIL: 'e1', LOOKALIKE_VALUE: 10 },
    { EMAIL: 'e1', LOOKALIKE_VALUE: 20 },
  )
  assert.deepEqual([...membership.rows()], [{ EMAIL: 'e1', LOOKALIKE_VALUE: 20 }])
})

test('rows: what is written down comes back', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const membership = rowsHeld(...rows)
      const restored = rowsHeld()
      for (const held of membership.held()) restored.restore(held)
      assert.deepEqual(identities(restored), identities(membership))
    }),
  )
})

/** Each identifier belongs to one of three people; every fourth belongs to nobody. */
const ownerOf = (_key: string, value: string): string | null => {
  const number = Number(value.slice(1))
  return number === 3 ? null : `person${(number + value.charCodeAt(0)) % 3}`
}
const ownersOf = (rows: readonly Row[]): ReadonlySet<string> =>
  new Set(
    rows
      .flatMap((row) => [...marksOf(row)])
      .filter((mark) => !mark.startsWith('EXTERN_ID:') && !mark.startsWith('ROW:'))
      .map((mark) => ownerOf('', mark.slice(mark.indexOf(':') + 1)))
      .filter((owner) => owner !== null),
  )
const ROWS_WITH_KEYS = anyRows.map((rows) =>
  rows.filter((row) => !marksOf(row).some((mark) => mark.startsWith('ROW:'))),
)

function people(
  memory: ExternMemory,
  externMemory: 'union' | 'latest' = 'union',
  addsMatchExtern = false,
): Membership {
  return membershipFactory(
    { kind: 'people', ownerOf, externMemory, addsMatchExtern },
    false,
  )(memory)
}

test('people: an add puts in exactly those who own a key', () => {
  fc.assert(
    fc.property(ROWS_WITH_KEYS, (rows) => {
      const membership = people(createExternMemory('union'))
      membership.add(batch(rows), 0)
      assert.deepEqual([...membership.people()].toSorted(), [...ownersOf(rows)].toSorted())
    }),
  )
})

test('people: what is added and then removed is gone', () => {
  fc.assert(
    fc.property(ROWS_WITH_KEYS, fc.boolean(), (rows, addsMatchExtern) => {
      const membership = people(createExternMemory('union'), 'union', addsMatchExtern)
      membership.add(batch(rows), 0)
      membership.remove(batch(rows), DAY)
      assert.deepEqual([...membership.people()], [])
    }),
  )
})

test('people: a removal touches only those who own a carried key, or are remembered for its EXTERN_ID', () => {
  fc.assert(
    fc.property(ROWS_WITH_KEYS, ROWS_WITH_KEYS, (held, removed) => {
      const membership = people(createExternMemory('union'))
      membership.add(batch(held), 0)
      const before = new Set(membership.people())
      const remembered = removed.flatMap(({ EXTERN_ID: extern }) =>
        extern === undefined ? [] : held.filter((row) => row['EXTERN_ID'] === extern),
      )
      const meant = ownersOf([...removed, ...remembered])
      membership.remove(batch(removed), DAY)
      assert.deepEqual(
        [...membership.people()].toSorted(),
        [...before].filter((person) => !meant.has(person)).toSorted(),
      )
    }),
  )
})

function leftByExternId(externMemory: 'union' | 'latest'): number {
  const membership = people(createExternMemory(externMemory), externMemory)
  membership.add(batch([{ EMAIL: 'a0', EXTERN_ID: 'x' }]), 0)
  membership.add(batch([{ EMAIL: 'a1', EXTERN_ID: 'x' }]), 0)
  membership.remove(batch([{ EXTERN_ID: 'x' }]), DAY)
  return membership.size
}

test('people: an EXTERN_ID stands for all it ever matched, or for its latest', () => {
  assert.deepEqual([leftByExternId('union'), leftByExternId('latest')], [0, 1])
})

function addedByExternId(addsMatchExtern: boolean): number {
  const memory = createExternMemory('union')
  people(memory).add(batch([{ EMAIL: 'a0', EXTERN_ID: 'x' }]), 0)
  const other = people(memory, 'union', addsMatchExtern)
  other.add(batch([{ EXTERN_ID: 'x' }]), DAY)
  return other.size
}

test('people: an add follows a remembered EXTERN_ID only when told so', () => {
  assert.deepEqual([addedByExternId(false), addedByExternId(true)], [0, 1])
})

test('an EXTERN_ID is forgotten after ninety days without an upload', () => {
  const memory = createExternMemory('union')
  memory.remember('x', ['person0'], 0)
  assert.deepEqual([...(memory.recall('x', 90 * DAY - 1) ?? [])], ['person0'])
  assert.equal(memory.recall('x', 90 * DAY), undefined)
  memory.remember('x', ['person1'], 91 * DAY)
  assert.deepEqual([...(memory.recall('x', 92 * DAY) ?? [])], ['person1'])
})
