import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
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

const START_MS_MAX = 20_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port')
  return address.port
}

/** `rollcall sandbox` in a process of its own, and its control routes. */
export class SandboxProcess implements AsyncDisposable {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#process = child
  }

  /** Starts it on a free port of this machine and waits until it answers. */
  static async start(): Promise<SandboxProcess> {
    const port = await freePort()
    const main = join(import.meta.dirname, '../../src/cli/main.ts')
    const child = spawn(process.execPath, [main, 'sandbox', '--port', String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part))
    const sandbox = new SandboxProcess(`http://127.0.0.1:${port}`, child)
    try {
      await sandbox.#answering()
      return sandbox
    } catch (error) {
      await sandbox[Symbol.asyncDispose]()
      throw new Error(`The sandbox did not start: ${said.trim()}`, { cause: error })
    }
  }

  async #answering(): Promise<void> {
    for (let waited = 0; waited < START_MS_MAX; waited += 50) {
      if (this.#process.exitCode !== null) break
      const answered = await this.audiences().then(
        () => true,
        () => false,
      )
      if (answered) return
      await delay(50)
    }
    throw new Error(`The sandbox does not answer at ${this.url}`)
  }

  async audiences(): Promise<readonly SandboxAudience[]> {
    return z.array(sandboxAudience).parse(await this.#get('audiences'))
  }

  async members(audienceId: string): Promise<readonly HeldRow[]> {
    return z.array(heldRow).parse(await this.#get(`audiences/${audienceId}/members`))
  }

  /** Moves the sandbox's clock: sizes follow it as Meta's follow the real one. */
  async letTimePass(ms: number): Promise<void> {
    const body = JSON.stringify({ advance_ms: ms })
    await fetch(`${this.url}/_control/clock`, { method: 'POST', body })
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}/_control/${path}`)
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
