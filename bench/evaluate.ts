// Evaluates audiences of a workspace together, in a process of its own: prints one JSON line. Called `bare`, it counts the events
// of the last 30 days by person with a statement of its own over the same files.
import { readDefinition, Workspace } from '../src/app/workspace.ts'
import { openAudience } from '../src/app/open-audience.ts'
import { narrowPeople } from '../src/app/narrow-people.ts'
import { compileAudiences } from '../src/sql/audience.ts'
import { duckdb } from '../src/sql/duckdb.ts'
import { NOW } from './plant-people.ts'

const [file = '', ...keys] = process.argv.slice(2)
const loaded = readDefinition(file, process.env)
if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.mistakes))
await using workspace = await Workspace.open(file, loaded.definition, {
  world: { now: () => NOW, sleep: async () => {}, random: Math.random, fetch },
  env: process.env,
  startSandbox: () => {
    throw new Error('Nothing is sent')
  },
  owner: `bench:${process.pid}`,
  isDead: () => true,
})
const bare = keys[0] === 'bare'
const named = bare ? [Object.keys(loaded.definition.audiences)[0] ?? ''] : keys
const audiences = named.flatMap((key) => loaded.definition.audiences[key] ?? [])
const began = performance.now()
const opened = await openAudience(workspace, named[0] ?? '', NOW)
await narrowPeople({ ...opened, audience: { ...opened.audience, exclude: audiences } }, [])
const { sql, parameters } = compileAudiences(audiences, duckdb, opened.context)
const counts = audiences.map((_, index) => `count(*) filter (a${index}) as a${index}`)
const answer = bare
  ? await opened.local.source.one(
      `select count(*) as a0 from (select person from people_store.taken where name = 'Order Completed' and time > ${NOW - 30 * 86_400_000} group by person having count(*) >= 3)`,
    )
  : await opened.local.source.one(`select ${counts.join(', ')} from (${sql}) as judged`, parameters)
const seconds = (performance.now() - began) / 1000
await opened.local[Symbol.asyncDispose]()
const { user, system } = process.cpuUsage()
process.stdout.write(
  `${JSON.stringify({
    seconds,
    cpuSeconds: (user + system) / 1e6,
    memoryMb: process.resourceUsage().maxRSS / 1024,
    members: Object.values(answer).map(Number),
  })}\n`,
)
