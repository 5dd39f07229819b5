import type { ColumnKind } from '../core/audience/audience.ts'
import type { EventDialect } from './event/event-dialect.ts'

/**
 * What differs between engines, each entry SQL text from SQL text. An expression that is not of the wanted kind gives
 * null (absent), never an error: whatever stands in a column, a statement runs to its end.
 */
export interface Dialect {
  readonly name: string
  /** Names of columns are the same in capitals and small letters. */
  readonly foldsCase: boolean
  readonly quote: (name: string) => string
  readonly parameter: (name: string) => string
  readonly cast: (expression: string, type: 'text' | 'number' | 'integer' | 'boolean') => string
  /** What a column of this type, as the engine describes it, holds. */
  readonly columnKind: (type: string) => ColumnKind
  /** A value as text; numbers in plain form without trailing zeros. */
  readonly text: (column: string, kind: ColumnKind) => string
  /** A finite number; text counts when it is one. */
  readonly number: (column: string, kind: ColumnKind) => string
  /** True, false, or null for text that says neither. */
  readonly truth: (text: string) => string
  /** Milliseconds since the epoch. A day begins at its midnight in `zone`, which is only asked for where it is used; times without a zone are UTC. */
  readonly instant: (column: string, kind: ColumnKind, zone: () => string) => string
  /** The value below a column that is a struct or JSON, as JSON; `pointer` is a JSON pointer. */
  readonly field: (column: string, kind: ColumnKind, pointer: string) => string
  /** The elements of a list as a list of texts; empty for what is not a list. */
  readonly elements: (column: string, kind: ColumnKind) => string
  readonly listHasText: (list: string, text: string, fold: (text: string) => string) => string
  readonly listHasNumber: (list: string, number: string) => string
  readonly listHasInk: (list: string) => string
  /** Whether a column of kind `other` is a list. */
  readonly isList: (column: string) => string
  readonly lower: (text: string) => string
  readonly contains: (text: string, part: string) => string
  readonly startsWith: (text: string, part: string) => string
  readonly endsWith: (text: string, part: string) => string
  readonly like: (text: string, pattern: string) => string
  /** Found anywhere in the text; `pattern` is a parameter with a regular expression of the RE2 subset. */
  readonly matches: (text: string, pattern: string, ignoreCase: boolean) => string
  /** True for text with anything in it but white space. */
  readonly hasInk: (text: string) => string
  /** As `versionKey` in the core, in SQL. */
  readonly versionKey: (text: string) => string
  /** The first 52 bits of the MD5 of a text, as a fraction in [0, 1). */
  readonly fraction: (text: string) => string
  readonly concat: (left: string, right: string) => string
  /** A relation of one column from a parameter that holds a list of texts. */
  readonly unnest: (parameter: string) => string
  /** A time without zone, in UTC, from a parameter with milliseconds since the epoch. */
  readonly timestamp: (parameter: string) => string
  /** The MD5 of a text, in the engine's type for 16 bytes. */
  readonly digest: (text: string) => string
  /** A hash of 64 bits that costs an engine next to nothing. Texts may share one, and another session may give another. */
  readonly hint: (text: string) => string
  readonly byteLength: (text: string) => string
  /** A text of one sign that cannot be written out. */
  readonly literal: (sign: string) => string
  /** The elements of a list as one text, `sign` between them and in none of them. */
  readonly joined: (list: string, sign: string) => string
  /** A text to sort by, so that it is in the order of its bytes in UTF-8. */
  readonly byBytes: (text: string) => string
  /** What conditions over events need beside. */
  readonly events: EventDialect
}
