import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Workspace } from './workspace.ts'

/**
 * A folder of this process for what does not fit into memory, and an end to those that killed processes left. What is in them
 * is encrypted with a key that was never written down.
 */
export function spillFolder({
  stateFolder,
  surroundings,
}: Pick<Workspace, 'stateFolder' | 'surroundings'>): string {
  const folder = writable(join(stateFolder, 'spill')) ?? mkdtempSync(join(tmpdir(), 'rollcall-'))
  for (const left of readdirSync(folder))
    if (surroundings.isDead(decodeURIComponent(left)))
      rmSync(join(folder, left), { recursive: true, force: true })
  return join(folder, encodeURIComponent(surroundings.owner))
}

/** A definition may be checked where nothing can be written beside it. */
function writable(folder: string): string | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  } catch {
    return null
  }
}
