import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { createSandbox, type Sandbox, type SandboxOptions } from '../sandbox.ts'

export const ACCOUNT = 'act_1000000001'
export const TOKEN = 'sandbox-token'
/** A Sunday in November 2026, when v24.0 had expired and v25.0 had not. */
export const START = Date.UTC(2026, 10, 22, 12)
export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

export interface Client {
  readonly sandbox: Sandbox
  /** A JSON request to `/v25.0/` and the path, with the token in its header. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** A JSON request to `/_control/` and the path. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<unknown>
  readonly create: (more?: Readonly<Record<string, unknown>>) => Promise<string>
  readonly members: (audienceId: string) => readonly unknown[]
}

/** The SHA-256 of a text, as every hashed match key is sent. */
export const sha256 = (text: string): string => hash('sha256', text)

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export async function answerOf(response: Response): Promise<Answer> {
  const body: unknown = await response.json()
  assert.ok(isRecord(body))
  return { status: response.status, headers: response.headers, body }
}

/** The error in an answer, as `code` or `code/subcode`. */
export function errorCode({ body: { error } }: Answer): string {
  assert.ok(isRecord(error), 'the answer is no error')
  const { code, error_subcode: subcode } = error
  return subcode === undefined
    ? JSON.stringify(code)
    : `${JSON.stringify(code)}/${JSON.stringify(subcode)}`
}

const request = (method: string, path: string, body: unknown): Request =>
  new Request(`http://sandbox.test/${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

/** A sandbox with a stopped clock and a fixed seed, and a client that speaks JSON to it. */
export function openClient(options: SandboxOptions = {}): Client {
  const sandbox = createSandbox({ now: () => START, seed: 1, ...options })
  const call: Client['call'] = async (method, path, body) =>
    answerOf(await sandbox.fetch(request(method, `v25.0/${path}`, body)))
  return {
    sandbox,
    call,
    control: async (method, path, body) => {
      const response = await sandbox.fetch(request(method, `_control/${path}`, body))
      return response.json()
    },
    create: async (more = {}) => {
      const { body } = await call('POST', `${ACCOUNT}/customaudiences`, {
        name: 'Lapsed buyers',
        subtype: 'CUSTOM',
        customer_file_source: 'USER_PROVIDED_ONLY',
        ...more,
      })
      assert.ok(typeof body['id'] === 'string', JSON.stringify(body))
      return body['id']
    },
    members: (audienceId) => sandbox.model.rowsOf(audienceId),
  }
}

/** The payload of rows that have an e-mail each. */
export function emails(...texts: readonly string[]): Readonly<Record<string, unknown>> {
  return { payload: { schema: ['EMAIL'], data: texts.map((text) => [sha256(text)]) } }
}
