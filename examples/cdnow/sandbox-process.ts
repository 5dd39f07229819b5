import { z } from 'zod'
import { ServerProcess } from './server-process.ts'

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

/** `rollcall sandbox` and its control routes. */
export class SandboxProcess implements AsyncDisposable {
  readonly url: string
  readonly #server: ServerProcess

  private constructor(server: ServerProcess) {
    this.url = server.url
    this.#server = server
  }

  static async start(): Promise<SandboxProcess> {
    return new SandboxProcess(await ServerProcess.start(['sandbox']))
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
    await this.#server[Symbol.asyncDispose]()
  }
}
