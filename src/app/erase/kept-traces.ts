import type { Identifier } from '../../core/identity/identifier.ts'
import type { ErasedHere, ErasureProblem } from '../../store/erasures.ts'
import type { Workspace } from '../workspace.ts'

/** Somebody among the people that Rollcall keeps. */
export interface KeptPerson {
  readonly people: readonly string[]
  /** All that they are known by. */
  readonly identifiers: readonly Identifier[]
}

/** Who of the people that Rollcall keeps has one of these identifiers, with whoever became part of them. */
export async function findKept(
  _workspace: Workspace,
  _identifiers: readonly Identifier[],
): Promise<KeptPerson> {
  return Promise.resolve({ people: [], identifiers: [] })
}

type KeptCounts = Pick<ErasedHere, 'profiles' | 'identifiers' | 'events' | 'journal' | 'rejected'>

/** Takes them out of profiles, events, the journal and what was rejected. What was done before counts for nothing. */
export async function eraseKept(
  _workspace: Workspace,
  _people: readonly string[],
): Promise<{ readonly counts: KeptCounts; readonly problem: ErasureProblem | null }> {
  const counts = { profiles: 0, identifiers: 0, events: 0, journal: 0, rejected: 0 }
  return Promise.resolve({ counts, problem: null })
}
