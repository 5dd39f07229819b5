import type { Parameters } from './parameters.ts'

/** Older requests are forgotten. */
const REQUESTS_KEPT = 1000
const SECRETS: ReadonlySet<string> = new Set([
  'access_token',
  'appsecret_proof',
  'client_secret',
  'fb_exchange_token',
  'input_token',
])

/** One request as a test may look at it: no token, and rows only as their number. */
interface LoggedRequest {
  readonly at: number
  /** After a `method` parameter has had its say. */
  method: string
  readonly http_method: string
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  /** The parameters of the body, the payload without its rows. */
  body: Readonly<Record<string, unknown>>
  rows: number
  /** Null while it is being answered, and when no answer was given. */
  status: number | null
}

function withoutRows(value: unknown): unknown {
  let payload: unknown = value
  if (typeof value === 'string') {
    try {
      payload = JSON.parse(value)
    } catch {
      return 'not JSON'
    }
  }
  if (typeof payload !== 'object' || payload === null) return payload
  const { data, ...rest } = payload as { readonly data?: unknown }
  return { ...rest, rows: Array.isArray(data) ? data.length : null }
}

/** A long query is one with rows in it, and not worth keeping as it stands. */
const QUERY_KEPT_MAX = 2000

/** Parameters with the rows of their payload as a number. */
function condensed(parameters: Parameters): Parameters {
  const { payload } = parameters
  return payload === undefined ? parameters : { ...parameters, payload: withoutRows(payload) }
}

const queryParameters = (query: string): Parameters =>
  condensed(Object.fromEntries(new URLSearchParams(query)))

/** Parameters without secrets, and without those of `except`. */
function open(parameters: Parameters, except: Parameters = {}): Record<string, unknown> {
  const shown = Object.entries(parameters).filter(
    ([name]) => !SECRETS.has(name) && !Object.hasOwn(except, name),
  )
  return Object.fromEntries(shown)
}

interface Kept {
  readonly request: LoggedRequest
  readonly query: string | Parameters
  parameters: Parameters
}

function logged({ request, query, parameters }: Kept): LoggedRequest {
  const asked = typeof query === 'string' ? queryParameters(query) : query
  return { ...request, query: open(asked), body: open(parameters, asked) }
}

/** The latest requests, summed up only when somebody looks. */
export interface RequestLog {
  begin(request: {
    readonly at: number
    readonly method: string
    readonly path: string
    readonly query: string
  }): Entry
  list(): readonly LoggedRequest[]
  clear(): void
}

/** What becomes known of a request while it is answered. */
export interface Entry {
  readonly understood: (method: string, parameters: Parameters) => void
  readonly countRows: (rows: number) => void
  readonly answered: (status: number) => void
}

export function createRequestLog(): RequestLog {
  let kept: Kept[] = []
  return {
    begin: ({ at, method, path, query }) => {
      const request: LoggedRequest = {
        at,
        method,
        http_method: method,
        path,
        query: {},
        body: {},
        rows: 0,
        status: null,
      }
      const entry: Kept = {
        request,
        query: query.length > QUERY_KEPT_MAX ? queryParameters(query) : query,
        parameters: {},
      }
      kept.push(entry)
      // Cut rarely, so that a long list is not copied for every request.
      if (kept.length > 2 * REQUESTS_KEPT) kept = kept.slice(-REQUESTS_KEPT)
      return {
        understood: (effective, parameters) => {
          request.method = effective
          // Rows would keep much alive, so they are counted at once.
          entry.parameters = condensed(parameters)
        },
        countRows: (rows) => {
          request.rows = rows
        },
        answered: (status) => {
          request.status = status
        },
      }
    },
    list: () => kept.slice(-REQUESTS_KEPT).map(logged),
    clear: () => {
      kept = []
    },
  }
}
