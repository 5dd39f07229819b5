import type { Connection } from './settings.ts'

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  UND_ERR_SOCKET: 'the connection broke off',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'no answer in time',
}
/** Nobody listens there: for a sandbox, that it is not running. */
const NOBODY_THERE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

/** The code of a network failure, which `fetch` hides in the cause of its error. */
function causeCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error.name === 'TimeoutError') return 'ETIMEDOUT'
  if ('code' in error && typeof error.code === 'string') return error.code
  return causeCode(error.cause)
}

/** What happened to a request that was not answered. Only known causes are named: the text of an error could hold anything. */
export function lostAnswerMessage(error: unknown, { apiUrl, environment }: Connection): string {
  const code = causeCode(error) ?? ''
  const why = CAUSES[code] ?? 'the connection failed'
  if (!NOBODY_THERE.has(code)) return `No answer from ${apiUrl}: ${why}`
  const hint = environment === 'SANDBOX' ? ' Is the sandbox running?' : ''
  return `Cannot reach ${apiUrl}: ${why}.${hint}`
}
