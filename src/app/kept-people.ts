import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { newName } from '../core/new-name.ts'
import { identifierTombstones } from '../core/identity/tombstone.ts'
import type { TombstoneOf } from '../core/tombstone.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import { EMPTY_SHAPE, PeopleStore } from '../people/people-store.ts'
import { PEOPLE_MODEL } from '../definition/people-model.ts'
import { attachPeople, type Narrow } from '../people/relations.ts'
import type { Tools } from '../people/tools.ts'
import type { Workspace } from './workspace.ts'

export const peopleFolder = ({ stateFolder }: Pick<Workspace, 'stateFolder'>): string =>
  join(stateFolder, 'people')

/** Lets an open engine read the people that a workspace keeps, or some of them. Nothing is made where there are none yet. */
export async function attachKeptPeople(
  local: LocalDuckDb,
  workspace: Pick<Workspace, 'stateFolder' | 'definition'>,
  only?: readonly string[],
): Promise<Narrow> {
  const { consent, computedTraits } = workspace.definition
  const ofPeople = Object.entries(computedTraits).filter(([, { model }]) => model === PEOPLE_MODEL)
  const named = { purposes: consent, computed: ofPeople.map(([name]) => name) }
  const shape = await withKeptStore(workspace, async (store) => store?.shape() ?? EMPTY_SHAPE)
  return attachPeople(local, new ParquetFolder(peopleFolder(workspace)), shape, named, only)
}

/** Makes tombstones of the identifiers of a workspace's people, by their keys. */
export const peopleTombstones = ({ secret }: Pick<Workspace, 'secret'>): TombstoneOf =>
  identifierTombstones(`${secret}/tombstone`)

/** Opens the people of a workspace to take messages in; the engine is the caller's. */
export async function openKeptPeople(
  workspace: Pick<Workspace, 'stateFolder' | 'surroundings' | 'secret'>,
  local: LocalDuckDb,
): Promise<Tools & AsyncDisposable> {
  const path = peopleFolder(workspace)
  const folder = new ParquetFolder(path)
  await folder.prepare()
  const store = PeopleStore.open(path)
  const { world } = workspace.surroundings
  return {
    store,
    folder,
    local,
    newName: () => newName('piece', world),
    tombstoneOf: peopleTombstones(workspace),
    now: () => world.now(),
    [Symbol.asyncDispose]: async () => store[Symbol.asyncDispose](),
  }
}

/** Does something with the store of a workspace's people; with null where there is none yet. */
export async function withKeptStore<T>(
  workspace: Pick<Workspace, 'stateFolder'>,
  work: (store: PeopleStore | null) => Promise<T>,
): Promise<T> {
  const path = peopleFolder(workspace)
  if (!existsSync(PeopleStore.path(path))) return work(null)
  await using store = PeopleStore.open(path)
  return await work(store)
}
