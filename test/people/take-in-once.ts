// Takes the lives of a seed into a folder, in a process of its own that may be killed.
import { DEFAULT_RULES } from '../../src/core/identity/rules.ts'
import { takeIn } from '../../src/people/take-in.ts'
import { life } from './life.ts'
import { openTools, streamOf } from './town.ts'

const [folder = '', seed = '', count = '', batch = ''] = process.argv.slice(2)
const messages = life(Number(seed), Number(count))
// Every seventh comes a second time, some of them much later.
const twice = messages.flatMap((one, place) => (place % 7 === 0 ? [one, one] : [one]))
const late = messages.filter((_, place) => place % 11 === 0)
// At a time at which nothing is so old that only the ends of it are kept.
await using tools = await openTools(folder, () => 0)
const stream = streamOf('journal', [...twice, ...late], 250)
for await (const taken of takeIn(tools, DEFAULT_RULES, stream, Number(batch)))
  process.stdout.write(`${taken.messages}\n`)
process.stdout.write('done\n')
