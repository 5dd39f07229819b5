import { attachKeptPeople } from './kept-people.ts'
import { openLocal, type Premises } from './open-audience.ts'

/** Somebody who became part of another person. */
export interface KeptMerge {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly person: string
  readonly into: string
  /** The kinds of identifiers that showed it. */
  readonly by: string
  readonly message: string
}

const MERGES_SHOWN = 100

/** The merges of a workspace's people, the newest first: the last hundred, or all of one person. */
export async function keptMerges(
  workspace: Premises,
  person: string | null,
): Promise<readonly KeptMerge[]> {
  await using local = await openLocal(workspace)
  await attachKeptPeople(local, workspace, [])
  const merges =
    'select person::varchar as person, merged_into::varchar as into_person, epoch_ms(merged_at) as at, by_identifiers, message from merges'
  const rows =
    person === null
      ? await local.source.all(`${merges} order by merged_at desc, message limit ${MERGES_SHOWN}`)
      : await local.source.all(
          `${merges} where stands = coalesce((select stands from people_store.stands where person = try_cast($person as uuid)), try_cast($person as uuid)) order by merged_at desc, message`,
          { person },
        )
  return rows.map((row) => ({
    at: Number(row['at']),
    person: String(row['person']),
    into: String(row['into_person']),
    by: String(row['by_identifiers']),
    message: String(row['message']),
  }))
}
