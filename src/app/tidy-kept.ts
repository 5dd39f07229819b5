import { existsSync } from 'node:fs'
import { sweepDue } from '../people/merge-pieces.ts'
import { PeopleStore } from '../people/people-store.ts'
import { retireEvents } from '../people/retire-events.ts'
import type { Tools } from '../people/tools.ts'
import { finishErasingWith } from './erase-kept.ts'
import { openKeptPeople, peopleFolder } from './kept-people.ts'
import { openLocal } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/** Does what is due about the people of a workspace, where there are any. */
export async function tidyKept(workspace: Workspace): Promise<void> {
  if (!existsSync(PeopleStore.path(peopleFolder(workspace)))) return
  await using local = await openLocal(workspace)
  await using tools = await openKeptPeople(workspace, local)
  await tidyKeptWith(workspace, tools)
}

/** The same with the people open: what an erasure left to do, events that were kept long enough, files that nobody reads any more. */
export async function tidyKeptWith(workspace: Workspace, tools: Tools): Promise<void> {
  const { eventsMs } = workspace.definition.retention
  await finishErasingWith(workspace, tools)
  if (eventsMs !== null) await retireEvents(tools, eventsMs)
  await sweepDue(tools)
}
