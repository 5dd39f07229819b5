import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batches, type Arrival } from './batches.ts'

type Chunk = readonly Arrival<string, number>[]

const chunk = (...messages: readonly string[]): Chunk =>
  messages.map((message, next) => ({ message, next }))

async function* chunks(list: readonly Chunk[], end: Promise<void>): AsyncGenerator<Chunk> {
  for (const one of list) yield await Promise.resolve(one)
  await end
}

test('chunks are put together to batches of a size, and the rest comes last', async () => {
  const stream = chunks([chunk('a', 'b'), chunk('c'), chunk(), chunk('d')], Promise.resolve())
  const seen: string[] = []
  for await (const batch of batches(stream, { size: 3, linger: null }))
    seen.push(batch.map(({ message }) => message).join(''))
  assert.deepEqual(seen, ['abc', 'd'])
})

test('of a stream that does not end, what there is is handed out after a while, and it can be left', async () => {
  const stream = chunks([chunk('a'), chunk('b')], new Promise(() => {}))
  const linger = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  }
  for await (const batch of batches(stream, { size: 100, linger })) {
    assert.deepEqual(
      batch.map(({ message }) => message),
      ['a', 'b'],
    )
    break
  }
})
