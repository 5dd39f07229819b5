// Laws that hold for every key and any text.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchRows } from './rows.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES } from './table.ts'

const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const RUNS = { numRuns: 1_500 }

/** Letters that change length or order when lowered or composed, invisible ones, digits of other scripts, half surrogates. */
const TRICKY =
  'İ ß Σ ς ǅ é e\u0301 \u0327 \u0307 \u0345 I ﬁ Å K ª ー ㅤ \ufe0f ʼ ’ - \u200d \u200b \ufeff \u00a0 ｱ ﾞ Ｍ ＠ 0 1 9 ١ ٣ ９ ² \ud800 \udc00 ø Ł 각 ㄱ 정 東 + ( ) / . @ # x \u0000 \t 😀 \u{e0101}'.split(
    ' ',
  )
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...TRICKY, ' '), maxLength: 30 }),
  fc.stringMatching(/^\s?[0-9a-fA-F]{31,65}\s?$/),
  fc
    .string({ unit: fc.constantFrom(...TRICKY), minLength: 1, maxLength: 4 })
    .map((local) => `${local}@BÜCHER.example`),
  fc.emailAddress().map((email) => ` ${email.toUpperCase()}\u00a0`),
)
const country = fc.constantFrom(null, 'us', 'ca', 'de', 'gb', 'jp')
const contextIn = (place: string | null) => ({
  country: place,
  phoneCountry: null,
  currentYear: 2026,
})

for (const key of MATCH_KEY_NAMES) {
  const rule = MATCH_KEYS[key]
  // A phone number has lost its plus, without which it is read as of the row's country.
  const again = key === 'PHONE' ? '+' : ''

  test(`${key}: normalising twice is normalising once, and never gives nothing`, () => {
    fc.assert(
      fc.property(text, country, (raw, place) => {
        const once = rule.normalise(raw, contextIn(place))
        if (once.kind === 'empty' || once.kind === 'rejected') return
        assert.notEqual(once.text, '')
        const prefix = once.kind === 'value' ? again : ''
        const twice = rule.normalise(prefix + once.text, contextIn(place))
        assert.ok(twice.kind === 'value' || twice.kind === 'digest', twice.kind)
        assert.equal(twice.text, once.text)
      }),
      RUNS,
    )
  })

  test(`${key}: what is sent is well formed`, () => {
    const form = rule.hashed ? /^[0-9a-f]{64}$/ : /^\S[^]*$/u
    fc.assert(
      fc.property(text, country, (raw, place) => {
        const values = { EXTERN_ID: ['id'], COUNTRY: place === null ? [] : [place], [key]: [raw] }
        const [row] = matchRows(values, { phoneCountry: 'DE', currentYear: 2026 }).rows
        const cell = row?.[MATCH_KEY_NAMES.indexOf(key)] ?? null
        if (cell === null) return
        assert.match(cell, form)
        assert.notEqual(cell, SHA256_OF_NOTHING)
      }),
      RUNS,
    )
  })
}

test('outer white space and Unicode form do not change what is sent', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...MATCH_KEY_NAMES), (raw, key) => {
      const { normalise } = MATCH_KEYS[key]
      // A half surrogate at the edge would join the other half; half characters are not text.
      fc.pre(raw.isWellFormed() && raw.length < 900)
      const plain = normalise(raw, contextIn(null))
      assert.deepEqual(normalise(`\u3000 ${raw}\u00a0\n`, contextIn(null)), plain)
      assert.deepEqual(normalise(raw.normalize('NFD'), contextIn(null)), plain)
    }),
    RUNS,
  )
})

test('a cell of a million characters is rejected for every key, quickly', () => {
  for (const key of MATCH_KEY_NAMES) {
    const { normalise } = MATCH_KEYS[key]
    for (const unit of ['a', '1', 'é', '@.']) {
      const result = normalise(unit.repeat(1_000_000), contextIn('us'))
      assert.deepEqual(result, { kind: 'rejected', reason: 'too-long' })
    }
  }
})
