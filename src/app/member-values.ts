import type { MappedValues } from '../core/match-key/rows.ts'
import { SCRATCH } from '../engine/duckdb/local.ts'
import { mappedColumns, VALUE_END, type Mapping, type Reading } from '../sql/fingerprint.ts'
import { mappedValues, placesOf } from '../sync/duckdb/people.ts'
import type { OpenAudience } from './open-audience.ts'

/** One person's values by match key, and those of a second mapping beside it. */
interface PersonValues {
  /** The hash by which ledgers know them. */
  readonly member: string
  readonly values: MappedValues
  readonly more: MappedValues
}

/** The people of a reading, laid out once so that they can be counted and streamed. */
export interface MemberValues {
  /** Rows with and without a key, less those held out. */
  readonly known: number
  readonly missing: number
  /** Rows that are streamed: all that have a key, or as many as were asked for. */
  readonly read: number
  /** Their values by the keys of one or two mappings whose columns the reading has; only one chunk is ever in memory. */
  stream(mapping: Mapping, more?: Mapping): AsyncGenerator<readonly PersonValues[]>
}

/**
 * Evaluates a reading and reads its people's mapped values, in the order of their hashes.
 * @param most Of more people than this only so many are read. By the order of hashes they are a sample, always the same one.
 */
export async function layOutValues(
  { local, people: peopleOf }: Pick<OpenAudience, 'local' | 'people'>,
  reading: Reading,
  most = Infinity,
): Promise<MemberValues> {
  const people = peopleOf(reading)
  const columns = mappedColumns(reading)
  const { known, missing } = await people.fingerprints('read_people')
  const first = known > most ? ` order by member limit ${most}` : ''
  if (columns.length > 0)
    await people.readValues(
      'read_values',
      `(select distinct member, hint from ${SCRATCH}.read_people${first})`,
    )
  else
    await local.scratch.run(
      `create or replace table read_values as select member, '' as line from read_people${first}`,
    )
  const read = await local.scratch.count('read_values')
  return {
    known,
    missing,
    read,
    async *stream(mapping, more = []) {
      const [own, further] = [placesOf(mapping, columns), placesOf(more, columns)]
      const sql = `select concat(member, '${VALUE_END}', line) as line from read_values order by member, line`
      for await (const chunk of local.lines(sql, read))
        yield chunk.map((line) => {
          const [member = '', ...values] = line.split(VALUE_END)
          return { member, values: mappedValues(own, values), more: mappedValues(further, values) }
        })
    },
  }
}
