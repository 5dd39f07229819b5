import { createHmac, timingSafeEqual } from 'node:crypto'
import { GraphError } from './errors.ts'
import { APP, type AccessToken } from './model/account.ts'
import type { State } from './model/state.ts'
import { textOf, type Parameters } from './parameters.ts'

const BEARER = 'Bearer '
/** The token of the app itself, as debug_token takes it. */
export const APP_TOKEN = `${APP.id}|${APP.secret}`

/** The token that a request carries: in its header, its query or its body. */
export function carriedToken(request: Request, parameters: Parameters): string | undefined {
  const header = request.headers.get('authorization')
  if (header?.startsWith(BEARER) === true) return header.slice(BEARER.length)
  return textOf(parameters, 'access_token')
}

/** A time as Meta writes it in its token errors: `Tuesday, 01-Aug-23 10:12:14 PDT`, always in UTC here. */
function tokenTime(ms: number): string {
  const [weekday, day = '', month = '', year = '', time] = new Date(ms).toUTCString().split(' ')
  const days: Readonly<Record<string, string>> = {
    'Mon,': 'Monday',
    'Tue,': 'Tuesday',
    'Wed,': 'Wednesday',
    'Thu,': 'Thursday',
    'Fri,': 'Friday',
    'Sat,': 'Saturday',
    'Sun,': 'Sunday',
  }
  return `${days[weekday ?? ''] ?? ''}, ${day}-${month}-${year.slice(2)} ${time ?? ''} UTC`
}

export function tokenExpired(expiredAt: number, now: number): GraphError {
  return new GraphError('tokenExpired', {
    expired: tokenTime(expiredAt),
    current: tokenTime(now),
  })
}

/** Why a token cannot be used at `now`, or undefined when it can. */
export function tokenFault(token: AccessToken, now: number): GraphError | undefined {
  if (token.invalidated) return new GraphError('tokenInvalidated')
  if (token.expiresAt !== null && now >= token.expiresAt) return tokenExpired(token.expiresAt, now)
  return undefined
}

/** Checks `appsecret_proof`, where a request carries one: hex HMAC-SHA256 of the token, or of `token|time`. */
function checkProof(token: string, parameters: Parameters): void {
  const proof = textOf(parameters, 'appsecret_proof')
  if (proof === undefined) return
  const time = textOf(parameters, 'appsecret_time')
  const signed = time === undefined ? token : `${token}|${time}`
  const expected = createHmac('sha256', APP.secret).update(signed).digest()
  const given = Buffer.from(proof, 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new GraphError('proofWrong')
  }
}

/** The token a request acts with, checked. */
export function authenticate(
  state: State,
  request: Request,
  parameters: Parameters,
  now: number,
): AccessToken {
  const carried = carriedToken(request, parameters)
  if (carried === undefined) throw new GraphError('tokenMissing')
  const token = state.tokens.get(carried)
  if (token === undefined) throw new GraphError('tokenUnknown')
  const fault = tokenFault(token, now)
  if (fault !== undefined) throw fault
  checkProof(carried, parameters)
  return token
}
