import type { Mark } from './people.ts'

/** A request that changes who is in an audience, read off the wire. */
export interface MembershipCall {
  readonly operation: 'add' | 'remove' | 'replace'
  readonly audienceId: string
  readonly schema: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  /** A replacement's last batch, which makes everybody else leave. */
  readonly last: boolean
  /** The session of a replacement; empty for anything else. */
  readonly session: string
  readonly method: string
  readonly url: string
  readonly body: string
}

const STRONG: ReadonlySet<string> = new Set(['EMAIL', 'PHONE', 'MADID', 'APPUID', 'EXTERN_ID'])
const PATH = /\/v\d+\.\d+\/(?<id>\d+)\/(?<edge>users|usersreplace)$/

interface Body {
  readonly payload: { readonly schema: readonly string[]; readonly data: readonly unknown[][] }
  readonly session?: { readonly session_id: number; readonly last_batch_flag: boolean }
}

/** Undefined for a request that is about something else. */
export function membershipCall(
  { method, url }: Pick<Request, 'method' | 'url'>,
  body: string,
): MembershipCall | undefined {
  const { id, edge } = PATH.exec(new URL(url).pathname)?.groups ?? {}
  if (id === undefined) return undefined
  const { payload, session } = JSON.parse(body) as Body
  const operation = edge === 'usersreplace' ? 'replace' : method === 'DELETE' ? 'remove' : 'add'
  return {
    operation,
    audienceId: id,
    schema: payload.schema,
    rows: payload.data,
    last: session?.last_batch_flag ?? false,
    session: session === undefined ? '' : String(session.session_id),
    method,
    url,
    body,
  }
}

/** The same request with fewer rows. */
export function withRows(
  call: MembershipCall,
  keep: (marks: readonly Mark[]) => boolean,
): MembershipCall {
  const { payload, ...rest } = JSON.parse(call.body) as Body
  const rows = call.rows.filter((row) => keep(marksOfRow(call.schema, row)))
  return {
    ...call,
    rows,
    body: JSON.stringify({ ...rest, payload: { ...payload, data: rows } }),
  }
}

/** The strong keys of a row as the far side knows them. */
export function marksOfRow(schema: readonly string[], row: readonly unknown[]): Mark[] {
  return schema.flatMap((key, place) => {
    const cell = row[place]
    return STRONG.has(key) && typeof cell === 'string' && cell !== '' ? [`${key}:${cell}`] : []
  })
}

export const marksOfCall = ({ schema, rows }: MembershipCall): Mark[][] =>
  rows.map((row) => marksOfRow(schema, row))
