import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import type { MembershipAnswer, MembershipRequest } from '../port.ts'
import { membershipBody } from './body.ts'
import { readMembershipAnswer } from './membership-answer.ts'

const digest = (text: string): string => hash('sha256', text, 'hex')
const request: MembershipRequest = {
  operation: 'add',
  audienceId: '555',
  schema: ['EMAIL', 'EXTERN_ID', 'LOOKALIKE_VALUE'],
  rows: [
    [digest('a'), '7', '12.50'],
    [digest('b'), '8', '3'],
    [digest('a'), '7', '12.5'],
    [digest('b'), '08', '3'],
    [null, '9', null],
  ],
}
const show = (reason: string): string => reason
const read = (answer: object, of: MembershipRequest = request): MembershipAnswer =>
  readMembershipAnswer(
    {
      audience_id: '555',
      session_id: '1',
      num_received: 5,
      num_invalid_entries: 0,
      invalid_entry_samples: {},
      ...answer,
    },
    of,
    show,
  )
/** A row as the platform writes it in its samples: the JSON text that was sent. */
function sentText(row: number): string {
  const body = membershipBody({ ...request, rows: request.rows.slice(row, row + 1) })
  return body.slice(body.indexOf('"data":[') + '"data":['.length, -']}}'.length)
}

test('all rows taken', () => {
  const accepted = { kind: 'accepted', received: 5, invalid: 0, named: [] }
  assert.deepEqual(read({}), accepted)
  assert.deepEqual(read({ invalid_entry_samples: [] }), accepted)
  assert.deepEqual(read({ num_received: '5', num_invalid_entries: '0' }), accepted)
})

test('a sample names its row, whatever JSON did to it, and all rows that are equal', () => {
  const answer = read({
    num_invalid_entries: 3,
    invalid_entry_samples: { [sentText(0)]: 'bad hash', [sentText(3)]: 'empty external ID' },
  })
  assert.deepEqual(answer, {
    kind: 'accepted',
    received: 5,
    invalid: 3,
    named: [
      { row: 0, reason: 'bad hash' },
      { row: 2, reason: 'bad hash' },
      { row: 3, reason: 'empty external ID' },
    ],
  })
})

test('spaces, numbers as text and nulls in a sample do not hide its row', () => {
  const samples = { [`[ null , "9", "" ]`]: 'x', [`["${digest('b')}",8,"3.0"]`]: 'y' }
  const answer = read({ num_invalid_entries: 2, invalid_entry_samples: samples })
  assert.deepEqual(answer.kind === 'accepted' && answer.named, [
    { row: 1, reason: 'y' },
    { row: 4, reason: 'x' },
  ])
})

test('more rows named than counted: the count is called inexact, the names are not', () => {
  const answer = read({ invalid_entry_samples: { [sentText(1)]: 'x' } })
  assert.equal(answer.kind === 'accepted' && answer.invalid, 1)
})

test('a list of maps is read like a map; a sample of no row names none', () => {
  const list = [{ [sentText(1)]: 'x' }, { 'not json': 'y' }, { '["other"]': 'z' }]
  const answer = read({ num_invalid_entries: 3, invalid_entry_samples: list })
  assert.deepEqual(answer, {
    kind: 'accepted',
    received: 5,
    invalid: 3,
    named: [{ row: 1, reason: 'x' }],
  })
})

test('a count that does not add up is unknown', () => {
  for (const wrong of [
    { num_received: 4 },
    { num_received: 6 },
    { num_received: undefined },
    { num_received: 'many' },
    { num_received: -5 },
    { num_invalid_entries: 6 },
    { num_invalid_entries: undefined },
    { audience_id: '556' },
  ]) {
    assert.equal(read(wrong).kind, 'unknown', JSON.stringify(wrong))
  }
  assert.equal(readMembershipAnswer(null, request, show).kind, 'unknown')
})

test('a replacement may count the whole session so far, never more', () => {
  const session = { id: 1, sequence: 2, last: false, estimatedTotal: 12_000 }
  const replace: MembershipRequest = { ...request, operation: 'replace', session }
  assert.equal(read({ num_received: 10_005 }, replace).kind, 'accepted')
  assert.equal(read({ num_received: 20_001 }, replace).kind, 'unknown')
  const first = { ...replace, session: { ...session, sequence: 1 } }
  assert.equal(read({ num_received: 10_005 }, first).kind, 'unknown')
})
