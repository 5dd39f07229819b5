import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { markOf, withMark } from './mark.ts'

const mark = fc.record(
  {
    installation: fc.stringMatching(/^[0-9a-z]{1,12}$/),
    sync: fc.stringMatching(/^[a-zA-Z0-9_.-]{1,30}$/),
    generation: fc.nat(),
  },
  { noNullPrototype: true },
)

test('a mark is read back from any description', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 700 }), mark, (description, written) => {
      const marked = withMark(description, written)
      assert.deepEqual(markOf(marked), written)
      assert.ok(marked.length <= 500)
    }),
  )
})

test('a description without a mark has none', () => {
  assert.equal(markOf('Top ten per cent by revenue'), null)
  assert.equal(markOf('[rollcall abc/all g1] and more behind it'), null)
})
