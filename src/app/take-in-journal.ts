import { existsSync } from 'node:fs'
import { z } from 'zod'
import { readFrom, removeBefore } from '../collect/journal.ts'
import { START, type Position } from '../collect/segments.ts'
import { PEOPLE_SOURCE } from '../definition/people-model.ts'
import { takeIn } from '../people/take-in.ts'
import { eventsFolder } from './collector.ts'
import { openKeptPeople } from './kept-people.ts'
import { openLocal } from './open-audience.ts'
import { tidyKept, tidyKeptWith } from './tidy-kept.ts'
import type { Workspace } from './workspace.ts'

const POSITION = z.object({ segment: z.int(), offset: z.int() })

/** Segments stay so long: what a client repeats after a restart is told by the ids in them, and `rollcall events` shows them. */
const KEPT_MS = 86_400_000
/** So long is waited for more messages before those that came are taken in. */
const LINGER_MS = 1_000
/** After something went wrong. */
const AGAIN_MS = 10_000

/**
 * Takes what was collected into the people of a workspace: up to the journal's end, or, with `until`, whatever comes until then.
 * Another process may do the same at the same time; each message is taken in once. Segments that are through are removed a day
 * after they were begun. What else is due is done too.
 * @throws RollcallError those of the engine and of the people's store; what was taken in stays, and the next time goes on there
 */
export async function takeInJournal(workspace: Workspace, until?: AbortSignal): Promise<void> {
  const { world } = workspace.surroundings
  const folder = eventsFolder(workspace)
  await using local = await openLocal(workspace)
  await using people = await openKeptPeople(workspace, local)
  await tidyKeptWith(workspace, people)
  const sleep = world.sleep.bind(world)
  const stream = {
    name: 'journal',
    position: POSITION,
    read: (from: Position | null) =>
      readFrom(folder, from ?? START, { follow: until && { until, sleep } }),
    linger: until === undefined ? null : async () => sleep(LINGER_MS, until).catch(() => undefined),
  }
  for await (const { position } of takeIn(people, workspace.definition.identity, stream)) {
    const { segment } = POSITION.parse(position)
    await removeBefore(folder, { segment: Math.min(segment, world.now() - KEPT_MS), offset: 0 })
    await tidyKeptWith(workspace, people)
  }
}

/** Before an audience of the people that Rollcall knows is evaluated: what was collected until now counts. */
export async function takeInFor(workspace: Workspace, audience: string): Promise<void> {
  const found = workspace.definition.audiences[audience]
  if (found?.model.source !== PEOPLE_SOURCE) return
  await (existsSync(eventsFolder(workspace)) ? takeInJournal(workspace) : tidyKept(workspace))
}

/**
 * Takes in whatever is collected until it is to end. What goes wrong is said and tried again: meanwhile the journal keeps what
 * comes in.
 */
export async function keepTakingIn(
  workspace: Workspace,
  until: AbortSignal,
  tell: (text: string) => void,
): Promise<void> {
  while (!until.aborted)
    try {
      await takeInJournal(workspace, until)
    } catch (error) {
      tell(`Cannot take in what was collected; trying again: ${String(error)}`)
      await workspace.surroundings.world.sleep(AGAIN_MS, until).catch(() => undefined)
    }
}
