import { RollcallError } from '../../core/error.ts'
import type { Destination, Refusal } from '../../destination/port.ts'
import type { ErasureProblem } from '../../store/erasures.ts'
import type { Workspace } from '../workspace.ts'

/** A failure without its message, which may quote what the platform said. What is no RollcallError is thrown on. */
export function problemOf(error: unknown): ErasureProblem {
  if (!(error instanceof RollcallError)) throw error
  const { code, next, remedy } = error
  return { code, next, remedy }
}

export function refusalProblem({ kind, code, remedy }: Refusal): ErasureProblem {
  const waits = kind === 'throttled' || kind === 'busy'
  return { code, next: waits ? 'wait' : kind === 'session' ? 'retry' : 'act', remedy }
}

/** An ad account that is throttled is not asked. */
export async function pauseOf(
  { store, surroundings }: Workspace,
  { accountId }: Destination,
): Promise<ErasureProblem | null> {
  if ((await store.accountNotBefore(accountId)) <= surroundings.world.now()) return null
  return {
    code: 'erase/account-waits',
    next: 'wait',
    remedy: 'The ad account is throttled. Run it again later, or any sync',
  }
}
