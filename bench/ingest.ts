// Durable events a second through `rollcall serve`, from a load generator in another process, in batches of a hundred.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { readFrom } from '../src/collect/journal.ts'
import { START } from '../src/collect/segments.ts'
import { child } from './bed.ts'
import { figure, type Figure } from './figure.ts'

const CLI = join(import.meta.dirname, '../src/cli/main.ts')
const WRITE_KEY = 'wk_bench'
const WARM_UP_SECONDS = 3
const SECONDS = 10
const CONNECTIONS = 8
const GOAL_EVENTS_PER_SECOND = 20_000
const GOAL_P99_MS = 250

const load = z.object({
  events: z.number(),
  eventsPerSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  refused: z.number(),
})
const plain = z.object({ eventsPerSecond: z.number() })

export async function ingest(): Promise<Figure[]> {
  const folder = mkdtempSync(
    join(process.env['ROLLCALL_BENCH_FOLDER'] ?? tmpdir(), 'rollcall-bench-'),
  )
  const { process: server, url } = await serve(folder)
  try {
    const args = (seconds: number): string[] => [
      url,
      WRITE_KEY,
      String(seconds),
      String(CONNECTIONS),
    ]
    const warm = load.parse(child('ingest-load.ts', args(WARM_UP_SECONDS)))
    const taken = load.parse(child('ingest-load.ts', args(SECONDS)))
    const memoryMb = largestMemoryMb(server)
    server.kill('SIGTERM')
    await once(server, 'exit')
    const there = await countIn(join(folder, '.rollcall', 'events'))
    if (there !== warm.events + taken.events)
      throw new Error(`Of ${warm.events + taken.events} acknowledged events ${there} are there`)
    const engine = plain.parse(child('ingest-plain.ts', [join(folder, 'plain.duckdb'), '5']))
    const { eventsPerSecond, p50Ms, p99Ms, refused } = taken
    const details = {
      p50_ms: p50Ms,
      memory_mb: memoryMb,
      refused,
      plain_appends_per_second: Math.round(engine.eventsPerSecond),
      of_plain_appends: Number((eventsPerSecond / engine.eventsPerSecond).toPrecision(3)),
    }
    return [
      figure(
        'ingest',
        'durable events a second in batches of 100, against the goal',
        eventsPerSecond,
        GOAL_EVENTS_PER_SECOND,
        { atLeast: 1 },
        details,
      ),
      figure('ingest-p99', 'ms for a batch of 100, against the goal', p99Ms, GOAL_P99_MS, {
        atMost: 1,
      }),
    ]
  } finally {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function serve(folder: string): Promise<{ process: ChildProcess; url: string }> {
  const file = join(folder, 'rollcall.yaml')
  writeFileSync(
    file,
    'version: 1\ntracking: { sources: { web: { write_key: { env: WEB_WRITE_KEY } } } }\n',
  )
  const server = spawn(process.execPath, [CLI, 'serve', '--port', '0', '--json', '--file', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, WEB_WRITE_KEY: WRITE_KEY },
  })
  let text = ''
  for await (const chunk of server.stdout) {
    text += String(chunk)
    const url = /"url": "(?<url>[^"]+)"/.exec(text)?.groups?.['url']
    if (url !== undefined) return { process: server, url }
  }
  throw new Error('The server did not begin')
}

/** The largest resident set that the system saw; null where it does not tell. */
function largestMemoryMb({ pid }: ChildProcess): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Math.round(Number(/VmHWM:\s+(?<kb>\d+) kB/.exec(status)?.groups?.['kb']) / 1024)
  } catch {
    return null
  }
}

async function countIn(folder: string): Promise<number> {
  let count = 0
  for await (const entries of readFrom(folder, START)) count += entries.length
  return count
}
