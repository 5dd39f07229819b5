import type { ColumnKind, Columns, EventStream, ResolvedModel } from '../audience.ts'
import { findColumn } from '../find-column.ts'
import type { Condition } from '../condition.ts'
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

/** Whether a tree asks for anything that people did. */
export function readsEvents(where: Condition): boolean {
  return [...walkCondition(where)].some(({ condition }) => eventsIn(condition) !== undefined)
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
    const missing = namedColumns(stream).flatMap(([key, column]): WrittenMistake[] => {
      if (findColumn(column, known, foldsCase)) return []
      const nearest = nearestWord(column, [...known.keys()])
      return [
        {
          path: [...path, key],
          atKey: false,
          message: `The events of the model "${name}" have no column "${column}"`,
          expected: `one of ${[...known.keys()].join(', ')}`,
          ...(nearest === undefined ? {} : { nearest }),
          remedy: nearest === undefined ? 'Write a column of that table' : `Write "${nearest}"`,
        },
      ]
    })
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

/** Everything that the conditions of a tree read of events. */
export const valuesIn = (where: Condition): readonly ValueRead[] =>
  [...walkCondition(where)].flatMap(({ condition }) => {
    const over = eventsIn(condition)
    return over === undefined ? [] : valuesRead(over)
  })

/** A name in a tree that the data does not have. It may come to be there, so it is no mistake. */
export interface UnknownName {
  readonly path: Path
  readonly message: string
  readonly remedy: string
}

/** Every name of an event, a property or a part of the context in a tree that no event has; paths begin at the audience. */
export function unknownNames(where: Condition, known: KnownEvents): readonly UnknownName[] {
  return [...walkCondition(where, ['where'])].flatMap(({ condition, path }) => {
    const over = eventsIn(condition)
    if (over === undefined) return []
    const { names } = known
    const events = selectionsOf(over).flatMap(({ events: selected }) => selected.names ?? [])
    const values = valuesRead(over).flatMap((value) => {
      const others = known.othersThan(value)
      return others === null ? [] : [unknown(value.of, value.name, others)]
    })
    const all = [
      ...(names === null ? [] : events.filter((name) => !names.has(name))).map((name) =>
        unknown('event', name, names ?? []),
      ),
      ...values,
    ]
    const each = new Map(all.map((one) => [one.message, one]))
    return [...each.values()].map((one) => ({ path, ...one }))
  })
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
