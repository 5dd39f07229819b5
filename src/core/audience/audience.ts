import type { Condition } from './condition.ts'

/** A table of a source, or one `select` over it, with a key; its other columns are traits. */
export interface ResolvedModel {
  readonly name: string
  readonly source: string
  readonly relation:
    | { readonly kind: 'table'; readonly table: string }
    | { readonly kind: 'select'; readonly sql: string }
  /** The column that tells one member from another. */
  readonly key: string
}

/** An audience with everything that it refers to in reach, as the compiler takes it. */
export interface ResolvedAudience {
  /** Its identity in the file; `name` and `description` are what people see. */
  readonly key: string
  readonly name: string
  readonly description: string
  readonly model: ResolvedModel
  readonly where: Condition
  readonly exclude: readonly ResolvedAudience[]
  /** The columns that `has: EMAIL` asks for, by the word as it stands in the condition. */
  readonly identifiers: Readonly<Record<string, readonly string[]>>
  /** The keys in each file that a `list` names, by its path as it stands in the condition. */
  readonly lists: Readonly<Record<string, readonly string[]>>
}

/** What a column holds, as far as it decides how it is compared. `other` is told at run time, value by value. */
export type ColumnKind =
  'text' | 'number' | 'boolean' | 'day' | 'local-time' | 'instant' | 'list' | 'object' | 'other'

/** By column, as the engine describes the model. */
export type Columns = ReadonlyMap<string, ColumnKind>
