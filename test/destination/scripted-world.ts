import type { World } from '../../src/core/world.ts'

/** What the far side does with one request: an answer, or a failure of the network. */
export type Scripted =
  | {
      readonly status?: number
      /** Text is sent as it is; anything else as JSON. */
      readonly body: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  | Error
  | ((request: Request) => Promise<Response>)

export interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string
}

export interface ScriptedWorld extends World {
  readonly sent: readonly Sent[]
  readonly slept: readonly number[]
  advance(ms: number): void
}

/** A network that answers from a list, in order, and a clock that only moves when told or slept on. */
export function scriptedWorld(
  script: readonly Scripted[],
  start = 1_800_000_000_000,
): ScriptedWorld {
  const sent: Sent[] = []
  const slept: number[] = []
  let clock = start
  async function fetchNext(request: Request): Promise<Response> {
    const { method, url, headers } = request
    const next = script[sent.length]
    sent.push({ method, url, headers, body: await request.clone().text() })
    if (next === undefined) throw new Error(`The script has no answer to ${method} ${url}`)
    if (next instanceof Error) throw next
    if (typeof next === 'function') return next(request)
    const text = typeof next.body === 'string' ? next.body : JSON.stringify(next.body)
    return new Response(text, { status: next.status ?? 200, headers: { ...next.headers } })
  }
  return {
    sent,
    slept,
    now: () => clock,
    advance: (ms) => {
      clock += ms
    },
    sleep: (ms) => {
      slept.push(ms)
      clock += ms
      return Promise.resolve()
    },
    random: () => 0.5,
    fetch: fetchNext,
  }
}

/** What `fetch` throws when the connection fails. */
export function networkError(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}

/** An error as Meta answers it. */
export function metaErrorBody(
  code: number,
  subcode?: number,
  message = 'Something that Meta says',
): unknown {
  return {
    error: {
      message,
      type: 'OAuthException',
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      fbtrace_id: 'AbCdEfGhIjK',
    },
  }
}
