import { hash } from 'node:crypto'
import { requireListAccess } from '../access.ts'
import { accountOf, audienceOf, notFound, type Context } from '../context.ts'
import { GraphError } from '../errors.ts'
import type { AdAccount } from '../model/account.ts'
import type { AudienceRecord } from '../model/audience.ts'
import { examineRows, readPayload, type Examined, type Payload } from '../payload.ts'
import { readSession, type UploadSession } from '../upload-session.ts'

/** The session id that Meta makes up for a request without one: the same for the same operation and schema. */
function inventedSession(operation: string, { schema }: Payload): string {
  const digest = hash('sha1', `${operation} ${schema.join(',')}`)
  return (BigInt(`0x${digest.slice(0, 15)}`) * 4n + 1n).toString()
}

/** The answer to every request that carries rows. */
export function membershipAnswer(
  audienceId: string | undefined,
  sessionId: string,
  { valid, invalid, samples }: Examined,
): unknown {
  return {
    ...(audienceId === undefined ? {} : { audience_id: audienceId }),
    session_id: sessionId,
    num_received: valid + invalid,
    num_invalid_entries: invalid,
    invalid_entry_samples: samples,
  }
}

function ownerOf(context: Context, { accountId }: AudienceRecord): AdAccount {
  const account = context.model.state.accounts.get(accountId)
  if (account === undefined) throw notFound(context)
  return account
}

export function requirePayload(context: Context): Payload {
  const payload = readPayload(context.parameters)
  if (payload === undefined) throw new GraphError('missingParameter', { names: 'payload' })
  context.countRows(payload.data.length)
  return payload
}

export function examine({ model, fault }: Context, payload: Payload): Examined {
  return examineRows(payload, { keep: !model.countOnly, fault })
}

/** What stands against any upload to this audience, whatever its rows. */
export function requireUploadable(
  context: Context,
  record: AudienceRecord,
  payload: Payload,
): void {
  requireListAccess(context, ownerOf(context, record), 'upload')
  if (record.flagged) throw new GraphError('uploadBlocked')
  if (record.subtype !== 'CUSTOM') {
    throw new GraphError('updateFailed', { reason: 'The audience is not a customer list.' })
  }
  if (record.valueBased && !payload.schema.includes('LOOKALIKE_VALUE')) {
    throw new GraphError('valueRequired')
  }
}

/** The first upload fixes how an audience's rows are identified. */
export function requireSameSource(record: AudienceRecord, { source }: Payload): void {
  if (record.sourceKind === null || record.sourceKind === source) return
  throw new GraphError('sourceMismatch', {
    held: `FILE_IMPORTED.${record.sourceKind}`,
    sent: `FILE_IMPORTED.${source}`,
  })
}

function changeMembers(context: Context, operation: 'add' | 'remove'): unknown {
  const { model, now, parameters, rules } = context
  const record = audienceOf(context)
  const payload = requirePayload(context)
  const session: UploadSession | undefined = readSession(parameters)
  requireUploadable(context, record, payload)
  if (record.replace !== null) throw new GraphError('updateInProgress')
  if (operation === 'add') requireSameSource(record, payload)
  const examined = examine(context, payload)
  const left = (model.members(record.id)?.size ?? 0) - examined.valid
  if (
    operation === 'remove' &&
    rules.minimumAfterRemoval !== null &&
    left < rules.minimumAfterRemoval
  ) {
    throw new GraphError('tooSmallToRemove')
  }
  const sessionId = session?.id ?? inventedSession(operation, payload)
  model.commit({
    kind: 'members',
    operation,
    id: record.id,
    at: now,
    source: operation === 'add' ? payload.source : null,
    rows: examined.rows,
    count: examined.valid,
    received: payload.data.length,
    sessionId,
    last: session?.last ?? true,
  })
  return membershipAnswer(record.id, sessionId, examined)
}

/** `POST /{audience}/users`. */
export const addMembers = (context: Context): unknown => changeMembers(context, 'add')

/** `DELETE /{audience}/users`. */
export const removeMembers = (context: Context): unknown => changeMembers(context, 'remove')

/**
 * `DELETE /act_…/usersofanyaudience`: out of every customer list of the account. Without a business or accepted terms it
 * is answered like any other and does nothing.
 */
export function removeEverywhere(context: Context): unknown {
  const { model, now } = context
  const account = accountOf(context)
  const payload = requirePayload(context)
  const examined = examine(context, payload)
  const silent = account.business === null || !account.terms.includes('custom_audience_tos')
  if (!silent) {
    requireListAccess(context, account, 'upload')
    model.commit({
      kind: 'remove-everywhere',
      accountId: account.id,
      at: now,
      rows: examined.rows,
      count: examined.valid,
    })
  }
  return membershipAnswer(undefined, inventedSession('opt-out', payload), examined)
}
