// Previews and explanations as they are asked for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customers, definition, pick, Place } from './rollcall.ts'

test('a preview by the command line: conditions, overlap, sizes of days, and wrong options', async () => {
  const place = new Place({ 'rollcall.yaml': definition(), 'data/customers.csv': customers(9) })
  place.write(
    'rollcall.yaml',
    definition().replace(
      'destinations:',
      '  few: { model: customers, where: { all: [ { trait: revenue, gt: 3 }, { trait: revenue, lt: 6 } ] } }\ndestinations:',
    ),
  )
  const { document: whole } = await place.json('audience', 'preview', 'few')
  assert.equal(pick(whole, ['branches', 0, 'branches', 1, 'alone']), 6)
  assert.equal(pick(whole, ['branches', 0, 'branches', 2, 'soFar']), 2)
  const shared = await place.json('audience', 'preview', 'spenders', '--overlap', 'few')
  assert.equal(pick(shared.document, ['others', 0, 'both']), 2)
  const { document: sizes } = await place.json('audience', 'preview', 'few', '--over', '2d')
  assert.equal(pick(sizes, ['moments', 'length']), 3)
  assert.equal(pick(sizes, ['moments', 2, 'size']), 2)
  const wrong = await place.rollcall('audience', 'preview', 'few', '--over', '2x')
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /Cannot read "2x" as a number of days/)
  const both = await place.rollcall(
    'audience',
    'preview',
    'few',
    '--over',
    '2d',
    '--overlap',
    'few',
  )
  assert.equal(both.code, 2)
})
