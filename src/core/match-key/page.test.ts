// oxlint-disable no-restricted-imports -- this test reads the page that it holds equal
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { matchKeyPage } from './page.ts'

const PAGE = new URL('../../../docs/match-keys.md', import.meta.url)

test('docs/match-keys.md is what the table says; `node docs/write-match-keys.ts` rewrites it', () => {
  assert.equal(readFileSync(PAGE, 'utf8'), matchKeyPage())
})
