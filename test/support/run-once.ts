// One run of a workspace's only sync in a process of its own, so that its time and memory are its own: prints one JSON line.
import { readDefinition, Workspace } from '../../src/app/workspace.ts'
import { run } from '../../src/app/run.ts'

/** While at least one request to the platform is under way: what it takes is the platform's, not the run's. */
let inFlight = 0
let since = 0
let requestSeconds = 0

async function timedFetch(request: Request): Promise<Response> {
  if (inFlight === 0) since = performance.now()
  inFlight += 1
  try {
    return await fetch(request)
  } finally {
    inFlight -= 1
    if (inFlight === 0) requestSeconds += (performance.now() - since) / 1000
  }
}

const [file = ''] = process.argv.slice(2)
const began = performance.now()
const loaded = readDefinition(file, process.env)
if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.mistakes))
await using workspace = await Workspace.open(file, loaded.definition, {
  world: {
    now: () => Date.now(),
    sleep: async (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: () => Math.random(),
    fetch: timedFetch,
  },
  env: process.env,
  startSandbox: () => {
    throw new Error('The bench has a sandbox of its own')
  },
  owner: `bench:${process.pid}`,
  isDead: () => true,
})
const end = await run(
  workspace,
  'all',
  {
    now: Date.now(),
    full: false,
    empty: false,
    adopt: null,
    recreate: false,
    approveAll: true,
    waitMs: 0,
  },
  () => {},
)
const { user, system } = process.cpuUsage()
process.stdout.write(
  `${JSON.stringify({
    state: end.state,
    problem: end.problem,
    sent: end.sent,
    seconds: (performance.now() - began) / 1000,
    requestSeconds,
    cpuSeconds: (user + system) / 1e6,
    memoryMb: process.resourceUsage().maxRSS / 1024,
  })}\n`,
)
