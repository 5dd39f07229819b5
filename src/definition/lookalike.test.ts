import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookalikeLabel } from '../core/lookalike.ts'
import { exportDefinition } from './export.ts'
import { loadDefinition, type Loaded } from './load.ts'

const load = (text: string): Loaded => loadDefinition(text, { env: {}, readFile: () => undefined })

const written = (lookalikes: string, more = ''): string => `version: 1
sources: { shop: { type: files, path: ./data } }
models: { customers: { source: shop, table: customers, key: id } }
audiences: { all: { model: customers } }
destinations: { meta: { type: meta } }
syncs:
  all_to_meta:
    audience: all
    destination: meta
    mapping: { EMAIL: email }
    lookalikes: ${lookalikes}
${more}`

function labels(lookalikes: string, more = ''): string[] {
  const loaded = load(written(lookalikes, more))
  assert.equal(loaded.kind, 'valid', lookalikes)
  const { definition } = loaded
  const again = load(exportDefinition(definition))
  assert.equal(again.kind, 'valid')
  assert.deepEqual(again.definition, definition)
  return (definition.syncs['all_to_meta']?.lookalikes ?? []).map(lookalikeLabel)
}

test('every form of a lookalike is read, and written again as the same', () => {
  assert.deepEqual(
    labels(`[ { country: de, ratio: 1% }, { country: [FR, AT, FR], from: 1%, to: 3% },
      { country: DE, type: reach }, { country_group: Asia, exclude: { country: JP }, ratio: 0.02 },
      { country: DE, ratio: 20%, international_seeds: true } ]`),
    [
      'DE, 1%',
      'AT FR, 1% to 3%',
      'DE, reach',
      'asia without JP, 2%',
      'DE, 20%, international seeds',
    ],
  )
})

test('what Meta would not make is told at its place', () => {
  const cases = [
    ['[ { ratio: 1% } ]', /where its people are to be/],
    ['[ { country: DE } ]', /how large it is to be/],
    ['[ { country: DE, ratio: 1%, type: reach } ]', /ratio and type/],
    ['[ { country: DE, from: 1% } ]', /"from" and "to" go together/],
    ['[ { country: DE, ratio: 3%, from: 1% } ]', /"from" and "to" go together/],
    ['[ { country: DE, from: 3%, to: 3% } ]', /"from" is 3%, and "to" 3%/],
    ['[ { country: DE, ratio: 1.5% } ]', /"ratio"/],
    ['[ { country: DE, ratio: 21% } ]', /"ratio"/],
    ['[ { country: Germany, ratio: 1% } ]', /"country"/],
    ['[ { country: DE, ratio: 1%, page_id: x } ]', /page_id/],
    ['[ { country: [DE, AT], ratio: 1% }, { ratio: 0.01, country: [AT, DE] } ]', /twice/],
  ] as const
  for (const [lookalikes, message] of cases) {
    const loaded = load(written(lookalikes))
    assert.equal(loaded.kind, 'invalid', lookalikes)
    assert.equal(loaded.mistakes.length, 1, JSON.stringify(loaded.mistakes))
    const [mistake] = loaded.mistakes
    assert.match(mistake?.message ?? '', message)
    assert.match(mistake?.path ?? '', /^syncs\.all_to_meta\.lookalikes\[/)
  }
})

test('a value-based audience has lookalikes by their share alone', () => {
  const value = '    value: revenue\n'
  assert.deepEqual(labels('[ { country: DE, ratio: 1% } ]', value), ['DE, 1%'])
  const loaded = load(written('[ { country: DE, type: reach } ]', value))
  assert.equal(loaded.kind, 'invalid')
  assert.match(loaded.mistakes[0]?.remedy ?? '', /ratio: 5%/)
})
