import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** What the demo reads of the JSON that `rollcall plan` and `rollcall sync` print. */
export interface Plan {
  readonly sync: string
  readonly work: Work
  readonly holds: readonly Hold[]
  readonly error?: Problem
}

export interface Run {
  readonly sync: string
  readonly state: 'done' | 'held' | 'blocked' | 'waiting' | 'failed'
  readonly work: Work | null
  readonly audienceId: string | null
  readonly accepted: { readonly added: number; readonly removed: number }
  readonly requests: number
  readonly holds: readonly Hold[]
  readonly problem: Problem | null
  readonly error?: Problem
}

interface Work {
  readonly people: {
    readonly members: number
    readonly present: number
    readonly added: number
    readonly updated: number
    readonly removed: number
  }
  readonly rows: { readonly add: number; readonly remove: number; readonly value: number }
  readonly rejected: readonly Rejection[]
}

export interface Rejection {
  readonly key: string
  readonly reason: string
  readonly count: number
  readonly meaning: string
}

export interface Hold {
  readonly count: number
  readonly of: number
  readonly meaning: string
  /** The command that lets so much pass. */
  readonly approve: string
}

interface Problem {
  readonly message: string
  readonly remedy: string
}

export interface Finished<T> {
  readonly exitCode: number
  readonly result: T
}

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

/** Runs the command line in a process of its own, as a person would, and reads the JSON that it prints. */
export async function rollcall<T>(words: readonly string[], file: string): Promise<Finished<T>> {
  const child = spawn(process.execPath, [MAIN, ...words, '--file', file, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [printed, progress, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  try {
    return { exitCode: exitCode ?? 1, result: JSON.parse(printed) as T }
  } catch (error) {
    const said = `${printed}${progress}`.trim()
    throw new Error(`"rollcall ${words.join(' ')}" ended with ${exitCode}: ${said}`, {
      cause: error,
    })
  }
}
