import { RollcallError } from '../core/error.ts'
import type { RowContext } from '../core/match-key/rows.ts'
import { suggestMapping } from '../core/match-key/mapping.ts'
import { MATCH_KEYS } from '../core/match-key/table.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import type { Mapping } from '../sql/fingerprint.ts'
import { mappingOf, openAudience, type OpenAudience } from './open-audience.ts'
import { rowContext } from './reading.ts'
import { takeInFor } from './take-in-journal.ts'
import type { Workspace } from './workspace.ts'

/** The syncs of an audience, or the one of them that is asked for. */
export function syncsOf(
  { definition }: Workspace,
  audience: string,
  asked: string | null,
): readonly SyncDefinition[] {
  const own = Object.values(definition.syncs).filter((sync) => sync.audience === audience)
  if (asked === null) return own
  const found = own.filter(({ key }) => key === asked)
  if (found.length > 0) return found
  const known = own.map(({ key }) => key)
  throw new RollcallError(`The audience "${audience}" has no sync "${asked}"`, {
    code: 'definition/unknown-sync',
    next: 'act',
    remedy: known.length === 0 ? 'No sync uses this audience' : `There are: ${known.join(', ')}`,
  })
}

/** What can be mapped by the names of a model's columns alone. Values of value-based audiences are left out: they are chosen. */
export function suggestedMapping({ columns }: Pick<OpenAudience, 'columns'>): Mapping {
  return suggestMapping([...columns.keys()])
    .filter(({ key }) => MATCH_KEYS[key].role !== 'value')
    .map(({ key, columns: named }) => [key, named])
}

/** What a sync maps, or what the columns suggest where there is none. */
export function mappingFor(opened: OpenAudience, sync: SyncDefinition | null): Mapping {
  return sync === null
    ? suggestedMapping(opened)
    : mappingOf(sync.mapping, opened, `The sync "${sync.key}"`)
}

/** An audience that is open, and the first of its syncs: what preview and export go by. */
export interface AudienceReading extends AsyncDisposable {
  readonly opened: OpenAudience
  readonly sync: SyncDefinition | null
  readonly mapping: Mapping
  readonly rows: RowContext
}

/**
 * Opens an audience with the mapping of one of its syncs: the one that is asked for, or the first.
 * @param now The moment of evaluation, in milliseconds.
 */
export async function readAudience(
  workspace: Workspace,
  key: string,
  { sync: asked, now }: { readonly sync: string | null; readonly now: number },
): Promise<AudienceReading> {
  await takeInFor(workspace, key)
  const opened = await openAudience(workspace, key, now)
  const close = async (): Promise<void> => opened.local[Symbol.asyncDispose]()
  try {
    const sync = syncsOf(workspace, key, asked)[0] ?? null
    const use = sync && { sync, columns: opened.columns }
    const { rows } = await rowContext(workspace, opened.local, now, use)
    const mapping = mappingFor(opened, sync)
    return { opened, sync, mapping, rows, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}
