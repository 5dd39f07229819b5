import { z } from 'zod'
import { MATCH_KEYS, type MatchKey } from '../../core/match-key/table.ts'
import type { MembershipAnswer, MembershipRequest } from '../port.ts'
import { ROWS_PER_REQUEST_MAX } from './body.ts'

const samplesSchema = z.record(z.string(), z.unknown())

const answerSchema = z.object({
  audience_id: z.unknown().optional(),
  num_received: z.coerce.number().int().nonnegative(),
  num_invalid_entries: z.coerce.number().int().nonnegative(),
  /** A map from the JSON text of a row to a reason, or an empty list when there is none. */
  invalid_entry_samples: z.union([samplesSchema, z.array(samplesSchema)]).catch({}),
})

/** A cell without the differences that JSON makes: an empty list is no value, `12.50` and `12.5` are one number. */
function plainCell(cell: unknown, key: MatchKey | undefined): string {
  if (cell === null || cell === undefined) return ''
  if (Array.isArray(cell)) return cell.map((part) => plainCell(part, key)).join(',')
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell)
  const asItIs = key === undefined || MATCH_KEYS[key].json !== 'number' || text === ''
  return asItIs ? text : String(Number(text))
}

const plainRow = (cells: readonly unknown[], schema: readonly MatchKey[]): string =>
  JSON.stringify(cells.map((cell, at) => plainCell(cell, schema[at])))

function sampleRow(text: string, schema: readonly MatchKey[]): string {
  try {
    const cells: unknown = JSON.parse(text)
    return plainRow(Array.isArray(cells) ? cells : [cells], schema)
  } catch {
    return plainRow([text], schema)
  }
}

/** Which rows the samples mean. A text that fits several equal rows means them all. */
function namedRows(
  samples: Readonly<Record<string, unknown>>,
  { rows, schema }: MembershipRequest,
  show: (reason: string, row: number) => string,
): { readonly row: number; readonly reason: string }[] {
  const reasons = new Map(
    Object.entries(samples).map(([text, why]) => [sampleRow(text, schema), why]),
  )
  if (reasons.size === 0) return []
  return rows.flatMap((cells, row) => {
    const plain = plainRow(cells, schema)
    if (!reasons.has(plain)) return []
    const reason = reasons.get(plain)
    return [{ row, reason: show(typeof reason === 'string' ? reason : 'not valid', row) }]
  })
}

/** Meta documents the count as the session's so far, and answers with the request's. */
function countFits(received: number, { rows, session }: MembershipRequest): boolean {
  if (received === rows.length) return true
  const batches = session?.sequence ?? 1
  return batches > 1 && received > rows.length && received <= batches * ROWS_PER_REQUEST_MAX
}

/**
 * What a readable answer says became of the rows. A count that does not add up is `unknown`.
 *
 * @param show makes a reason fit to be shown; it gets the row that the reason is about.
 */
export function readMembershipAnswer(
  data: unknown,
  request: MembershipRequest,
  show: (reason: string, row: number) => string,
): MembershipAnswer {
  const found = answerSchema.safeParse(data)
  if (!found.success) {
    return { kind: 'unknown', message: 'Cannot tell whether Meta did it: the answer has no counts' }
  }
  const { audience_id: audienceId, num_received: received, num_invalid_entries: told } = found.data
  const sent = request.rows.length
  if (typeof audienceId === 'string' && audienceId !== request.audienceId) {
    return {
      kind: 'unknown',
      message: 'Cannot tell whether Meta did it: it answers for another audience',
    }
  }
  if (!countFits(received, request) || told > received) {
    const counts = `${sent} rows sent, ${received} received, ${told} invalid`
    return { kind: 'unknown', message: `Cannot tell whether Meta did it: ${counts}` }
  }
  const list = found.data.invalid_entry_samples
  const samples: Readonly<Record<string, unknown>> = Array.isArray(list)
    ? Object.assign({}, ...list)
    : list
  const named = namedRows(samples, request, show)
  // The platform calls its count inexact; it cannot be less than the rows that it names.
  return {
    kind: 'accepted',
    received: sent,
    invalid: Math.min(sent, Math.max(told, named.length)),
    named,
  }
}
