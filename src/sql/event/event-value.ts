import type { ColumnKind, Columns, EventStream } from '../../core/audience/audience.ts'
import { findColumn } from '../../core/audience/find-column.ts'
import { cellOver, fieldBelow, type Cell } from '../cell.ts'
import type { Scope } from '../scope.ts'
import type { ReadValue } from './facts.ts'

/** An expression over the rows of one stream, which go by the name `stream`. */
interface StreamValue {
  /** Binds what it needs, so it is only called where its text is used. */
  readonly sql: () => string
  readonly kind: ColumnKind
}

/** Kinds of which two streams' columns can stand in one. */
const UNITABLE: ReadonlySet<ColumnKind> = new Set([
  'text',
  'number',
  'boolean',
  'day',
  'local-time',
  'instant',
])

/** The columns of each of the model's streams, where they are known. */
export const eventColumns = ({ model, events }: Scope): readonly Columns[] | undefined =>
  events?.get(model.name)

/** A column of a stream by its name; what the stream does not have is null. */
export function streamColumn(
  name: string,
  columns: Columns | undefined,
  scope: Scope,
): StreamValue | null {
  const { dialect } = scope
  const found = columns && findColumn(name, columns, dialect.foldsCase)
  if (columns !== undefined && found === undefined) return null
  const [first = name, ...rest] = name.split('.')
  const { column, steps } = found ?? { column: first, steps: rest }
  const sql = `stream.${dialect.quote(column)}`
  const kind = columns?.get(column) ?? 'other'
  if (steps.length === 0) return { sql: () => sql, kind }
  return { sql: () => fieldBelow(sql, kind, steps, scope), kind: 'other' }
}

function streamValue(
  { of, name }: Pick<ReadValue, 'of' | 'name'>,
  stream: EventStream,
  columns: Columns | undefined,
  scope: Scope,
): StreamValue | null {
  const holder = of === 'property' ? stream.properties : stream.context
  if (holder === null) return of === 'property' ? streamColumn(name, columns, scope) : null
  const held = streamColumn(holder, columns, scope)
  if (held === null) return null
  const steps = name.split('.')
  return { sql: () => fieldBelow(held.sql(), held.kind, steps, scope), kind: 'other' }
}

/** One value of the events of every stream: an expression for each, and what kind they have in common. */
export function valueOverStreams(
  read: Pick<ReadValue, 'of' | 'name'>,
  scope: Scope,
): { readonly kind: ColumnKind; readonly sql: readonly (() => string)[] } {
  const { dialect } = scope
  const values = scope.model.events.map((stream, index) =>
    streamValue(read, stream, eventColumns(scope)?.[index], scope),
  )
  const present = values.filter((value) => value !== null)
  const [first] = present
  if (first === undefined) {
    return { kind: 'text', sql: values.map(() => () => dialect.cast('null', 'text')) }
  }
  const alike = present.every(({ kind }) => kind === first.kind && UNITABLE.has(kind))
  if (alike || present.length === 1) {
    return { kind: first.kind, sql: values.map((value) => value?.sql ?? nothing) }
  }
  const asText =
    ({ sql, kind }: StreamValue) =>
    (): string =>
      kind === 'list' || kind === 'object'
        ? dialect.events.jsonText(sql(), kind)
        : dialect.text(sql(), kind)
  return {
    kind: 'text',
    sql: values.map((value) => (value === null ? nothing : asText(value))),
  }
}

const nothing = (): string => 'null'

/** A property or a part of the context of the event in the current row of the scan. */
export function eventCell(of: ReadValue['of'], name: string, scope: Scope): Cell {
  const { column } = scope.facts.value(of, name)
  return cellOver(`event.${column}`, valueOverStreams({ of, name }, scope).kind, scope)
}
