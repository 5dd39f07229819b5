import type {
  ColumnKind,
  Columns,
  EventStream,
  ResolvedAudience,
  ResolvedModel,
} from '../audience.ts'
import { reckonedTraits } from '../computed/used-computed.ts'
import { findColumn } from '../find-column.ts'
import type { Condition } from '../condition.ts'
import { missingColumns } from '../missing-columns.ts'
import type { Path, WrittenMistake } from '../mistake.ts'
import { nearestWord } from '../nearest-word.ts'
import { walkCondition } from '../walk-condition.ts'
import type { EventCondition } from './event-condition.ts'
import { isEventCondition } from './is-event-condition.ts'
import { selectionsOf, someEvents, valuesRead, type EventValue } from './walk-event.ts'

/** What a node of a tree asks of events, if it does; a ranking by events asks for them. */
export function eventsIn(condition: Condition): EventCondition | undefined {
  if (isEventCondition(condition)) return condition
  if (condition.kind !== 'top' || condition.by.kind !== 'events') return undefined
  return someEvents(condition.by.measured)
}

/** Whether an audience asks for anything that people did. */
export function readsEvents({
  where,
  computed = [],
}: Pick<ResolvedAudience, 'where' | 'computed'>): boolean {
  return (
    computed.length > 0 ||
    [...walkCondition(where)].some(({ condition }) => eventsIn(condition) !== undefined)
  )
}

/** Kinds of columns in which no time can stand. */
const TIMELESS: ReadonlySet<ColumnKind> = new Set(['number', 'boolean', 'list', 'object'])

/** The columns that a stream names, by the key that names them. */
function namedColumns(stream: EventStream): readonly (readonly [string, string])[] {
  const { person, name, time, id, properties, context, origin } = stream
  const named: readonly (readonly [string, string | null])[] = [
    ['person', person],
    ['name', name.kind === 'column' ? name.column : null],
    ['time', time],
    ['id', id],
    ['properties', properties],
    ['context', context],
    ['source_column', origin],
  ]
  return named.flatMap(([key, column]) => (column === null ? [] : [[key, column] as const]))
}

/** What a model says of its events and their tables do not bear out; paths begin at the model. */
export function checkStreams(
  { name, events }: Pick<ResolvedModel, 'name' | 'events'>,
  columns: readonly Columns[],
  foldsCase: boolean,
): readonly WrittenMistake[] {
  return events.flatMap((stream, index) => {
    const known = columns[index] ?? new Map()
    const path = ['events', index]
    const whose = `The events of the model "${name}" have`
    const missing = missingColumns(namedColumns(stream), known, whose, foldsCase).map(
      (mistake) => ({ ...mistake, path: [...path, ...mistake.path] }),
    )
    return [...missing, ...checkTime(stream, known, [...path, 'time'], foldsCase)]
  })
}

function checkTime(
  { time }: EventStream,
  columns: Columns,
  path: Path,
  foldsCase: boolean,
): readonly WrittenMistake[] {
  const found = findColumn(time, columns, foldsCase)
  const kind = found?.steps.length === 0 ? columns.get(found.column) : undefined
  if (kind === undefined || !TIMELESS.has(kind)) return []
  return [
    {
      path,
      atKey: false,
      message: `The column "${time}" holds no times`,
      expected: 'a column of dates or times, or of text such as 2026-01-31T12:00:00Z',
      remedy: 'Name another column, or make a time of it in a select: "sql: select …"',
    },
  ]
}

/** What the data has. */
export interface KnownEvents {
  /** The names of events; null where that cannot be told. */
  readonly names: ReadonlySet<string> | null
  /** Of a value that no event has which it should be of, the names that there are; null of one that is there, or cannot be told. */
  readonly othersThan: (value: ValueRead) => Iterable<string> | null
}

/** A value that a condition reads, and the names of the events that should have it; null: of any name. */
export type ValueRead = EventValue & { readonly names: readonly string[] | null }

type Reader = Pick<ResolvedAudience, 'key' | 'model' | 'where' | 'computed'>

/** What an audience looks at of events, in its conditions and in its computed traits; paths begin at the file. */
function readsOf(audience: Reader): readonly { over: EventCondition; path: Path }[] {
  const inTree = [...walkCondition(audience.where, ['audiences', audience.key, 'where'])].flatMap(
    ({ condition, path }) => {
      const over = eventsIn(condition)
      return over === undefined ? [] : [{ over, path }]
    },
  )
  const computed = [...reckonedTraits(audience)].map(([name, measured]) => ({
    over: someEvents(measured),
    path: ['computed_traits', name],
  }))
  return [...inTree, ...computed]
}

/** Everything that an audience reads of events. */
export const valuesIn = (audience: Reader): readonly ValueRead[] =>
  readsOf(audience).flatMap(({ over }) => valuesRead(over))

/** A name in a tree that the data does not have. It may come to be there, so it is no mistake. */
export interface UnknownName {
  readonly path: Path
  readonly message: string
  readonly remedy: string
}

/**
 * Every name of an event, a property or a part of the context, in the conditions of an audience and in its computed traits, that
 * no event has, and those of events that some write otherwise; paths begin at the file.
 */
export function unknownNames(audience: Reader, known: KnownEvents): readonly UnknownName[] {
  return readsOf(audience).flatMap(({ over, path }) => {
    const { names } = known
    const events = selectionsOf(over).flatMap(({ events: selected }) => selected.names ?? [])
    const values = valuesRead(over).flatMap((value) => {
      const others = known.othersThan(value)
      return others === null ? [] : [unknown(value.of, value.name, others)]
    })
    const all = [
      ...(names === null ? [] : events.flatMap((name) => wrongName(name, events, names))),
      ...values,
    ]
    const each = new Map(all.map((one) => [one.message, one]))
    return [...each.values()].map((one) => ({ path, ...one }))
  })
}

/** Capitals and blanks, in which the names of one event differ where clients write it in several places. */
const folded = (name: string): string => name.trim().replaceAll(/\s+/g, ' ').toLowerCase()

/** What is to be said of the name of an event beside those that the condition has and those that there are. */
function wrongName(
  name: string,
  selected: readonly string[],
  known: ReadonlySet<string>,
): Omit<UnknownName, 'path'>[] {
  if (!known.has(name)) return [unknown('event', name, known)]
  const twins = [...known].filter(
    (other) => !selected.includes(other) && folded(other) === folded(name),
  )
  if (twins.length === 0) return []
  const others = twins.map((twin) => `"${twin}"`).join(', ')
  return [
    {
      message: `Some events are called ${others}, which is not "${name}"`,
      remedy: `To have them count too, write did: ["${name}", ${others}]`,
    },
  ]
}

const WHAT = { event: 'event', property: 'property', context: 'part of the context' } as const

function unknown(
  what: keyof typeof WHAT,
  name: string,
  known: Iterable<string>,
): Omit<UnknownName, 'path'> {
  const words = [...known]
  const nearest = nearestWord(name, words)
  const some = words.slice(0, 10).join(', ')
  return {
    message: `No ${WHAT[what]} is called "${name}"`,
    remedy:
      nearest === undefined
        ? `Check the name; there ${some === '' ? 'is none' : `are ${some}`}`
        : `Did you mean "${nearest}"?`,
  }
}
