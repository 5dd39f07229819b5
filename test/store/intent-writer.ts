// A process that writes intents and outcomes until it is killed: `node intent-writer.ts FILE`. It prints the sequence of
// each batch once its intent is durable, and the same below zero once its outcome is.
import { writeSync } from 'node:fs'
import { openStore } from '../../src/store/sqlite/open-store.ts'
import { ACCEPTED, intent, sending } from './store-samples.ts'

const [file = ''] = process.argv.slice(2)
const store = await openStore(file)
const held = await sending(store)
for (;;) {
  const sequence = await store.intend(held, 'p1', intent())
  writeSync(1, `${sequence}\n`)
  await store.settle(held, 'p1', sequence, ACCEPTED)
  writeSync(1, `${-sequence}\n`)
}
