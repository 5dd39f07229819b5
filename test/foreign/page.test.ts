// What docs/coming-from.md says is written here can be written here.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { parseCondition } from '../../src/core/audience/parse-condition.ts'

const PAGE = readFileSync(new URL('../../docs/coming-from.md', import.meta.url), 'utf8')

test('every condition of the page is one of the language', () => {
  const written = [...PAGE.matchAll(/`(?<yaml>\{[^`]*\})`/g)].map(
    ({ groups }) => groups?.['yaml'] ?? '',
  )
  assert.ok(written.length > 50)
  for (const yaml of written)
    parseCondition(parse(yaml), [], ({ message }) => assert.fail(`${yaml}: ${message}`))
})
