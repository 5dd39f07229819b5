import type { ColumnKind } from '../../core/audience/audience.ts'
import type { CalendarUnit } from '../../core/audience/operand-shape.ts'
import type { AggregateName } from '../../core/audience/event/aggregate.ts'

/** What differs between engines where events are read. Instants are milliseconds since the epoch. */
export interface EventDialect {
  /** A bound that lets the engine pass over what cannot be meant; it may let more through, never less. */
  readonly notBefore: (column: string, kind: ColumnKind, instant: () => string) => string | null
  /** The calendar unit in the zone that an instant is in; one value for each. */
  readonly calendarUnit: (instant: string, unit: CalendarUnit, zone: string) => string
  /** A list, a struct or JSON as text with JSON. */
  readonly jsonText: (column: string, kind: ColumnKind) => string
  readonly countIf: (condition: string) => string
  readonly countDistinct: (value: string, condition: string) => string
  /**
   * Over the rows for which the condition is true. `value` is a number or a text, as the aggregate reads it; `least` is how often
   * the most frequent value must be there.
   */
  readonly aggregate: (
    name: AggregateName,
    value: string,
    instant: string,
    condition: string,
    least: string | null,
  ) => string
  /** All instants for which the condition is true, in their order. */
  readonly instants: (instant: string, condition: string) => string
  /** Whether something holds for one of a list of instants: itself, its place from 1, and the one before it, which may be null. */
  readonly anyInstant: (
    list: string,
    holds: (instant: string, place: string, before: string) => string,
  ) => string
  readonly lists: ListDialect
  readonly earliest: (instant: string) => string
  /** The earliest instant of the same person, beside each of their rows. */
  readonly earliestOf: (instant: string, person: string) => string
}

/** Lists of structs, as sequences are decided over them. A name is that of the element within the expression made of it. */
interface ListDialect {
  readonly struct: (fields: readonly (readonly [name: string, sql: string])[]) => string
  /** The structs of the rows for which the condition is true, in the order of their fields. */
  readonly collect: (struct: string, condition: string) => string
  readonly keep: (list: string, name: string, holds: string) => string
  readonly change: (list: string, name: string, to: string) => string
  /** One list of a list of lists, each element once. */
  readonly flat: (lists: string) => string
  readonly isEmpty: (list: string) => string
  /** The first or the last element; null of an empty list. */
  readonly end: (list: string, which: 'first' | 'last') => string
  /** The element that is greatest by its fields in their order, of a list in any order, as a list; of an empty list an empty one. */
  readonly greatest: (list: string) => string
}
