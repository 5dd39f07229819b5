// The same worlds through DuckDB, Parquet files and SQLite instead of arrays.
import { test } from 'node:test'
import { fileMachine } from './file-machine.ts'
import { simulate } from './simulation.ts'

const SEEDS = 50
const FOLLOWING_SEEDS = 6
/** Shorter lives than in memory: a step here is a statement or a file. */
const STEPS = 60

test(`${SEEDS} worlds keep every promise through real files and a real database`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1)
    await simulate(seed, { machine: fileMachine, steps: STEPS, addsMatchExtern: false })
})

test(`${FOLLOWING_SEEDS} worlds in which some people alone are judged now and then do so too`, async () => {
  for (let seed = 1; seed <= FOLLOWING_SEEDS; seed += 1)
    await simulate(seed, {
      machine: fileMachine,
      steps: 2 * STEPS,
      addsMatchExtern: false,
      follows: true,
    })
})
