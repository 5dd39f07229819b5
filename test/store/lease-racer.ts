// A process that races for one lease: `node lease-racer.ts FILE OWNER ROUNDS`. It opens the file, says so, waits for a line
// on stdin, asks for the lease of each round, and prints the rounds that it won.
import { once } from 'node:events'
import { openStore } from '../../src/store/sqlite/open-store.ts'

const [file = '', owner = '', rounds = '0'] = process.argv.slice(2)
await using store = await openStore(file)
console.log('ready')
await once(process.stdin, 'data')
process.stdin.destroy()
for (let round = 0; round < Number(rounds); round += 1) {
  const answer = await store.takeLease(`sync-${round}`, owner, 0, 100)
  if (answer.kind === 'held') continue
  // Reads the lease before it writes, while the other process writes too.
  await store.startCreating(answer.lease, owner)
  console.log(round)
}
