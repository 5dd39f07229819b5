// Many seeded worlds, one after another: `npm run simulate -- --seeds N [--seed S] [--without RULE] [--verbose]`.
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    seed: { type: 'string' },
    steps: { type: 'string', default: '500' },
    without: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    extern: { type: 'boolean', default: false },
  },
})
const { arrayMachine } = await import('./array-machine.ts')
const { simulate } = await import('./simulation.ts')
const start = Number(values.seed ?? 1)
const count = values.seed === undefined ? Number(values.seeds) : 1
let failed = 0
const began = Date.now()
const sums = { steps: 0, runs: 0, requests: 0, crashes: 0, quiet: 0 }
for (let seed = start; seed < start + count; seed++) {
  try {
    const told = await simulate(seed, {
      machine: arrayMachine,
      steps: Number(values.steps),
      addsMatchExtern: values.extern,
      ...(values.verbose ? { log: (line: string) => console.error(line) } : {}),
    })
    sums.steps += told.steps
    sums.runs += told.runs
    sums.requests += told.requests
    sums.crashes += told.crashes
    sums.quiet += told.quietRuns
    if (count === 1) console.log(told)
  } catch (error) {
    failed++
    if (failed < 15) console.log(seed, (error as Error).message.slice(0, 400))
  }
}
console.log(failed, 'failed of', count, Date.now() - began, 'ms', sums)
