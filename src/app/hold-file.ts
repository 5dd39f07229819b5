import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import type { Surroundings } from './workspace.ts'

/**
 * Holds a file that says which process may write what it stands for, until this process ends. A holder that is surely dead is
 * passed over.
 * @param inUse Makes the error that is thrown when another process has it; an empty holder is one that is not known.
 */
export function holdFile(
  path: string,
  { owner, isDead }: Pick<Surroundings, 'owner' | 'isDead'>,
  inUse: (holder: string) => Error,
): void {
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
