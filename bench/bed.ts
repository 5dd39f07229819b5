// A folder, a sandbox in a process of its own and a DuckDB, for the benches that run whole syncs.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { LocalDuckDb } from '../src/engine/duckdb/local.ts'

const newFolder = (): string =>
  mkdtempSync(join(process.env['ROLLCALL_BENCH_FOLDER'] ?? tmpdir(), 'rollcall-bench-'))

const runFigures = z.object({
  state: z.string(),
  problem: z.unknown(),
  sent: z.record(z.string(), z.unknown()),
  seconds: z.number(),
  /** Of these, while at least one request was under way. */
  requestSeconds: z.number(),
  cpuSeconds: z.number(),
  memoryMb: z.number(),
})
export type RunFigures = z.infer<typeof runFigures>

export class Bed implements AsyncDisposable {
  readonly folder: string
  readonly url: string
  readonly local: LocalDuckDb
  readonly #sandbox: ChildProcess

  private constructor(folder: string, url: string, local: LocalDuckDb, sandbox: ChildProcess) {
    this.folder = folder
    this.url = url
    this.local = local
    this.#sandbox = sandbox
  }

  static async open(): Promise<Bed> {
    const folder = newFolder()
    mkdirSync(join(folder, 'data'))
    const local = await LocalDuckDb.open({
      spillFolder: join(folder, 'spill'),
      memoryLimit: '2GB',
      threads: availableParallelism(),
    })
    const sandbox = spawn(process.execPath, [join(import.meta.dirname, 'sandbox.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const url = await new Promise<string>((resolve, reject) => {
      sandbox.stdout.once('data', (text: Buffer) => {
        resolve(text.toString().trim())
      })
      sandbox.once('exit', (code) => {
        reject(new Error(`The sandbox ended with ${code}`))
      })
    })
    return new Bed(folder, url, local, sandbox)
  }

  /** Runs the workspace's sync once, in a process of its own. */
  run(file: string): RunFigures {
    const figures = runFigures.parse(child('../test/support/run-once.ts', [file]))
    if (figures.state !== 'done') throw new Error(`The run ended as ${JSON.stringify(figures)}`)
    return figures
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sandbox.kill()
    await this.local[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function child(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): unknown {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, script), ...args],
    { encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, ...env } },
  )
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

/** Does something in a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = newFolder()
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const MEMBERS = Number(process.env['ROLLCALL_BENCH_MEMBERS'] ?? 10_000_000)
