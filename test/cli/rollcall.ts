import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that is under way. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** A folder with a definition and data, in which the real command is run as a process of its own. */
export class Place {
  readonly folder: string
  /** Environment variables of the commands, beside those of the test. */
  readonly env: Record<string, string> = {}

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    this.folder = mkdtempSync(join(tmpdir(), 'rollcall-cli-'))
    for (const [path, text] of Object.entries(files)) this.write(path, text)
    after(() => rmSync(this.folder, { recursive: true, force: true }))
  }

  write(path: string, text: string | Uint8Array): void {
    const target = join(this.folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }

  start(...words: readonly string[]): Running {
    return this.#spawn('ignore', words)
  }

  #spawn(stdin: 'ignore' | 'pipe', words: readonly string[]): Running {
    const child = spawn(process.execPath, [MAIN, ...words], {
      cwd: this.folder,
      stdio: [stdin, 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: CACHE, ...this.env },
    })
    return { child, ended: endOf(child) }
  }

  /** Runs a command with a text piped into it. */
  async piped(input: string, ...words: readonly string[]): Promise<Ended> {
    const { child, ended } = this.#spawn('pipe', words)
    child.stdin?.end(input)
    return ended
  }

  async rollcall(...words: readonly string[]): Promise<Ended> {
    return this.start(...words).ended
  }

  /** Runs a command with `--json`; its stdout must be one document. */
  async json(...words: readonly string[]): Promise<{ code: number | null; document: unknown }> {
    const { code, stdout } = await this.rollcall(...words, '--json')
    return { code, document: JSON.parse(stdout) }
  }
}

const CACHE = join(tmpdir(), 'rollcall-cli-cache')

async function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Customers c1 to c`count`, each with an address and a revenue of their number. */
export function customers(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const number = index + 1
    return `c${number},person${number}@example.com,+1202555${1000 + number},${number}`
  })
  return `customer_id,email,phone,revenue\n${lines.join('\n')}\n`
}

/** One audience of those whose revenue is above `above`, synced to the sandbox. */
export function definition({
  above = 0,
  apiUrl,
  source = '{ type: files, path: ./data }',
}: {
  readonly above?: number
  readonly apiUrl?: string
  readonly source?: string
} = {}): string {
  const url = apiUrl === undefined ? '' : `, api_url: "${apiUrl}"`
  return `version: 1
sources:
  shop: ${source}
models:
  customers: { source: shop, table: customers, key: customer_id }
audiences:
  spenders:
    name: Big spenders
    model: customers
    where: { trait: revenue, gt: ${above} }
destinations:
  meta: { type: meta${url} }
syncs:
  spenders_to_meta:
    audience: spenders
    destination: meta
    mapping: { EXTERN_ID: customer_id, EMAIL: email, PHONE: phone }
`
}

/** The value at a path of a JSON document. */
export function pick(document: unknown, path: readonly (string | number)[]): unknown {
  let value = document
  for (const step of path) value = Object(value)[step]
  return value
}

/** One field of each element of a list in a JSON document. */
export function pickAll(document: unknown, list: string, field: string): unknown[] {
  const elements = pick(document, [list])
  assert.ok(Array.isArray(elements))
  return elements.map((element: unknown) => pick(element, [field]))
}
