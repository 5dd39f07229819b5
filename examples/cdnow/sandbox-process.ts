import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'

/** One row that an audience in the sandbox holds: text and numbers by match key. */
const heldRow = z.record(z.string(), z.union([z.string(), z.number()]))

/** An audience in the sandbox, as its control routes tell of it. */
const sandboxAudience = z.object({
  id: z.string(),
  name: z.string(),
  approximate_count_lower_bound: z.number(),
  approximate_count_upper_bound: z.number(),
})

export type HeldRow = Readonly<z.output<typeof heldRow>>
export type SandboxAudience = Readonly<z.output<typeof sandboxAudience>>

type Child = ChildProcessByStdio<null, Readable, Readable>

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const ADDRESS = /"url": "(?<url>[^"]+)"/

/** Where it listens, as it says once it does. */
async function addressOf(child: Child): Promise<string> {
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part))
  for await (const part of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += String(part)
    const url = ADDRESS.exec(said)?.groups?.['url']
    if (url !== undefined) return url
  }
  throw new Error(`The sandbox did not start: ${said.trim()}`)
}

/** `rollcall sandbox` in a process of its own, and its control routes. */
export class SandboxProcess implements AsyncDisposable {
  readonly url: string
  readonly #process: Child

  private constructor(url: string, child: Child) {
    this.url = url
    this.#process = child
  }

  /** Starts it on a free port of this machine and waits until it listens. */
  static async start(): Promise<SandboxProcess> {
    const child = spawn(process.execPath, [MAIN, 'sandbox', '--port', '0', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new SandboxProcess(await addressOf(child), child)
  }

  async audiences(): Promise<readonly SandboxAudience[]> {
    return z.array(sandboxAudience).parse(await this.#ask('audiences'))
  }

  async members(audienceId: string): Promise<readonly HeldRow[]> {
    return z.array(heldRow).parse(await this.#ask(`audiences/${audienceId}/members`))
  }

  /** Moves the sandbox's clock: sizes follow it as Meta's follow the real one. */
  async letTimePass(ms: number): Promise<void> {
    await this.#ask('clock', { method: 'POST', body: JSON.stringify({ advance_ms: ms }) })
  }

  async #ask(path: string, request: RequestInit = {}): Promise<unknown> {
    const response = await fetch(`${this.url}/_control/${path}`, request)
    if (!response.ok) throw new Error(`The sandbox answered ${response.status} for ${path}`)
    return response.json()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill()
    await ended
  }
}
