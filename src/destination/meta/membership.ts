import { AssertionError } from 'node:assert'
import type { MembershipAnswer, MembershipRequest, Refusal } from '../port.ts'
import { audienceFailure, malformedId } from './audience-failure.ts'
import { membershipBody } from './body.ts'
import type { Graph } from './graph.ts'
import { readMembershipAnswer } from './membership-answer.ts'
import { plainValues } from './plain-values.ts'

/**
 * A removal is a DELETE with a JSON body. Its rows must not be in the address, which is too short for them and ends up in
 * logs. The other way, a POST that says `method=delete`, would add the very people it is to remove wherever that word were
 * overlooked; a DELETE whose body gets lost on the way is only refused.
 */
const REQUESTS = {
  add: { method: 'POST', edge: 'users', words: 'add people to' },
  remove: { method: 'DELETE', edge: 'users', words: 'remove people from' },
  replace: { method: 'POST', edge: 'usersreplace', words: 'replace the people of' },
} as const

async function deliver(
  graph: Graph,
  adAccount: string,
  request: MembershipRequest,
  body: string,
): Promise<MembershipAnswer> {
  const { audienceId, operation, rows, schema } = request
  const { method, edge, words } = REQUESTS[operation]
  const attempt = `${words} Custom Audience ${audienceId}`
  const values = () => plainValues(schema, rows)
  const answer = await graph.callNow({
    method,
    path: `${audienceId}/${edge}`,
    body,
    attempt,
    values,
  })
  if (answer.kind === 'ok') {
    return readMembershipAnswer(answer.data, request, (reason, row) =>
      graph.redact(reason, plainValues(schema, rows.slice(row, row + 1))),
    )
  }
  // Only a replacement, which is done again as a whole, can shrug off what its broken session already did.
  const halfDone = answer.kind === 'refused' && answer.refusal.kind === 'session'
  if (halfDone && operation !== 'replace') {
    return { kind: 'unknown', message: answer.refusal.message }
  }
  return audienceFailure(graph, adAccount, audienceId, attempt, answer)
}

/** Sends one add, removal or batch of a replacement, once. A request that should never have been made is refused here, unsent. */
export async function sendMembership(
  graph: Graph,
  adAccount: string,
  request: MembershipRequest,
): Promise<MembershipAnswer> {
  const attempt = `${REQUESTS[request.operation].words} Custom Audience ${request.audienceId}`
  const refusal = malformedId(graph, request.audienceId, attempt)
  if (refusal !== undefined) return { kind: 'refused', refusal }
  const written = writtenBody(graph, request, attempt)
  return 'refusal' in written
    ? { kind: 'refused', ...written }
    : deliver(graph, adAccount, request, written.body)
}

/** The body of a request, or why it should never have been made. */
export function writtenBody(
  graph: Graph,
  request: MembershipRequest,
  attempt: string,
): { readonly body: string } | { readonly refusal: Refusal } {
  try {
    return { body: membershipBody(request) }
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error
    return { refusal: graph.refuse('meta/request-refused', attempt, error.message) }
  }
}
