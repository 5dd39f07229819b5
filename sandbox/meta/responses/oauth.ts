import { APP_TOKEN, carriedToken, tokenFault } from '../auth.ts'
import type { Context } from '../context.ts'
import { GraphError } from '../errors.ts'
import { APP, type AccessToken } from '../model/account.ts'
import { textOf } from '../parameters.ts'

/** About sixty days, as long as a long-lived token is good. */
const LONG_LIVED_SECONDS = 5_183_944

/** A context before anyone is known to be calling. */
export type OpenContext = Omit<Context, 'token'>

const seconds = (ms: number): number => Math.floor(ms / 1000)

function requireApp({ parameters }: OpenContext): void {
  const known =
    textOf(parameters, 'client_id') === APP.id && textOf(parameters, 'client_secret') === APP.secret
  if (!known) throw new GraphError('secretWrong')
}

/** The queued token faults also show when a token is looked at. */
function faultOf({ faults, now }: OpenContext, token: AccessToken): GraphError | undefined {
  if (faults.isActive('token_invalidated')) return new GraphError('tokenInvalidated')
  const expiresAt = faults.isActive('token_expired') ? now : token.expiresAt
  return tokenFault({ ...token, expiresAt }, now)
}

/** `GET /debug_token`: what there is to know of a token, for the app itself or a valid token. */
export function debugToken(context: OpenContext): unknown {
  const { model, parameters, request, random } = context
  const caller = carriedToken(request, parameters)
  if (caller === undefined) throw new GraphError('tokenMissing')
  if (caller !== APP_TOKEN && !model.state.tokens.has(caller)) throw new GraphError('tokenUnknown')
  const input = textOf(parameters, 'input_token')
  if (input === undefined) throw new GraphError('missingParameter', { names: 'input_token' })
  const token = model.state.tokens.get(input)
  if (token === undefined) {
    const { message } = new GraphError('tokenUnknown')
    return { data: { error: { code: 190, message }, is_valid: false, scopes: [] } }
  }
  const fault = faultOf(context, token)
  const error = fault?.envelope(random(11)).error
  return {
    data: {
      app_id: APP.id,
      type: 'USER',
      application: APP.name,
      data_access_expires_at: 0,
      expires_at: token.expiresAt === null ? 0 : seconds(token.expiresAt),
      is_valid: fault === undefined,
      issued_at: seconds(token.issuedAt),
      scopes: token.scopes,
      granular_scopes: token.scopes.map((scope) => ({ scope })),
      user_id: token.userId,
      ...(error === undefined
        ? {}
        : {
            error: {
              code: error['code'],
              message: error['message'],
              subcode: error['error_subcode'],
            },
          }),
    },
  }
}

/** `GET /oauth/access_token`: a token that is still good becomes one that is good for sixty days. */
export function exchangeToken(context: OpenContext): unknown {
  const { model, now, parameters, random } = context
  const grant = textOf(parameters, 'grant_type')
  requireApp(context)
  if (grant === 'client_credentials') return { access_token: APP_TOKEN, token_type: 'bearer' }
  if (grant !== 'fb_exchange_token') {
    throw new GraphError('invalidParameter', {
      reason: 'The sandbox knows the grant types fb_exchange_token and client_credentials',
    })
  }
  const token = model.state.tokens.get(textOf(parameters, 'fb_exchange_token') ?? '')
  if (token === undefined) throw new GraphError('tokenUnknown')
  const fault = faultOf(context, token)
  if (fault !== undefined) throw fault
  const exchanged: AccessToken = {
    ...token,
    token: `sandbox-token-${random(24)}`,
    issuedAt: now,
    expiresAt: now + LONG_LIVED_SECONDS * 1000,
  }
  model.commit({ kind: 'token', token: exchanged })
  return {
    access_token: exchanged.token,
    token_type: 'bearer',
    expires_in: LONG_LIVED_SECONDS,
  }
}
