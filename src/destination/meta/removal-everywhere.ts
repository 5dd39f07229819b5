import type { MembershipAnswer, MembershipRequest, RemovalEverywhere } from '../port.ts'
import { accountRefusal } from './account.ts'
import type { Graph } from './graph.ts'
import { writtenBody } from './membership.ts'
import { readMembershipAnswer } from './membership-answer.ts'
import { plainValues } from './plain-values.ts'

/**
 * Takes people out of every customer list of the ad account, once. Where the account is in no business portfolio or the terms are
 * not accepted, Meta answers as ever and may do nothing.
 *
 * @see https://developers.facebook.com/docs/marketing-api/reference/ad-account/usersofanyaudience
 */
export async function removeEverywhere(
  graph: Graph,
  adAccount: string,
  { schema, rows }: RemovalEverywhere,
): Promise<MembershipAnswer> {
  const attempt = `remove people from all Custom Audiences of ${adAccount}`
  const request: MembershipRequest = { operation: 'remove', audienceId: '', schema, rows }
  const written = writtenBody(graph, request, attempt)
  if ('refusal' in written) return { kind: 'refused', ...written }
  const answer = await graph.call({
    method: 'DELETE',
    path: `${adAccount}/usersofanyaudience`,
    body: written.body,
    attempt,
    values: () => plainValues(schema, rows),
  })
  switch (answer.kind) {
    case 'unknown':
      return answer
    case 'refused':
      return { kind: 'refused', refusal: accountRefusal(graph, attempt, answer.refusal) }
    case 'ok':
      // An older form of the answer has no counts.
      return answer.data['success'] === true
        ? { kind: 'accepted', received: rows.length, invalid: 0, named: [] }
        : readMembershipAnswer(answer.data, request, (reason, row) =>
            graph.redact(reason, plainValues(schema, rows.slice(row, row + 1))),
          )
  }
}
