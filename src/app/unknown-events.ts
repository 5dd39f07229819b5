import type { Columns } from '../core/audience/audience.ts'
import {
  readsEvents,
  unknownNames,
  valuesIn,
  type KnownEvents,
  type UnknownName,
  type ValueRead,
} from '../core/audience/event/check-events.ts'
import { PEOPLE_SOURCE } from '../definition/people-model.ts'
import { openFor } from '../sql/audience.ts'
import { eventNamesQuery } from '../sql/event/event-names.ts'
import { heldValuesQuery, presentValuesQuery } from '../sql/event/present-values.ts'
import type { OpenAudience } from './open-audience.ts'

/** The columns of an audience's events, in the order of its model's streams; none where it does not ask for them. */
export const eventsOf = ({ audience, context }: OpenAudience): readonly Columns[] =>
  context.events?.get(audience.model.name) ?? []

/** More different names than this are told by nobody. */
const NAMES_MAX = 10_000
/** In so many events nearly every name of a property is met. */
const EVENTS_READ = 2_000
/** Objects within objects are looked into so far. */
const DEPTH_MAX = 4

/** The names of events and of what they hold in an audience's conditions that its data does not have, each with the nearest. */
export async function unknownEvents(opened: OpenAudience): Promise<readonly UnknownName[]> {
  const { audience } = opened
  if (!readsEvents(audience)) return []
  const names = await namesOf(opened)
  if (names?.size === 0) {
    // A source whose events are all gone says nothing about their names.
    return audience.model.source === PEOPLE_SOURCE ? [nothingTakenIn(audience.key)] : []
  }
  return unknownNames(audience, { names, othersThan: await absentValues(opened) })
}

const nothingTakenIn = (audience: string): UnknownName => ({
  path: ['audiences', audience, 'where'],
  message: 'No event has been taken in yet, so nobody can have done anything',
  remedy: 'Send events to "rollcall serve", or take them from a file with "rollcall import"',
})

async function namesOf({
  engine,
  audience,
  context,
}: OpenAudience): Promise<ReadonlySet<string> | null> {
  const names = new Set<string>()
  for (const [index, stream] of audience.model.events.entries()) {
    const columns = context.events?.get(audience.model.name)?.[index]
    const query = eventNamesQuery(stream, columns, engine.dialect, context.now, NAMES_MAX)
    if (query === null) {
      if (stream.name.kind === 'constant') names.add(stream.name.name)
      continue
    }
    const rows = await engine.all(query.sql, query.parameters)
    if (rows.length >= NAMES_MAX) return null
    for (const row of rows) names.add(String(row['name']))
  }
  return names
}

const keyOf = ({ of, name, names }: ValueRead): string => JSON.stringify([of, name, names])

/** The values that no event has, each with the names that there are. */
async function absentValues(opened: OpenAudience): Promise<KnownEvents['othersThan']> {
  const { engine, audience, context } = opened
  const { events } = audience.model
  const columns = new Set(eventsOf(opened).flatMap((known) => [...known.keys()]))
  // Columns are known by their names, whether or not anything stands in them.
  const isColumn = ({ of }: ValueRead): boolean =>
    of === 'property' && events.every(({ properties }) => properties === null)
  const asked = [...new Map(valuesIn(audience).map((value) => [keyOf(value), value])).values()]
  const held = asked.filter((value) => !isColumn(value))
  const absent = new Map<string, Iterable<string>>()
  for (const value of asked)
    if (isColumn(value) && !columns.has(value.name) && !columns.has(value.name.split('.')[0] ?? ''))
      absent.set(keyOf(value), columns)
  if (held.length > 0) {
    const { sql, parameters } = presentValuesQuery(held, openFor(audience, engine.dialect, context))
    const row = await engine.one(sql, parameters)
    for (const [index, value] of held.entries()) {
      if (Number(row[`n${index}`]) === 0 || Number(row[`p${index}`]) > 0) continue
      const others = await namesHeld(opened, value.of)
      if (!others.has(value.name)) absent.set(keyOf(value), others)
    }
  }
  return (value) => absent.get(keyOf(value)) ?? null
}

/** The names of the properties of an audience's events, or the paths into their context, as far as a look at some tells. */
async function namesHeld(opened: OpenAudience, of: ValueRead['of']): Promise<ReadonlySet<string>> {
  const { engine, audience, context } = opened
  const names = new Set<string>()
  for (const [index, stream] of audience.model.events.entries()) {
    const columns = eventsOf(opened)[index]
    const query = heldValuesQuery(stream, of, columns, engine.dialect, context.now, EVENTS_READ)
    if (query === null) {
      if (of === 'property') for (const name of columns?.keys() ?? []) names.add(name)
      continue
    }
    for (const { held } of await engine.all(query.sql, query.parameters))
      for (const path of pathsIn(parsed(held), DEPTH_MAX)) names.add(path)
  }
  return names
}

/** What stands as text within JSON may be JSON itself. */
function parsed(held: unknown): unknown {
  if (typeof held !== 'string') return null
  try {
    const value: unknown = JSON.parse(held)
    return typeof value === 'string' ? JSON.parse(value) : value
  } catch {
    return null
  }
}

/** Every path into an object. */
function pathsIn(value: unknown, depth: number): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === 0) return []
  return Object.entries(value).flatMap(([name, below]) => [
    name,
    ...pathsIn(below, depth - 1).map((path) => `${name}.${path}`),
  ])
}
