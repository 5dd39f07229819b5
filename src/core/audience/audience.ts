import type { Condition } from './condition.ts'
import type { MeasuredEvents } from './event/event-condition.ts'

/** A table of a source, or one `select` over it. */
export type Relation =
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'select'; readonly sql: string }

/** Rows that are events of a model's people. Everything but `relation` and `name` names columns of it. */
export interface EventStream {
  readonly relation: Relation
  /** Holds the model's key. */
  readonly person: string
  /** The column with the event's name, or the one name that every row has. */
  readonly name:
    | { readonly kind: 'column'; readonly column: string }
    | { readonly kind: 'constant'; readonly name: string }
  readonly time: string
  /** A column with the same moment in milliseconds since the epoch, by which an engine passes over what lies outside a window. */
  readonly milliseconds?: string
  /** Tells the order of events of one moment. */
  readonly id: string | null
  /** A column with JSON or a struct; null: every column is a property. */
  readonly properties: string | null
  /** A column with JSON or a struct. */
  readonly context: string | null
  /** Where the event came from, for `sources`. */
  readonly origin: string | null
}

/** A relation with a key; its other columns are traits. */
export interface ResolvedModel {
  readonly name: string
  readonly source: string
  readonly relation: Relation
  readonly events: readonly EventStream[]
  /** The column that tells one member from another. */
  readonly key: string
  /** Rows that belong to the members, by name; absent: none are declared. */
  readonly relations?: Readonly<Record<string, RelatedRows>>
  /** By what people may agree to, the column that says whether they do; absent: nothing is declared. */
  readonly consent?: Readonly<Record<string, string>>
  /** Which values the members' traits had; absent: nothing is declared. */
  readonly history?: TraitHistory
  /** What the members belong to; absent: nothing is declared. */
  readonly accounts?: Accounts
  /** What is reckoned from the members' events and is then a trait like a column, by name; absent: nothing is declared. */
  readonly computed?: Readonly<Record<string, MeasuredEvents>>
}

/** Rows that say which value a trait had since when. Everything but `relation` names columns of it. */
export interface TraitHistory {
  readonly relation: Relation
  /** Holds the model's key. */
  readonly person: string
  /** Holds the name of a column of the model. */
  readonly trait: string
  readonly value: string
  readonly time: string
}

/** Accounts, each a row with its traits, and who belongs to them. What is compared is compared as text. */
export interface Accounts {
  readonly relation: Relation
  /** The column that tells one account from another. */
  readonly key: string
  readonly members:
    /** The column of the model that holds the key of the member's account. */
    | { readonly kind: 'column'; readonly column: string }
    | { readonly kind: 'rows'; readonly rows: Memberships }
}

/** Rows that each say that somebody belongs to an account. Everything but `relation` names columns of it. */
interface Memberships {
  readonly relation: Relation
  /** Holds the model's key. */
  readonly person: string
  /** Holds the account's key. */
  readonly account: string
}

/** Rows of a table of which each belongs to one of a model, or to one of another relation. Both are compared as text. */
export interface RelatedRows {
  readonly relation: Relation
  /** Their column that says whose they are. */
  readonly key: string
  /** The column that it equals, of whose they are. */
  readonly own: string
  readonly relations: Readonly<Record<string, RelatedRows>>
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
  /** The audiences that a `member_of` names, by their key as it stands in the condition. */
  readonly memberOf: Readonly<Record<string, ResolvedAudience>>
  /** The columns that `has: EMAIL` asks for, by the word as it stands in the condition. */
  readonly identifiers: Readonly<Record<string, readonly string[]>>
  /** The keys in each file that a `list` names, by its path as it stands in the condition. */
  readonly lists: Readonly<Record<string, readonly string[]>>
  /** The computed traits that its conditions or its syncs name: they stand among the columns of its members. */
  readonly computed?: readonly string[]
}

/** What a column holds, as far as it decides how it is compared. `other` is told at run time, value by value. */
export type ColumnKind =
  'text' | 'number' | 'boolean' | 'day' | 'local-time' | 'instant' | 'list' | 'object' | 'other'

/** By column, as the engine describes the model. */
export type Columns = ReadonlyMap<string, ColumnKind>
