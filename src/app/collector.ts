import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Journal } from '../collect/journal.ts'
import { Rejections } from '../collect/rejections.ts'
import { RollcallError } from '../core/error.ts'
import { resolveSecret } from '../definition/secret-reference.ts'
import { holdFile } from './hold-file.ts'
import type { Workspace } from './workspace.ts'

/** Where a workspace keeps what its tracking sources send. */
export const eventsFolder = ({ stateFolder }: Pick<Workspace, 'stateFolder'>): string =>
  join(stateFolder, 'events')
export const rejectionsFolder = ({ stateFolder }: Pick<Workspace, 'stateFolder'>): string =>
  join(stateFolder, 'rejected')

/** What takes the events of a workspace, open for writing. */
export interface Collector {
  /** The tracking sources by their write keys. */
  readonly sources: ReadonlyMap<string, string>
  readonly journal: Journal
  readonly rejections: Rejections
}

/**
 * Opens the journals of a workspace for this process alone.
 * @throws RollcallError `definition/no-tracking-source`, `definition/same-write-key`, `tracking/in-use` or `definition/secret-missing`
 */
export async function openCollector(workspace: Workspace): Promise<Collector> {
  const sources = writeKeysOf(workspace)
  const { world } = workspace.surroundings
  const now = (): number => world.now()
  const folder = eventsFolder(workspace)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  holdFile(join(folder, 'lock'), workspace.surroundings, inUse)
  return {
    sources,
    journal: await Journal.open(folder, { now }),
    rejections: await Rejections.open(rejectionsFolder(workspace), { now }),
  }
}

function writeKeysOf(workspace: Workspace): ReadonlyMap<string, string> {
  const { env } = workspace.surroundings
  const world = { env, readFile: (path: string) => workspace.readBeside(path) }
  const sources = new Map<string, string>()
  for (const { key, writeKey } of Object.values(workspace.definition.trackingSources)) {
    const secret = resolveSecret(writeKey, world).reveal()
    const other = sources.get(secret)
    if (other !== undefined) throw sameKey(other, key)
    sources.set(secret, key)
  }
  if (sources.size === 0) throw noSources()
  return sources
}

const noSources = (): RollcallError =>
  new RollcallError('The definition has no tracking source', {
    code: 'definition/no-tracking-source',
    next: 'act',
    remedy:
      'Add one: tracking: { sources: { web: { write_key: { env: WEB_WRITE_KEY } } } }, and set WEB_WRITE_KEY to a text of your choice',
  })

const sameKey = (one: string, other: string): RollcallError =>
  new RollcallError(`The tracking sources "${one}" and "${other}" have the same write key`, {
    code: 'definition/same-write-key',
    next: 'act',
    remedy: 'Give each a key of its own',
  })

const inUse = (holder: string): RollcallError =>
  new RollcallError(
    `Events of this workspace are taken by ${holder === '' ? 'another process' : holder}`,
    { code: 'tracking/in-use', next: 'wait', remedy: 'End that "rollcall serve" first' },
  )
