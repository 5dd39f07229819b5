import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

type Child = ChildProcessByStdio<null, Readable, Readable>

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const ADDRESS = /"url": "(?<url>[^"]+)"/

/** A command of Rollcall that listens, in a process of its own, until it is disposed of. */
export class ServerProcess implements AsyncDisposable {
  readonly url: string
  readonly #process: Child

  private constructor(url: string, child: Child) {
    this.url = url
    this.#process = child
  }

  /**
   * Starts it on a free port of this machine and waits until it listens.
   * @param words the command and its options
   * @param env what its environment has beside that of this process
   */
  static async start(
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const child = spawn(process.execPath, [MAIN, ...words, '--port', '0', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    return new ServerProcess(await addressOf(child), child)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill()
    await ended
  }
}

/** Where it listens, as it says once it does. */
async function addressOf(child: Child): Promise<string> {
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part))
  for await (const part of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += String(part)
    const url = ADDRESS.exec(said)?.groups?.['url']
    if (url !== undefined) return url
  }
  throw new Error(`It did not start: ${said.trim()}`)
}
