import type { Cells } from '../../core/match-key/rows.ts'
import { STRONG_KEYS, type StrongKey } from '../../core/sync/strong.ts'
import type { Destination, MembershipAnswer, RemovalEverywhere } from '../../destination/port.ts'
import type { ErasurePlace, ErasureProblem } from '../../store/erasures.ts'
import type { Workspace } from '../workspace.ts'
import { pauseOf, problemOf, refusalProblem } from './problem.ts'

const ATTEMPTS_MAX = 3

/**
 * Takes somebody out of all lists of an ad account at once, also of those that Rollcall keeps no more. Only what is theirs alone is
 * sent: what others have too would take those out of audiences whose ledgers say that they are surely in.
 */
export async function eraseFromAccount(
  own: readonly StrongKey[],
  destination: Destination,
  before: ErasurePlace,
  workspace: Workspace,
): Promise<ErasurePlace> {
  const place = { ...before, at: workspace.surroundings.world.now(), problem: null }
  const requests = requestsFor(own)
  let sent = 0
  let rows = 0
  const ended = (problem: ErasureProblem | null): ErasurePlace => ({
    ...place,
    state: problem === null ? 'done' : 'pending',
    rows: requests.reduce((sum, request) => sum + request.rows.length, 0),
    removed: Math.max(place.removed, rows),
    requests: place.requests + sent,
    problem,
  })
  try {
    const paused = await pauseOf(workspace, destination)
    if (paused !== null) return ended(paused)
    for (const request of requests)
      for (let attempt = 1; ; attempt += 1) {
        sent += 1
        const answer = await destination.removeEverywhere(request)
        const problem = problemOfAnswer(answer)
        if (problem === null) {
          rows += request.rows.length
          break
        }
        if (answer.kind === 'refused' || attempt === ATTEMPTS_MAX) return ended(problem)
      }
    return ended(null)
  } catch (error) {
    return ended(problemOf(error))
  }
}

function problemOfAnswer(answer: MembershipAnswer): ErasureProblem | null {
  switch (answer.kind) {
    case 'accepted':
      return null
    case 'refused':
      return refusalProblem(answer.refusal)
    case 'unknown':
      return {
        code: 'destination/no-answer',
        next: 'retry',
        remedy: 'Run it again, or any sync: that begins with what is left of an erasure',
      }
  }
}

/**
 * A row for each key. An EXTERN_ID alone would stand for whatever was ever uploaded with it, what others have too among it: it goes
 * beside another key that is theirs alone, or not at all. Its rows are a request of their own, since the platform takes the column
 * only where it is full.
 */
function requestsFor(own: readonly StrongKey[]): readonly RemovalEverywhere[] {
  const parts = own.flatMap((text) => {
    const at = text.indexOf(':')
    const key = STRONG_KEYS[Number(text.slice(0, at))]
    return key === undefined ? [] : [{ key, value: text.slice(at + 1) }]
  })
  const others = parts.filter(({ key }) => key !== 'EXTERN_ID')
  const [beside] = others
  const ids =
    beside === undefined
      ? []
      : parts.flatMap((part) => (part.key === 'EXTERN_ID' ? [[part, beside]] : []))
  return [ids, others.map((part) => [part])].flatMap((rows) => {
    const schema = STRONG_KEYS.filter((key) => rows.flat().some((part) => part.key === key))
    const cells = rows.map((row): Cells =>
      schema.map((key) => row.find((part) => part.key === key)?.value ?? null),
    )
    return rows.length === 0 ? [] : [{ schema, rows: cells }]
  })
}
