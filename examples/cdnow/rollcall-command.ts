/** The command line in a process of its own, and what the demo reads of the JSON that it prints. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

const rejection = z.object({
  key: z.string(),
  reason: z.string(),
  count: z.number(),
  meaning: z.string(),
})

/** A guard that stops a run until a person lets it pass. */
const hold = z.object({
  guard: z.string(),
  count: z.number(),
  of: z.number(),
  meaning: z.string(),
})

const work = z.object({
  people: z.object({
    members: z.number(),
    present: z.number(),
    added: z.number(),
    updated: z.number(),
    removed: z.number(),
  }),
  rows: z.object({ add: z.number(), remove: z.number() }),
  rejected: z.array(rejection),
})

const plan = z.object({ sync: z.string(), work, holds: z.array(hold) })

const run = z.object({
  sync: z.string(),
  state: z.enum(['done', 'held', 'blocked', 'waiting', 'failed']),
  audienceId: z.string().nullable(),
  accepted: z.object({ added: z.number(), removed: z.number() }),
  requests: z.number(),
})

const imported = z.object({ rows: z.number(), events: z.number(), newPeople: z.number() })

const person = z.object({ person: z.string(), user_id: z.tuple([z.string()]) })

export type Imported = z.output<typeof imported>
export type Rejection = z.output<typeof rejection>
export type Plan = z.output<typeof plan>
export type Run = z.output<typeof run>

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

const json = z.string().transform((written): unknown => JSON.parse(written))

/** Runs a command as a person would. Anything but text of the wanted shape is an error that holds what was said. */
async function rollcall<T>(
  words: readonly string[],
  file: string,
  shape: z.ZodType<T>,
): Promise<T> {
  const child = spawn(process.execPath, [MAIN, ...words, '--file', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const [printed, progress] = await Promise.all([text(child.stdout), text(child.stderr)])
  await closed
  try {
    return shape.parse(printed)
  } catch (error) {
    const said = `${printed}${progress}`.trim()
    throw new Error(`"rollcall ${words.join(' ')}" ended with ${child.exitCode}: ${said}`, {
      cause: error,
    })
  }
}

/** `rollcall plan`: what would be sent, for each sync. */
export async function plans(file: string, now: string): Promise<readonly Plan[]> {
  const shape = json.pipe(z.object({ plans: z.array(plan) }))
  return (await rollcall(['plan', '--now', now, '--json'], file, shape)).plans
}

/** `rollcall sync`, with the given words behind it: what was sent, for each sync. */
export async function runs(file: string, words: readonly string[]): Promise<readonly Run[]> {
  const shape = json.pipe(z.object({ runs: z.array(run) }))
  return (await rollcall(['sync', ...words, '--json'], file, shape)).runs
}

/** `rollcall import`, with the given words behind it. */
export async function importFile(file: string, words: readonly string[]): Promise<Imported> {
  return rollcall(['import', ...words, '--json'], file, json.pipe(imported))
}

/** The people of an audience, each customer's number with the id that Rollcall has for the person. */
export async function personsOf(
  file: string,
  audience: string,
): Promise<ReadonlyMap<string, string>> {
  const words = ['audience', 'export', audience, '--format', 'jsonl']
  const lines = z.string().transform((written) => written.trimEnd().split('\n'))
  const people = await rollcall(words, file, lines.pipe(z.array(json.pipe(person))))
  return new Map(people.flatMap(({ person: id, user_id: [customer] }) => [[customer, id]]))
}
