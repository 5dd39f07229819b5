import { existsSync } from 'node:fs'
import { eraseMessages, eraseRejections } from '../collect/erase.ts'
import { assertNever } from '../core/exhaustive.ts'
import { beginErasing, dropReplaced, erasePieces } from '../people/erase.ts'
import type { Removed, Unfinished, Wanted } from '../people/erasures.ts'
import { findIds, findPeople, type FoundPerson } from '../people/find-people.ts'
import { PeopleStore } from '../people/people-store.ts'
import type { Tools } from '../people/tools.ts'
import { eventsFolder, rejectionsFolder } from './collector.ts'
import { erasedTest } from './erased-test.ts'
import { openKeptPeople, peopleFolder, withKeptStore } from './kept-people.ts'
import { openLocal } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/** What went of people from what a workspace keeps, in all that was done by one call. */
export interface ErasedKept {
  readonly profiles: number
  readonly identifiers: number
  /** In the pieces. */
  readonly events: number
  readonly facts: number
  /** Messages in the journal, and calls that were not taken. */
  readonly journal: number
  readonly rejected: number
  /** What is still to be done; null when nothing is left of anybody who was erased. */
  readonly left: LeftToErase | null
}

/** `busy`: somebody was using the store's file; `replaced`: files that were replaced are kept for those who may be reading them. */
type LeftToErase =
  | { readonly kind: 'busy' }
  /** Milliseconds since the epoch; whatever takes in or erases after that deletes them. */
  | { readonly kind: 'replaced'; readonly until: number }

type Counts = Omit<ErasedKept, 'left'>

const NOTHING: Counts = {
  profiles: 0,
  identifiers: 0,
  events: 0,
  facts: 0,
  journal: 0,
  rejected: 0,
}

/** Whom identifiers in their normal form, or ids of people, lead to. Nothing is changed. */
export async function findKept(
  workspace: Workspace,
  wanted: Wanted,
): Promise<readonly FoundPerson[]> {
  return (await withTools(workspace, async (tools) => findPeople(tools, wanted))) ?? []
}

/** Whether each of some tombstones is there. */
export const hasTombstones = async (
  workspace: Workspace,
  tombstones: readonly string[],
): Promise<boolean> =>
  withKeptStore(
    workspace,
    async (store) => (await store?.erasures.hasTombstones(tombstones)) ?? tombstones.length === 0,
  )

/** The ids of people that pass a test. Nothing is changed. */
export async function findKeptIds(
  workspace: Workspace,
  isMeant: (id: string) => boolean,
): Promise<readonly string[]> {
  return (await withTools(workspace, async (tools) => findIds(tools, isMeant))) ?? []
}

/**
 * Takes people out of the store and puts tombstones there, so that nothing that comes brings them back; they are still in files,
 * until `finishErasing`.
 * @param named Tombstones of what they were named by, also where that is not at hand any more.
 * @throws RollcallError those of the engine and the people's store; then nothing is done
 */
export async function beginErasingKept(
  workspace: Workspace,
  wanted: Wanted,
  named: readonly string[] = [],
): Promise<Removed> {
  await using local = await openLocal(workspace)
  await using tools = await openKeptPeople(workspace, local)
  return await beginErasing(tools, wanted, named)
}

/**
 * Erases people from everything that a workspace keeps of its own people: identifiers, profiles, events, traits, the journal and
 * what was not taken. Tombstones stay, so that what comes later does not bring them back. It may be called again at any time;
 * whatever was not done before is done then.
 * @throws RollcallError those of the engine and the people's store; what was done stays
 */
export async function eraseKept(workspace: Workspace, wanted: Wanted): Promise<ErasedKept> {
  const removed = await beginErasingKept(workspace, wanted)
  const done = (await finishErasing(workspace)) ?? { ...NOTHING, left: null }
  return { ...done, ...removed }
}

/** Goes on with what an erasure left to do; null when there was nothing. */
export async function finishErasing(workspace: Workspace): Promise<ErasedKept | null> {
  return withTools(workspace, async (tools) => finishErasingWith(workspace, tools))
}

/** The same with the people open. */
export async function finishErasingWith(
  workspace: Workspace,
  tools: Tools,
): Promise<ErasedKept | null> {
  const unfinished = await tools.store.erasures.unfinished()
  return unfinished === null ? null : goOn(workspace, tools)
}

async function withTools<T>(
  workspace: Workspace,
  work: (tools: Tools) => Promise<T>,
): Promise<T | null> {
  if (!existsSync(PeopleStore.path(peopleFolder(workspace)))) return null
  await using local = await openLocal(workspace)
  await using tools = await openKeptPeople(workspace, local)
  return await work(tools)
}

/** Does step after step until nothing is left, or until something has to be waited for. */
async function goOn(workspace: Workspace, tools: Tools): Promise<ErasedKept> {
  const { erasures } = tools.store
  let counts = NOTHING
  for (;;) {
    const unfinished = await erasures.unfinished()
    if (unfinished === null) return { ...counts, left: null }
    const done = await doStep(workspace, tools, unfinished)
    if (done.left !== null) return { ...counts, left: done.left }
    counts = { ...counts, ...done.counts }
    if (done.next === null) await erasures.end(unfinished)
    else await erasures.goOn(unfinished, done.next, tools.now())
  }
}

interface Done {
  readonly counts: Partial<Counts>
  readonly next: Unfinished['step'] | null
  readonly left: LeftToErase | null
}

async function doStep(workspace: Workspace, tools: Tools, unfinished: Unfinished): Promise<Done> {
  switch (unfinished.step) {
    case 'collected':
      return done(await eraseCollected(workspace, tools), 'pieces')
    case 'pieces':
      return done(await erasePieces(tools, unfinished), 'store')
    case 'store':
      return tools.store.erasures.compact() ? done({}, 'replaced') : waiting({ kind: 'busy' })
    case 'replaced': {
      const until = await dropReplaced(tools, unfinished)
      return until === null ? done({}, null) : waiting({ kind: 'replaced', until })
    }
    default:
      return assertNever(unfinished.step)
  }
}

const done = (counts: Partial<Counts>, next: Done['next']): Done => ({ counts, next, left: null })
const waiting = (left: LeftToErase): Done => ({ counts: {}, next: null, left })

async function eraseCollected(
  workspace: Workspace,
  tools: Tools,
): Promise<Pick<Counts, 'journal' | 'rejected'>> {
  const isTheirs = await erasedTest(tools, workspace.definition.identity)
  return {
    journal: await eraseMessages(eventsFolder(workspace), isTheirs.message),
    rejected: await eraseRejections(rejectionsFolder(workspace), isTheirs.rejection),
  }
}
