// The facts about normalising that Rollcall promises: nine hashes printed in Meta's own documents among them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import vectors from '../../../test/vectors/match-keys.json' with { type: 'json' }
import { matchRows } from './rows.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey } from './table.ts'
import { traceValue } from './trace.ts'

interface Vector {
  readonly key: string
  readonly input: string
  readonly context?: { readonly country: string }
  readonly normalized?: string | number
  readonly sent?: string | number
  readonly rejected?: string
  readonly note?: string
}

const all: readonly Vector[] = vectors
const isKey = (name: string): name is MatchKey => Object.hasOwn(MATCH_KEYS, name)

for (const { key, input, context, normalized, sent, rejected, note } of all) {
  const name = `${key} ${JSON.stringify(input)} ${context?.country ?? ''} ${note ?? ''}`
  test(name.trim(), () => {
    assert.ok(isKey(key))
    const country = context?.country ?? null
    const trace = traceValue(key, input, { country, phoneCountry: null, currentYear: 2026 })
    assert.equal(trace.reason, rejected ?? null)
    assert.equal(trace.sent, sent === undefined ? null : String(sent))
    if (normalized !== undefined) assert.equal(trace.normalised, String(normalized))

    const values = { EXTERN_ID: ['42'], ...(country && { COUNTRY: [country] }), [key]: [input] }
    const made = matchRows(values, { phoneCountry: null, currentYear: 2026 })
    const isRejection = rejected !== undefined && rejected !== 'empty'
    assert.deepEqual(made.rejected, isRejection ? [{ key, reason: rejected }] : [])
    const cell = made.rows[0]?.[MATCH_KEY_NAMES.indexOf(key)] ?? null
    assert.equal(cell, trace.sent)
  })
}

test('there are vectors for every key that identifies a person or helps', () => {
  const covered = new Set(all.map(({ key }) => key))
  const missing = MATCH_KEY_NAMES.filter(
    (key) => MATCH_KEYS[key].role !== 'value' && !covered.has(key),
  )
  assert.deepEqual(missing, [])
})
