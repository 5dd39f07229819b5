import type { MappedValues } from '../core/match-key/rows.ts'
import { SCRATCH, type LocalDuckDb } from '../engine/duckdb/local.ts'
import { duckdb } from '../sql/duckdb.ts'
import { ITEM_END, VALUE_END, type Reading } from '../sql/fingerprint.ts'
import { People } from '../sync/duckdb/people.ts'

/** The people of a reading, laid out once so that they can be counted and streamed. */
export interface MemberValues {
  /** Rows with and without a key, less those held out. */
  readonly known: number
  readonly missing: number
  /** One text per person: nothing but the chunk at hand is ever in memory. */
  stream(): AsyncGenerator<readonly MappedValues[]>
}

/** Evaluates a reading and reads its people's mapped values, in the order of their hashes. */
export async function layOutValues(local: LocalDuckDb, reading: Reading): Promise<MemberValues> {
  const people = new People(local, reading, duckdb)
  const { known, missing } = await people.fingerprints('read_people')
  const wanted = `(select distinct member from ${SCRATCH}.read_people)`
  if (reading.mapping.length > 0) await people.readValues('read_values', wanted)
  else await local.scratch.run(`create or replace table read_values as select member, '' as line from read_people`)
  return {
    known,
    missing,
    async *stream() {
      const count = await local.scratch.count('read_values')
      const lines = local.lines('select line from read_values order by member, line', count)
      for await (const chunk of lines) yield chunk.map((line) => mappedValues(people, line))
    },
  }
}

function mappedValues({ places }: Pick<People, 'places'>, line: string): MappedValues {
  const values = line.split(VALUE_END)
  const byKey = places.map(([key, own]): [string, string[]] => [
    key,
    own.flatMap((place) => (values[place] ?? '').split(ITEM_END)).filter((text) => text !== ''),
  ])
  return Object.fromEntries(byKey)
}
