import { GraphError } from './errors.ts'
import { objectOf, type Parameters } from './parameters.ts'

const INT64_MAX = 2n ** 63n - 1n

/** The session that a membership request belongs to. */
export interface UploadSession {
  readonly id: string
  readonly sequence: number
  readonly last: boolean
}

const refuse = (reason: string): GraphError => new GraphError('invalidParameter', { reason })

/** A positive 64-bit number; beyond 2^53 it has to be sent as text to arrive whole. */
function idOf(value: unknown): string {
  const text = typeof value === 'number' ? BigInt(Math.trunc(value)).toString() : value
  const valid =
    typeof text === 'string' &&
    /^[0-9]{1,19}$/.test(text) &&
    BigInt(text) > 0n &&
    BigInt(text) <= INT64_MAX
  if (!valid) throw refuse('Param session: session_id must be a positive 64-bit integer')
  return text
}

/** Reads `session`, or undefined when the request has none. */
export function readSession(parameters: Parameters): UploadSession | undefined {
  const session = objectOf(parameters, 'session')
  if (session === undefined) return undefined
  const sequence = Number(session['batch_seq'] ?? 1)
  if (!Number.isInteger(sequence) || sequence < 1) {
    throw refuse('Param session: batch_seq must be a positive integer')
  }
  const last = session['last_batch_flag']
  return {
    id: idOf(session['session_id']),
    sequence,
    last: last === true || last === 'true' || last === 1,
  }
}
