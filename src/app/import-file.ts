import { RollcallError } from '../core/error.ts'
import { fileStream, openFile } from '../people/import/file-stream.ts'
import { mapColumns, type ImportMapping, type Wish } from '../people/import/mapping.ts'
import type { RowFault } from '../people/import/row-message.ts'
import type { TurnedAway } from '../people/read-traits.ts'
import { takeIn } from '../people/take-in.ts'
import { openKeptPeople } from './kept-people.ts'
import { openLocal } from './open-audience.ts'
import { tidyKeptWith } from './tidy-kept.ts'
import type { Workspace } from './workspace.ts'

/** Why something in a file was not taken in, with a few of the rows where that is known. */
export interface NotTaken {
  readonly reason: TurnedAway | RowFault
  readonly count: number
  /** From 1, the header aside. */
  readonly rows: readonly number[]
}

export interface ImportReport {
  readonly path: string
  readonly mapping: ImportMapping
  /** In the file, the header aside. */
  readonly rows: number
  /** Of these, taken in by an earlier import of the same file. */
  readonly before: number
  readonly events: number
  readonly newPeople: number
  readonly mergedPeople: number
  readonly notTaken: readonly NotTaken[]
}

/** Of the rows with a fault so many are named. */
const ROWS_NAMED = 5

/**
 * Takes a file into the people of a workspace: each row is a message. A file that was imported before goes on where it was;
 * one that is through changes nothing.
 * @param tell Told how many rows are through, and of how many.
 * @throws RollcallError `usage/wrong` when the columns cannot be meant so, and those of reading and taking in
 */
export async function importFile(
  workspace: Workspace,
  path: string,
  source: string,
  wish: Wish,
  tell: (done: number, rows: number) => void,
): Promise<ImportReport> {
  const { definition, surroundings } = workspace
  await using local = await openLocal(workspace)
  const file = await openFile(local, path)
  const mapped = mapColumns([...file.columns.keys()], wish)
  if (mapped.kind === 'wrong')
    throw new RollcallError(mapped.message, {
      code: 'usage/wrong',
      next: 'act',
      remedy: mapped.remedy,
    })
  const notTaken = new NotTakenTally()
  const stream = await fileStream(local, file, {
    path,
    source,
    mapping: mapped.mapping,
    timeZone: definition.defaults.timeZone,
    now: surroundings.world.now(),
    onFault: (fault, row) => {
      notTaken.add(fault, 1, row)
    },
  })
  await using people = await openKeptPeople(workspace, local)
  const earlier = await people.store.position(stream.name)
  const before = earlier === null ? 0 : stream.position.parse(JSON.parse(earlier.position)).row
  const sum = { events: 0, newPeople: 0, mergedPeople: 0 }
  tell(before, file.rows)
  for await (const taken of takeIn(people, definition.identity, stream)) {
    sum.events += taken.events
    sum.newPeople += taken.newPeople
    sum.mergedPeople += taken.mergedPeople
    for (const { reason, count } of taken.turnedAway) notTaken.add(reason, count)
    tell(stream.position.parse(taken.position).row, file.rows)
  }
  await tidyKeptWith(workspace, people)
  return {
    path,
    mapping: mapped.mapping,
    rows: file.rows,
    before,
    ...sum,
    notTaken: notTaken.all(),
  }
}

class NotTakenTally {
  readonly #reasons = new Map<NotTaken['reason'], { count: number; rows: number[] }>()

  add(reason: NotTaken['reason'], count: number, row?: number): void {
    const tally = this.#reasons.get(reason) ?? { count: 0, rows: [] }
    this.#reasons.set(reason, tally)
    tally.count += count
    if (row !== undefined && tally.rows.length < ROWS_NAMED) tally.rows.push(row)
  }

  all(): NotTaken[] {
    return [...this.#reasons].map(([reason, tally]) => ({ reason, ...tally }))
  }
}
