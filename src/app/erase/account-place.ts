import type { Cells } from '../../core/match-key/rows.ts'
import type { MatchKey } from '../../core/match-key/table.ts'
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
  const request = requestFor(own)
  const rows = request?.rows.length ?? 0
  const ended = (sent: number, problem: ErasureProblem | null): ErasurePlace => ({
    ...place,
    state: problem === null ? 'done' : 'pending',
    rows,
    removed: problem === null ? rows : 0,
    requests: place.requests + sent,
    problem,
  })
  try {
    if (request === null) return ended(0, null)
    const paused = await pauseOf(workspace, destination)
    if (paused !== null) return ended(0, paused)
    for (let attempt = 1; ; attempt += 1) {
      const answer = await destination.removeEverywhere(request)
      const problem = problemOfAnswer(answer)
      if (answer.kind !== 'unknown' || attempt === ATTEMPTS_MAX) return ended(attempt, problem)
    }
  } catch (error) {
    return ended(0, problemOf(error))
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

/** EXTERN_ID stands for whatever was ever uploaded with it, what others have too among it; the others count within one app or page. */
const NOT_SENT: readonly MatchKey[] = ['EXTERN_ID', 'APPUID', 'PAGEUID']

/** A row for each key that says by itself who it is. Null where there is none. */
function requestFor(own: readonly StrongKey[]): RemovalEverywhere | null {
  const parts = own.flatMap((text) => {
    const at = text.indexOf(':')
    const key = STRONG_KEYS[Number(text.slice(0, at))]
    return key === undefined || NOT_SENT.includes(key) ? [] : [{ key, value: text.slice(at + 1) }]
  })
  if (parts.length === 0) return null
  const schema = STRONG_KEYS.filter((key) => parts.some((part) => part.key === key))
  const rows = parts.map(({ key, value }): Cells =>
    schema.map((column) => (column === key ? value : null)),
  )
  return { schema, rows }
}
