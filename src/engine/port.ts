import type { Columns } from '../core/audience/audience.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Query, SqlValue } from '../sql/query.ts'

/** What a driver gives for a value; `String` and `Number` make it one of JavaScript's. */
type Cell = string | number | bigint | boolean | null | { toString(): string }

export type Row = Readonly<Record<string, Cell>>

/** What a driver gives for a condition that holds: some engines have no type for it. */
export const isTrue = (value: Cell | undefined): boolean => value === true || Number(value) === 1

/** Values of a statement by the names of its parameters. */
export type Values = Readonly<Record<string, SqlValue>>

/**
 * What runs SQL over a source, with its dialect. It reads and never writes; where it can, everything that is asked of one is asked of
 * one snapshot.
 * What the engine refuses, or is lost on the way, is a `RollcallError`.
 */
export interface Engine {
  readonly dialect: Dialect
  /** For few rows: they come back in one piece. */
  readonly all: (sql: string, values?: Values) => Promise<readonly Row[]>
  /** The one row of an aggregate. */
  readonly one: (sql: string, values?: Values) => Promise<Row>
  /** Streams a statement whose one column is text. One that ends early is an error, never fewer lines. */
  readonly lines: (sql: string, values?: Values) => AsyncIterable<readonly string[]>
  /** The columns of a statement and what each holds. */
  readonly describe: (query: Query) => Promise<Columns>
}
