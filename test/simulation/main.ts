// Many seeded worlds, one after another: npm run simulate -- --seeds N [--seed S] [--without RULE] [--verbose]
// Prints one JSON line; fails when a world broke a promise of the protocol. A seed that fails with every rule in force is kept.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadWithout } from './mutate.ts'

const KEPT = new URL('kept-seeds.json', import.meta.url)

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    seed: { type: 'string' },
    /** The first of `--seeds`. */
    from: { type: 'string', default: '1' },
    without: { type: 'string' },
    /** The experiment in which adds also match through an EXTERN_ID. */
    'adds-match-extern': { type: 'boolean', default: false },
    /** Between runs of everybody there are some of those alone in whom something changed. */
    follows: { type: 'boolean', default: false },
    /** Stop at the first seed that fails. */
    stop: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
if (values.without !== undefined) loadWithout(values.without)
const { arrayMachine } = await import('./array-machine.ts')
const { simulate, STEPS } = await import('./simulation.ts')

const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
const failed: { readonly seed: number; readonly what: string }[] = []
const sum = { worlds: 0, steps: 0, runs: 0, requests: 0, crashes: 0 }
for (let seed = first; seed < first + count; seed += 1) {
  try {
    const told = await simulate(seed, {
      machine: arrayMachine,
      steps: STEPS,
      addsMatchExtern: values['adds-match-extern'],
      follows: values.follows,
      ...(values.verbose ? { log: (line: string) => process.stderr.write(`${line}\n`) } : {}),
    })
    sum.steps += told.steps
    sum.runs += told.runs
    sum.requests += told.requests
    sum.crashes += told.crashes
  } catch (error) {
    failed.push({ seed, what: error instanceof Error ? error.message : String(error) })
    if (values.stop) break
  }
  sum.worlds += 1
}
if (values.without === undefined && !values['adds-match-extern'] && !values.follows)
  keep(failed.map(({ seed }) => seed))
console.log(JSON.stringify({ ...sum, failed: failed.length, first: failed.slice(0, 10) }))
process.exitCode = failed.length > 0 ? 1 : 0

function keep(seeds: readonly number[]): void {
  if (seeds.length === 0) return
  const kept = JSON.parse(readFileSync(KEPT, 'utf8')) as number[]
  const all = [...new Set([...kept, ...seeds])].toSorted((a, b) => a - b)
  writeFileSync(KEPT, `${JSON.stringify(all)}\n`)
}
