import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { RollcallError } from '../core/error.ts'
import type { Surroundings } from '../app/workspace.ts'

/**
 * Only one process at a time may keep a sandbox's state: a second would go on from what it read, and one of the two would forget
 * what it was sent.
 * @throws RollcallError `sandbox/in-use`, with who has it
 */
export function holdSandboxState(
  stateFile: string,
  { owner, isDead }: Pick<Surroundings, 'owner' | 'isDead'>,
): void {
  const path = `${stateFile}.lock`
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600)
      writeSync(file, owner)
      closeSync(file)
      process.once('exit', () => rmSync(path, { force: true }))
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const holder = readHolder(path)
    if (holder === undefined) continue
    if (holder === '' || !isDead(holder)) throw inUse(holder)
    rmSync(path, { force: true })
  }
}

/** Undefined when it was let go of meanwhile. */
function readHolder(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
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
