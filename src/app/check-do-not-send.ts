import { resolve } from 'node:path'
import type { Columns } from '../core/audience/audience.ts'
import type { Path } from '../core/audience/mistake.ts'
import { RollcallError } from '../core/error.ts'
import { misfits, partlyReadNotices, unappliedNotices } from './do-not-send-fit.ts'
import { readList, type ReadList } from './do-not-send-list.ts'
import { listContext } from './do-not-send.ts'
import type { Findings } from './findings.ts'
import { openLocal, type Premises } from './open-audience.ts'

/**
 * A list that cannot be read holds every run, and one that a sync cannot go by holds that sync.
 * @param columns Of each audience's model, as far as it could be read.
 */
export async function checkDoNotSend(
  premises: Premises,
  columns: ReadonlyMap<string, Columns>,
  found: Findings,
): Promise<void> {
  const { definition } = premises
  if (definition.doNotSend.length === 0) return
  const lists = await readableLists(premises, found)
  for (const sync of Object.values(definition.syncs)) {
    const use = { sync, columns: columns.get(sync.audience) ?? null }
    const path = ['syncs', sync.key, 'mapping']
    for (const error of misfits(lists, use))
      addError(error, path, 'EXTERN_ID with the ids that the list has', found)
    for (const notice of unappliedNotices(lists, use)) found.warn(path, notice)
  }
}

async function readableLists(premises: Premises, found: Findings): Promise<ReadList[]> {
  const { definition, folder, surroundings } = premises
  const context = listContext(definition, surroundings.world.now())
  const lists: ReadList[] = []
  await using local = await openLocal(premises)
  for (const [place, path] of definition.doNotSend.entries())
    try {
      const list = await readList(local, resolve(folder, path), context, new Set())
      for (const notice of partlyReadNotices(list)) found.warn(['do_not_send', place], notice)
      lists.push(list)
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error
      const expected = 'a list with a column of identifiers, one in each line'
      addError(error, ['do_not_send', place], expected, found)
    }
  return lists
}

function addError(
  { message, remedy, code, next }: RollcallError,
  path: Path,
  expected: string,
  found: Findings,
): void {
  found.add({ path, atKey: false, message, expected, remedy, code, next })
}
