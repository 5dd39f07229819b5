import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertAudience } from '../../src/app/insert-audience.ts'
import { RollcallError } from '../../src/core/error.ts'

const ENTRY = 'new:\n  model: m\n'

/** Texts of a definition, each with the new audience where `▸` stands. */
const TEXTS = [
  'audiences:\n  old: { model: m }\n▸syncs: {}\n',
  'audiences:\n    old:\n        sql: |\n            select 1\n            from x\n▸\nsyncs: {}\n',
  'audiences:\n  old: { model: m } # why\n    # more of it\n▸  # not of it\nsyncs: {}\n',
  'audiences:\n  old:\n▸# the end',
  'audiences: # none yet\n▸syncs: {}\n',
]

for (const text of TEXTS)
  test(`an audience finds its place in ${JSON.stringify(text)}`, () => {
    const indent = /^audiences:\n(?<indent> +)/.exec(text)?.groups?.['indent'] ?? '  '
    const entry = ENTRY.replaceAll(/^(?=.)/gm, indent)
    const ended = text.endsWith('\n') ? text : `${text}\n`
    assert.equal(insertAudience(text.replace('▸', ''), ENTRY), ended.replace('▸', entry))
  })

test('a file without audiences gets some', () => {
  const expected = 'version: 1\n\naudiences:\n  new:\n    model: m\n'
  assert.equal(insertAudience('version: 1', ENTRY), expected)
})

test('audiences on one line are left to the person who wrote them so', () => {
  const refused = (error: unknown) =>
    error instanceof RollcallError && error.code === 'definition/no-place'
  assert.throws(() => insertAudience('audiences: { old: { model: m } }\n', ENTRY), refused)
  assert.throws(() => insertAudience('audiences: {}\n', ENTRY), refused)
})
