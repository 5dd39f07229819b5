// One quick pass of a workspace's sync in a process of its own: prints one JSON line.
import { hash } from 'node:crypto'
import { quickPass } from '../src/app/quick-pass.ts'
import { readDefinition, Workspace } from '../src/app/workspace.ts'

const [file = '', count = ''] = process.argv.slice(2)

/** As `plantPeople` names them. */
function personOf(number: number): string {
  const digest = hash('md5', `person ${number}`)
  return [
    ...[8, 12, 16, 20].map((end, at) => digest.slice([0, 8, 12, 16][at], end)),
    digest.slice(20),
  ].join('-')
}

const loaded = readDefinition(file, process.env)
if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.mistakes))
await using workspace = await Workspace.open(file, loaded.definition, {
  world: {
    now: () => Date.now(),
    sleep: async (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: () => Math.random(),
    fetch,
  },
  env: process.env,
  startSandbox: () => {
    throw new Error('The bench has a sandbox of its own')
  },
  owner: `bench:${process.pid}`,
  isDead: () => true,
})
const people = Array.from({ length: Number(count) }, (_, index) => personOf(index * 17))
const began = performance.now()
const end = await quickPass(workspace, 'all', people, () => undefined)
const seconds = (performance.now() - began) / 1000
process.stdout.write(
  `${JSON.stringify({
    end: typeof end === 'string' ? end : end.state,
    seconds,
    memoryMb: process.resourceUsage().maxRSS / 1024,
  })}\n`,
)
