import { createHmac } from 'node:crypto'
import type { Connection } from './settings.ts'

/** One call, in words and on the wire. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the version, without a slash at its beginning. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: string
  /** What is attempted, to follow "Cannot": `add people to Custom Audience 2384…`. */
  readonly attempt: string
  /** The plain values that the body holds, worked out only when a message must be shown. */
  readonly values?: () => ReadonlySet<string>
}

/** A call that changes nothing, and may be repeated. */
export type ReadCall = Omit<Call, 'method' | 'body'>

/**
 * Proves that the sender of the token also holds the app's secret.
 *
 * @see https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export function appSecretProof({ accessToken, appSecret }: Connection): string | undefined {
  if (appSecret === undefined) return undefined
  return createHmac('sha256', appSecret.reveal()).update(accessToken.reveal()).digest('hex')
}

/** The call as a request. The token travels in a header, since addresses end up in logs. */
export function requestOf(
  connection: Connection,
  { method, path, query, body }: Call,
  signal: AbortSignal,
): Request {
  const url = new URL(`${connection.apiUrl}/${connection.apiVersion}/${path}`)
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  const proof = appSecretProof(connection)
  if (proof !== undefined) url.searchParams.set('appsecret_proof', proof)
  const headers = new Headers({
    accept: 'application/json',
    authorization: `Bearer ${connection.accessToken.reveal()}`,
  })
  if (body !== undefined) headers.set('content-type', 'application/json')
  return new Request(url, {
    method,
    headers,
    // A redirect could carry the rows to another host.
    redirect: 'manual',
    signal,
    ...(body === undefined ? {} : { body }),
  })
}
