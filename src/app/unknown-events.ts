import type { Columns, EventStream } from '../core/audience/audience.ts'
import {
  readsEvents,
  unknownNames,
  type KnownEvents,
  type UnknownName,
} from '../core/audience/event/check-events.ts'
import { duckdb } from '../sql/duckdb.ts'
import { eventNamesQuery } from '../sql/event/event-names.ts'
import type { OpenAudience } from './open-audience.ts'

/** The columns of an audience's events, in the order of its model's streams; none where it does not ask for them. */
export const eventsOf = ({ audience, context }: OpenAudience): readonly Columns[] =>
  context.events?.get(audience.model.name) ?? []

/** More different names than this are told by nobody. */
const NAMES_MAX = 10_000

/** The names of events and properties that an audience asks for and its data does not have, each with the nearest. */
export async function unknownEvents(opened: OpenAudience): Promise<readonly UnknownName[]> {
  const { audience } = opened
  if (!readsEvents(audience)) return []
  const names = await namesOf(opened)
  return unknownNames(audience, {
    // A source whose events are all gone says nothing about their names.
    names: names === null || names.size === 0 ? null : names,
    properties: propertiesOf(audience.model.events, eventsOf(opened)),
  })
}

async function namesOf({
  local,
  audience,
  context,
}: OpenAudience): Promise<ReadonlySet<string> | null> {
  const names = new Set<string>()
  for (const [index, stream] of audience.model.events.entries()) {
    const columns = context.events?.get(audience.model.name)?.[index]
    const query = eventNamesQuery(stream, columns, duckdb, context.now, NAMES_MAX)
    if (query === null) {
      if (stream.name.kind === 'constant') names.add(stream.name.name)
      continue
    }
    const rows = await local.source.all(query.sql, query.parameters)
    if (rows.length >= NAMES_MAX) return null
    for (const row of rows) names.add(String(row['name']))
  }
  return names
}

/** Columns are known by their names; what stands in JSON is not. */
function propertiesOf(
  streams: readonly EventStream[],
  columns: readonly Columns[],
): KnownEvents['properties'] {
  if (streams.some(({ properties }) => properties !== null)) return null
  return new Set(columns.flatMap((known) => [...known.keys()]))
}
