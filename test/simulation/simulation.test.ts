// The protocol under every fault that the seeds come up with, and the proof that the simulation would notice a missing rule.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TOLD_MUTANTS } from '../schedule/mutants.ts'
import { arrayMachine } from './array-machine.ts'
import { changesOf, MUTANTS } from './mutants.ts'
import { simulate, STEPS } from './simulation.ts'

const SEEDS = 2_000
const FOLLOWING_SEEDS = 500
const PROCESSES = 2
/** How many seeds are tried on a mutant whose kept seed no longer shows it. */
const SEEDS_FOR_A_RULE = 1_500

const MAIN = new URL('main.ts', import.meta.url).pathname

interface Report {
  readonly worlds: number
  readonly failed: number
  readonly first: readonly { readonly seed: number; readonly what: string }[]
}

/** Simulates in a process of its own. */
async function simulation(...options: string[]): Promise<Report> {
  const child = spawn(process.execPath, [MAIN, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  for await (const chunk of child.stdout) told += String(chunk)
  assert.notEqual(told, '', `The simulation with ${options.join(' ')} said nothing`)
  return JSON.parse(told) as Report
}

const inOrder = { machine: arrayMachine, steps: STEPS, addsMatchExtern: false }

test(`${SEEDS} worlds keep every promise`, async () => {
  const share = SEEDS / PROCESSES
  const reports = await Promise.all(
    Array.from({ length: PROCESSES }, (_, part) =>
      simulation('--from', String(1 + part * share), '--seeds', String(share)),
    ),
  )
  assert.deepEqual(
    reports.flatMap(({ first }) => first),
    [],
  )
  assert.equal(
    reports.reduce((sum, { worlds }) => sum + worlds, 0),
    SEEDS,
  )
})

test(`${FOLLOWING_SEEDS} worlds in which some people alone are judged now and then keep every promise`, async () => {
  const { first, worlds } = await simulation('--follows', '--seeds', String(FOLLOWING_SEEDS))
  assert.deepEqual(first, [])
  assert.equal(worlds, FOLLOWING_SEEDS)
})

test('seeds that once failed no longer do', async () => {
  const kept = JSON.parse(
    readFileSync(new URL('kept-seeds.json', import.meta.url), 'utf8'),
  ) as number[]
  for (const seed of kept) await simulate(seed, inOrder)
})

test('the same seed tells the same story', async () => {
  for (const seed of [3, 14, 159]) {
    const { trace } = await simulate(seed, inOrder)
    assert.equal((await simulate(seed, inOrder)).trace, trace)
  }
})

test('every mutant names its rule once and changes one place', () => {
  const all = [...MUTANTS, ...TOLD_MUTANTS]
  assert.equal(new Set(all.map(({ rule }) => rule)).size, all.length)
  for (const mutant of all)
    for (const { file, find, replace } of changesOf(mutant)) {
      const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
      assert.equal(text.split(find).length, 2, `${mutant.rule} is not to be found once in ${file}`)
      assert.notEqual(find, replace)
    }
})

test('without any one rule the simulation fails', { concurrency: PROCESSES }, async (t) => {
  await Promise.all(
    MUTANTS.map(({ rule, kept }) =>
      t.test(rule, async () => {
        const without = ['--without', rule, '--stop']
        const first =
          kept === undefined ? undefined : await simulation(...without, '--seed', String(kept))
        if (first?.failed === 1) return
        const { failed } = await simulation(...without, '--seeds', String(SEEDS_FOR_A_RULE))
        assert.equal(failed, 1, `No seed notices that the rule is missing`)
      }),
    ),
  )
})
