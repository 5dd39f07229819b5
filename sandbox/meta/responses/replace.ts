import { audienceOf, type Context } from '../context.ts'
import { GraphError } from '../errors.ts'
import type { AudienceRecord } from '../model/audience.ts'
import type { Payload } from '../payload.ts'
import { readSession, type UploadSession } from '../upload-session.ts'
import {
  examine,
  membershipAnswer,
  requirePayload,
  requireSameSource,
  requireUploadable,
} from './members.ts'

/** An audience of this many people or more cannot be replaced. */
const REPLACEABLE_MAX = 100_000_000

/** What stands against a batch of a session that is not the open one: it has ended, or it does not begin at 1. */
function requireBeginning({ replacesEnded }: AudienceRecord, session: UploadSession): void {
  const end = replacesEnded[session.id]
  if (end === 'timed-out') throw new GraphError('replaceTimedOut')
  if (end === 'finished') throw new GraphError('replaceFinished')
  if (end === 'failed') throw new GraphError('replaceBroken')
  if (session.sequence !== 1) throw new GraphError('firstBatchNotOne')
}

/** What stands against a further batch of the open session: it is done, it begins again, or its schema changed. */
function requireContinuation(
  { replace }: AudienceRecord,
  session: UploadSession,
  { schema }: Payload,
): void {
  if (replace === null) return
  if (replace.id !== session.id || session.sequence === 1) throw new GraphError('updateInProgress')
  if (replace.swapAt !== null) throw new GraphError('replaceFinished')
  if (replace.schema.join() !== schema.join()) {
    throw new GraphError('updateFailed', {
      reason: 'The schema must stay the same for all batches of a replace session.',
    })
  }
}

/** `POST /{audience}/usersreplace`: one batch of a replacement, which takes effect as a whole after its last. */
export function replaceMembers(context: Context): unknown {
  const { model, now, parameters, rules, fault } = context
  const record = audienceOf(context)
  const payload = requirePayload(context)
  const session = readSession(parameters)
  if (session === undefined) throw new GraphError('missingParameter', { names: 'session' })
  requireUploadable(context, record, payload)
  if (record.replace === null) requireBeginning(record, session)
  else requireContinuation(record, session, payload)
  requireSameSource(record, payload)
  if (!record.valueBased && payload.schema.includes('LOOKALIKE_VALUE')) {
    throw new GraphError('updateFailed', {
      reason: 'An audience without values cannot be replaced by one with values.',
    })
  }
  if ((model.members(record.id)?.size ?? 0) >= REPLACEABLE_MAX) {
    throw new GraphError('replaceTooLarge')
  }
  const examined = examine(context, payload)
  const fails = fault?.fault === 'replace_failed'
  model.commit({
    kind: 'replace',
    id: record.id,
    at: now,
    source: payload.source,
    schema: payload.schema,
    swapAt: fails ? null : now + rules.replaceProcessingMs,
    rows: examined.rows,
    count: examined.valid,
    received: payload.data.length,
    sessionId: session.id,
    last: fails || session.last,
  })
  if (fails) throw new GraphError('replaceBroken')
  return membershipAnswer(record.id, session.id, examined)
}
