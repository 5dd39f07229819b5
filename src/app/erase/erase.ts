import type { Ports } from '../../sync/order.ts'
import { RollcallError } from '../../core/error.ts'
import { newName } from '../../core/new-name.ts'
import { nearestWord } from '../../core/audience/nearest-word.ts'
import type { ErasureRecord } from '../../store/erasures.ts'
import type { Workspace } from '../workspace.ts'
import type { FoundPerson } from './find-person.ts'
import type { NamedPerson } from '../name-person.ts'
import { namedHere } from '../named-here.ts'
import { workOff } from './work-off.ts'

/** Begins to erase somebody who was found, durably, and does at once what can be done. */
export async function erase(
  workspace: Workspace,
  named: NamedPerson,
  { needs, tombstones }: FoundPerson,
  tell: Ports['tell'],
): Promise<ErasureRecord> {
  const { store, surroundings } = workspace
  const record: ErasureRecord = {
    id: newName('erasure', surroundings.world),
    askedAt: surroundings.world.now(),
    finishedAt: null,
    by: named.by,
    here: NOTHING_HERE,
    places: [],
    tombstones: tombstones.length,
    problem: null,
  }
  await store.beginErasure({ record, needs }, tombstones)
  const { identifiers } = namedHere(workspace, named.identifiers)
  return workOff(workspace, { record, needs }, tell, identifiers)
}

const NOTHING_HERE: ErasureRecord['here'] = {
  profiles: 0,
  identifiers: 0,
  events: 0,
  journal: 0,
  rejected: 0,
  ledgers: 0,
  plans: 0,
  files: 0,
}

/** Goes on with everything that earlier erasures left to do, the oldest first; nothing where nothing is. */
export async function workOffErasures(
  workspace: Workspace,
  tell: Ports['tell'],
): Promise<readonly ErasureRecord[]> {
  const records: ErasureRecord[] = []
  for (const pending of await workspace.store.pendingErasures())
    records.push(await workOff(workspace, pending, tell))
  return records
}

/** @throws RollcallError `usage/unknown-erasure` */
export async function erasureById({ store }: Workspace, id: string): Promise<ErasureRecord> {
  const all = await store.erasures()
  const found = all.find((record) => record.id === id)
  if (found !== undefined) return found
  const nearest = nearestWord(
    id,
    all.map((record) => record.id),
  )
  throw new RollcallError(`There is no erasure "${id}"`, {
    code: 'usage/unknown-erasure',
    next: 'act',
    remedy: `${nearest === undefined ? '' : `Did you mean "${nearest}"? `}See them with: rollcall erase --list`,
  })
}
