import { isJsonObject } from '../../core/event/json-object.ts'
import { isTooFarAhead } from '../../core/event/message-time.ts'
import type { Json, JsonObject, Message } from '../../core/event/message.ts'
import { VALUE_END } from '../../sql/fingerprint.ts'
import { ROW_PARTS } from './row-sql.ts'

/** What all rows of an import have in common. */
export interface ImportedFile {
  readonly source: string
  /** Of the file's content and of how it is read: the ids of its rows come from it. */
  readonly digest: string
  /** When the import began; the time of rows that say none. */
  readonly startedAt: number
  /** What every row is, where none says it. */
  readonly event: string | null
  /** Whether rows are events. */
  readonly hasEvents: boolean
  /** Whether rows say which account somebody belongs to. */
  readonly hasGroups: boolean
}

/** Why a row is no message. */
export const ROW_FAULTS = {
  'no-event': 'The row does not say which event it is.',
  'no-group': 'The row does not say which account it is.',
  'no-time': 'The row has no time that can be read.',
  'time-ahead': 'The time of the row is more than a year ahead.',
  'no-object': 'A cell that should hold an object holds none that can be read.',
} as const

export type RowFault = keyof typeof ROW_FAULTS

/** Makes a message of a line that `rowSql` gives. @param row From 0. */
export function rowMessage(line: string, row: number, file: ImportedFile): Message | RowFault {
  const values = line.split(VALUE_END)
  const part = (name: (typeof ROW_PARTS)[number]): string => values[ROW_PARTS.indexOf(name)] ?? ''
  const event = part('event') === '' ? file.event : part('event')
  if (file.hasEvents && event === null) return 'no-event'
  if (file.hasGroups && part('group_id') === '') return 'no-group'
  const time = part('time') === '' ? null : Number(part('time'))
  if (file.hasEvents && time === null) return 'no-time'
  if (time !== null && isTooFarAhead(time, file.startedAt)) return 'time-ahead'
  const traits = objectIn(part('traits'), part('trait'))
  const properties = objectIn(part('properties'), part('property'))
  const given = objectIn(part('context'))
  const external = objectIn(part('external'))
  if (traits === null || properties === null || given === null || external === null)
    return 'no-object'
  return {
    id: part('id') === '' ? `${file.digest}-${row}` : part('id'),
    kind: file.hasEvents ? 'track' : file.hasGroups ? 'group' : 'identify',
    source: file.source,
    userId: orNull(part('user_id')),
    anonymousId: orNull(part('anonymous_id')),
    previousId: null,
    groupId: orNull(part('group_id')),
    event: file.hasEvents ? event : null,
    properties,
    traits,
    context: withExternalIds(given, external),
    timestamp: time ?? file.startedAt,
    receivedAt: file.startedAt,
  }
}

const orNull = (text: string): string | null => (text === '' ? null : text)

/** The values of an object that are there: a table has a cell for everything, also for what a row does not have. */
function objectIn(...texts: readonly string[]): JsonObject | null {
  const entries: [string, Json][] = []
  for (const text of texts) {
    if (text === '') continue
    const value = parsed(text)
    if (!isJsonObject(value)) return null
    for (const [name, one] of Object.entries(value)) if (one !== null) entries.push([name, one])
  }
  return Object.fromEntries(entries)
}

function parsed(text: string): Json | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is JSON
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function withExternalIds(context: JsonObject, external: JsonObject): JsonObject {
  const ids = Object.entries(external).map(([type, id]) => ({
    id,
    type,
    collection: 'users',
    encoding: 'none',
  }))
  const given: Json | undefined = context['externalIds']
  return ids.length === 0
    ? context
    : {
        ...context,
        externalIds: [...(Array.isArray(given) ? (given as readonly Json[]) : []), ...ids],
      }
}
