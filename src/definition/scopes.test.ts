import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportDefinition } from './export.ts'
import { loadDefinition } from './load.ts'

const written = (mapping: string, more: string): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models: { customers: { source: shop, table: customers, key: id } }
audiences: { all: { model: customers } }
destinations: { meta: { type: meta } }
syncs:
  all_to_meta:
    audience: all
    destination: meta
    mapping: { ${mapping} }
    ${more}
`

const load = (text: string) => loadDefinition(text, { env: {}, readFile: () => undefined })

test('app- and page-scoped ids go with their apps and their page', () => {
  const text = written(
    'APPUID: [asid, asid2], PAGEUID: psid',
    'app_ids: ["4711", "4712", "4711"]\n    page_id: "815"',
  )
  const loaded = load(text)
  assert.equal(loaded.kind, 'valid')
  const { definition } = loaded
  const scopes = { apps: ['4711', '4712'], page: '815' }
  assert.deepEqual(definition.syncs['all_to_meta']?.scopes, scopes)
  const again = load(exportDefinition(definition))
  assert.equal(again.kind, 'valid')
  assert.deepEqual(again.definition, definition)
})

test('an id without what it counts within is a mistake, and the reverse', () => {
  const cases = [
    ['APPUID: asid', '', 'mapping.APPUID'],
    ['PAGEUID: psid', 'app_ids: ["4711"]', 'mapping.PAGEUID', 'app_ids'],
    ['EMAIL: email', 'page_id: "815"', 'page_id'],
    ['APPUID: asid', 'app_ids: [4711]', 'app_ids'],
    ['PAGEUID: psid', 'page_id: ["815", "816"]', 'page_id'],
  ] as const
  for (const [mapping, more, ...paths] of cases) {
    const loaded = load(written(mapping, more))
    assert.equal(loaded.kind, 'invalid', mapping)
    assert.deepEqual(
      loaded.mistakes.map(({ path }) => path).toSorted(),
      paths.map((path) => `syncs.all_to_meta.${path}`).toSorted(),
    )
  }
})
