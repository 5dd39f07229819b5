import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { REJECTIONS } from '../../src/core/event/rejection.ts'

test('the documentation has every reason, in the words that people are told', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/collect.md'), 'utf8')
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `') && /^\| `[a-z-]+` /.test(line))
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
  assert.deepEqual(
    rows,
    Object.entries(REJECTIONS).map(
      ([code, { what, remedy }]) => `| \`${code}\` | ${what} | ${remedy} |`,
    ),
  )
})
