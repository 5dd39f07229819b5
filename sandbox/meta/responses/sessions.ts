import { requireScope } from '../access.ts'
import { audienceOf, type Context } from '../context.ts'
import { readFields, type FieldTable } from '../fields.ts'
import { MATCH_SHARE } from '../model/match-rate.ts'
import type { Upload } from '../model/audience.ts'
import { textOf } from '../parameters.ts'

/** How long an upload is worked on after its last batch. */
const PROCESSING_MS = 3_600_000

interface UploadNode {
  readonly upload: Upload
  readonly done: boolean
}

const seconds = (ms: number): string => String(Math.floor(ms / 1000))

/** All of them text, as Meta has it. */
const SESSION_FIELDS: FieldTable<UploadNode> = {
  session_id: ({ upload }) => upload.sessionId,
  start_time: ({ upload }) => seconds(upload.startedAt),
  end_time: ({ upload, done }) => (done ? seconds((upload.endedAt ?? 0) + PROCESSING_MS) : '0'),
  num_received: ({ upload }) => String(upload.received),
  num_matched: ({ upload, done }) =>
    done ? String(Math.round((upload.received - upload.invalid) * MATCH_SHARE)) : '-1',
  num_invalid_entries: ({ upload }) => String(upload.invalid),
  progress: ({ done }) => (done ? '100' : '0'),
  stage: ({ done }) => (done ? 'finished' : 'uploading'),
}

/** `GET /{audience}/sessions`: the latest first, one of them where `session_id` names it. */
export function listSessions(context: Context): unknown {
  const { parameters, now } = context
  const record = audienceOf(context)
  requireScope(context, 'ads_management', 'ads_read')
  const wanted = textOf(parameters, 'session_id')
  const asked = {
    fields: textOf(parameters, 'fields'),
    kind: 'CustomAudienceSession',
    byDefault: Object.keys(SESSION_FIELDS),
  }
  const uploads = record.uploads.filter(
    ({ sessionId }) => wanted === undefined || sessionId === wanted,
  )
  return {
    data: uploads.toReversed().map((upload) => {
      const done = upload.endedAt !== null && now >= upload.endedAt + PROCESSING_MS
      return readFields({ upload, done }, SESSION_FIELDS, asked)
    }),
  }
}

/** `GET /{audience}/health`: Meta computes it now and then; here it never has. */
export function readHealth(context: Context): unknown {
  audienceOf(context)
  requireScope(context, 'ads_management', 'ads_read')
  return { data: [] }
}
