import type { ErasedHere, ErasureProblem } from '../../store/erasures.ts'
import {
  beginErasingKept,
  finishErasing,
  findKept,
  hasTombstones,
  type ErasedKept,
} from '../erase-kept.ts'
import type { NamedHere } from '../named-here.ts'
import type { Workspace } from '../workspace.ts'

type KeptCounts = Pick<ErasedHere, 'profiles' | 'identifiers' | 'events' | 'journal' | 'rejected'>

const NOTHING: KeptCounts = { profiles: 0, identifiers: 0, events: 0, journal: 0, rejected: 0 }

/** What went of people, and why not all of it. */
export interface WentHere {
  readonly counts: KeptCounts
  readonly problem: ErasureProblem | null
}

/**
 * Takes people out of the profiles, where that was not done before: from then on nothing that comes brings them back.
 * @param named Tombstones of what they were named by.
 */
export async function beginHere(
  workspace: Workspace,
  wanted: NamedHere,
  named: readonly string[],
): Promise<WentHere> {
  const isNeeded =
    wanted.identifiers.length > 0 ||
    !(await hasTombstones(workspace, named)) ||
    (await findKept(workspace, wanted)).length > 0
  const counts = isNeeded ? await beginErasingKept(workspace, wanted, named) : NOTHING
  return { counts: { ...NOTHING, ...counts }, problem: null }
}

/** Takes whoever was taken out of the profiles out of all else: events, the journal, what was rejected. */
export async function goOnHere(workspace: Workspace): Promise<WentHere> {
  const erased = await finishErasing(workspace)
  if (erased === null) return { counts: NOTHING, problem: null }
  const { events, journal, rejected, left } = erased
  return { counts: { ...NOTHING, events, journal, rejected }, problem: leftProblem(left) }
}

function leftProblem(left: ErasedKept['left']): ErasureProblem | null {
  switch (left?.kind) {
    case undefined:
      return null
    case 'busy':
      return {
        code: 'erase/people-busy',
        next: 'retry',
        remedy: 'Others were using the people. Run it again, or any sync',
      }
    case 'replaced':
      return {
        code: 'erase/replaced-files',
        next: 'wait',
        remedy: `Files that others may still be reading go with whatever runs after ${new Date(left.until).toISOString()}`,
      }
  }
}
