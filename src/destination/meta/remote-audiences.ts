import type { AudienceSpec, RemoteAudience, Result } from '../port.ts'
import { accountRefusal } from './account.ts'
import { audienceFailure, malformedId } from './audience-failure.ts'
import { listAudiences } from './audience-list.ts'
import { AUDIENCE_FIELDS, readAudience } from './audience.ts'
import type { Graph } from './graph.ts'
import type { Call } from './request.ts'

const senseless = (attempt: string): Result<never> => ({
  kind: 'unknown',
  message: `Cannot ${attempt}: the answer makes no sense`,
})

/** Reads one audience. */
export async function lookAtAudience(
  graph: Graph,
  adAccount: string,
  audienceId: string,
): Promise<Result<RemoteAudience>> {
  const attempt = `look at Custom Audience ${audienceId}`
  const refusal = malformedId(graph, audienceId, attempt)
  if (refusal !== undefined) return { kind: 'refused', refusal }
  const answer = await graph.read({ path: audienceId, query: { fields: AUDIENCE_FIELDS }, attempt })
  if (answer.kind !== 'ok') return audienceFailure(graph, adAccount, audienceId, attempt, answer)
  const value = readAudience(answer.data)
  return value?.id === audienceId ? { kind: 'ok', value } : senseless(attempt)
}

/** Reads all the ad account's audiences, or says why not; never some of them. */
export async function allAudiences(
  graph: Graph,
  adAccount: string,
): Promise<Result<readonly RemoteAudience[]>> {
  const found = await listAudiences(graph, adAccount, AUDIENCE_FIELDS)
  if (found.kind !== 'ok') return found
  const value = found.value.map(readAudience).filter((audience) => audience !== undefined)
  const complete = value.length === found.value.length
  return complete ? { kind: 'ok', value } : senseless(`list the Custom Audiences of ${adAccount}`)
}

/** Makes an empty audience and gives its id. Names are not unique at Meta: doing it twice makes two. */
export async function createAudience(
  graph: Graph,
  adAccount: string,
  spec: AudienceSpec,
): Promise<Result<string>> {
  return createNode(graph, adAccount, `create Custom Audience "${spec.name}"`, {
    name: spec.name,
    description: spec.description,
    subtype: 'CUSTOM',
    customer_file_source: spec.customerFileSource,
    ...(spec.valueBased ? { is_value_based: true } : {}),
  })
}

/** Makes an audience of whatever kind, and gives its id. */
export async function createNode(
  graph: Graph,
  adAccount: string,
  attempt: string,
  node: Readonly<Record<string, unknown>>,
): Promise<Result<string>> {
  const answer = await graph.call({
    method: 'POST',
    path: `${adAccount}/customaudiences`,
    body: JSON.stringify(node),
    attempt,
  })
  if (answer.kind === 'unknown') return answer
  if (answer.kind === 'refused') {
    return { kind: 'refused', refusal: accountRefusal(graph, attempt, answer.refusal) }
  }
  const { id } = answer.data
  return typeof id === 'string' && /^\d+$/.test(id) ? { kind: 'ok', value: id } : senseless(attempt)
}

/** Changes or deletes one audience. */
export async function changeAudience(
  graph: Graph,
  adAccount: string,
  audienceId: string,
  call: Pick<Call, 'method' | 'body' | 'attempt'>,
): Promise<Result<void>> {
  const { attempt } = call
  const refusal = malformedId(graph, audienceId, attempt)
  if (refusal !== undefined) return { kind: 'refused', refusal }
  const answer = await graph.call({ ...call, path: audienceId })
  if (answer.kind !== 'ok') return audienceFailure(graph, adAccount, audienceId, attempt, answer)
  return answer.data['success'] === true ? { kind: 'ok', value: undefined } : senseless(attempt)
}
