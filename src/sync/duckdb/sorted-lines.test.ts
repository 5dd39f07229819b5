import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SortedLines } from './sorted-lines.ts'

const ANN = '11111111-0000-0000-0000-000000000000'
const BEN = '22222222-0000-0000-0000-000000000000'
const CIA = '33333333-0000-0000-0000-000000000000'

async function* chunks(...all: readonly string[][]): AsyncGenerator<string[]> {
  for (const chunk of all) yield await Promise.resolve(chunk)
}

test('a member’s lines come together, also from several chunks, and nobody else’s', async () => {
  const lines = await SortedLines.open(chunks([`${ANN} 1`, `${ANN} 2`], [`${ANN} 3`, `${CIA} 1`]))
  assert.equal(lines.member, ANN)
  assert.deepEqual(await lines.of(ANN), [`${ANN} 1`, `${ANN} 2`, `${ANN} 3`])
  assert.deepEqual(await lines.of(BEN), [])
  assert.equal(lines.member, CIA)
  assert.deepEqual(await lines.of(CIA), [`${CIA} 1`])
  assert.equal(lines.member, null)
})

test('lines that are not sorted are an error, never two members of one name', async () => {
  const lines = await SortedLines.open(chunks([`${BEN} 1`, `${ANN} 1`, `${BEN} 2`]))
  await assert.rejects(lines.of(BEN), /not sorted/)
})
