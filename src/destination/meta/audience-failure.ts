import { assertNever } from '../../core/exhaustive.ts'
import type { Refusal } from '../port.ts'
import { listAudiences } from './audience-list.ts'
import type { Graph, Refused, Unknown } from './graph.ts'

/** Meta's ids are digits; anything else would end up in the address as something else. */
export function malformedId(
  graph: Graph,
  audienceId: string,
  attempt: string,
): Refusal | undefined {
  if (/^\d+$/.test(audienceId)) return undefined
  return graph.refuse('meta/request-refused', attempt, 'the id of a Custom Audience is digits only')
}

/**
 * What an answer that is no success says of an audience. Meta gives the same error for one that is deleted and for one that
 * may no longer be seen; only the ad account's whole list tells them apart: an audience that is not in it is gone, and with no
 * list nothing is known.
 */
export async function audienceFailure(
  graph: Graph,
  adAccount: string,
  audienceId: string,
  attempt: string,
  answer: Unknown | Refused,
): Promise<Unknown | Refused> {
  if (answer.kind === 'unknown' || answer.refusal.kind !== 'gone') return answer
  const found = await listAudiences(graph, adAccount, 'id')
  switch (found.kind) {
    case 'ok': {
      if (!found.value.some(({ id }) => id === audienceId)) return answer
      const detail = 'it is in the list of the ad account, and cannot be reached'
      return {
        kind: 'refused',
        refusal: graph.refuse('meta/no-audience-permission', attempt, detail),
      }
    }
    case 'unknown':
      return found
    case 'refused': {
      if (found.refusal.kind === 'throttled') return found
      const detail = `deleted or hidden; ${found.refusal.message}`
      return { kind: 'refused', refusal: graph.refuse('meta/no-permission', attempt, detail) }
    }
    default:
      return assertNever(found)
  }
}
