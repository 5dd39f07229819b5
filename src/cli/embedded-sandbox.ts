import { holdFile } from '../app/hold-file.ts'
import { RollcallError } from '../core/error.ts'
import type { Surroundings } from '../app/workspace.ts'

/**
 * Only one process at a time may keep a sandbox's state: a second would go on from what it read, and one of the two would forget
 * what it was sent.
 * @throws RollcallError `sandbox/in-use`, with who has it
 */
export function holdSandboxState(
  stateFile: string,
  surroundings: Pick<Surroundings, 'owner' | 'isDead'>,
): void {
  holdFile(`${stateFile}.lock`, surroundings, inUse)
}

const inUse = (holder: string): RollcallError =>
  new RollcallError(
    `The sandbox of this workspace is in use by ${holder === '' ? 'another process' : holder}`,
    {
      code: 'sandbox/in-use',
      next: 'wait',
      remedy:
        'Wait until that command has ended; or serve one sandbox for all with "rollcall sandbox" and name it as api_url of the destination',
    },
  )
