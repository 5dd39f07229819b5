import type { Removed, Unfinished, Wanted } from './erasures.ts'
import { findPeople } from './find-people.ts'
import { REPLACED_KEPT_MS, sweepPieces } from './merge-pieces.ts'
import { ATTEMPTS, othersWereFaster } from './others-were-faster.ts'
import { rewritePieces } from './rewrite-pieces.ts'
import { clearTheirs, layOutLines, layOutTheirs } from './theirs.ts'
import type { Tools } from './tools.ts'

/**
 * Takes people out of the store, durably: from now on nothing that comes brings them back. What is in files goes next, with
 * `erasePieces`.
 * @param named Tombstones of what they were named by, also where that is not at hand any more.
 * @throws RollcallError `people/busy`, and those of the engine and the store
 */
export async function beginErasing(
  tools: Tools,
  wanted: Wanted,
  named: readonly string[] = [],
): Promise<Removed> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await findPeople(tools, wanted)
    const people = found.map(({ person }) => person)
    const { identifiers } = wanted
    const order = { people, identifiers, named, tombstoneOf: tools.tombstoneOf, now: tools.now() }
    const removed = await tools.store.erasures.begin(order)
    if (removed !== null) return removed
  }
  throw othersWereFaster()
}

/**
 * Writes the pieces anew without those who were erased, and without everybody who had become part of them.
 * @returns how many rows went
 */
export async function erasePieces(
  tools: Tools,
  { people }: Unfinished,
): Promise<{ readonly events: number; readonly facts: number }> {
  // Who became part of whom is known from facts that go with the first piece, so it is kept before.
  await tools.store.erasures.alsoErasing(await layOutTheirs(tools, people))
  await layOutLines(tools, 'erased_shared', await erasedShared(tools))
  const went = await rewritePieces(
    tools,
    {
      events: 'person in (select person from theirs)',
      facts:
        `person in (select person from theirs) or (fact in ('identifier', 'shared') and ` +
        `concat(name, ':', value) in (select line from erased_shared))`,
    },
    () => true,
  )
  await clearTheirs(tools)
  await tools.local.scratch.run('drop table erased_shared')
  return went
}

/** Of the identifiers that identified nobody, those that were erased by name. */
async function erasedShared({ store, local, tombstoneOf }: Tools): Promise<readonly string[]> {
  const tombstones = await store.erasures.tombstones()
  const rows = await local.scratch.all(
    `select distinct concat(name, ':', value) as key from facts_now where fact = 'shared' order by all`,
  )
  return rows.map(({ key }) => String(key)).filter((key) => tombstones.has(tombstoneOf(key)))
}

/**
 * Deletes the pieces that were replaced, once nobody can be reading them any more.
 * @returns null when that is done, otherwise the time from which on it can be
 */
export async function dropReplaced(tools: Tools, { since }: Unfinished): Promise<number | null> {
  const goneAt = since + REPLACED_KEPT_MS
  if (tools.now() <= goneAt && (await hasFilesBeside(tools))) return goneAt
  await sweepPieces(tools)
  return null
}

/** Are there files that do not count any more? */
async function hasFilesBeside({ store, folder }: Tools): Promise<boolean> {
  const { pieces } = await store.shape()
  return folder.hasBeside(new Set(pieces.map(({ name }) => name)))
}
