import { RollcallError } from '../core/error.ts'
import { nearestWord } from '../core/audience/nearest-word.ts'
import type { Check } from '../destination/port.ts'
import { addresseeOf, type Addressee } from './run.ts'
import type { Workspace } from './workspace.ts'

/** What was found on the way to one destination. */
export interface Diagnosis {
  readonly destination: string
  readonly addressee: Addressee
  readonly checks: readonly Check[]
}

/** The pre-flight of the named destination, or of all. Changes nothing there. */
export async function doctor(
  workspace: Workspace,
  named: string | undefined,
): Promise<Diagnosis[]> {
  const known = Object.keys(workspace.definition.destinations)
  if (named !== undefined && !known.includes(named)) throw unknownDestination(named, known)
  const diagnoses: Diagnosis[] = []
  for (const key of named === undefined ? known : [named]) {
    const destination = await workspace.destination(key)
    const checks = await destination.preflight()
    diagnoses.push({ destination: key, addressee: await addresseeOf(destination), checks })
  }
  return diagnoses
}

export function unknownDestination(key: string, known: readonly string[]): RollcallError {
  const nearest = nearestWord(key, known)
  const meant = nearest === undefined ? '' : `Did you mean "${nearest}"? `
  return new RollcallError(`There is no destination "${key}"`, {
    code: 'definition/unknown-destination',
    next: 'act',
    remedy:
      known.length === 0
        ? 'Add one under "destinations"'
        : `${meant}There are: ${known.join(', ')}`,
  })
}
