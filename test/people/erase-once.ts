// Erases whoever has some identifiers from a workspace, in a process of its own that may be killed: prints what went as one JSON line.
import { parseArgs } from 'node:util'
import { eraseKept, finishErasing } from '../../src/app/erase-kept.ts'
import { identifierOf } from '../../src/core/identity/identifier.ts'
import { openReal } from './open-real.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { later: { type: 'string', default: '0' } },
})
const [folder = '', ...keys] = positionals
await using workspace = await openReal(folder, Number(values.later))
process.stdout.write('opened\n')
const erased =
  keys.length === 0
    ? await finishErasing(workspace)
    : await eraseKept(workspace, { people: [], identifiers: keys.map(identifierOf) })
process.stdout.write(`${JSON.stringify(erased)}\n`)
