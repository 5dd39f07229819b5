import type { ExternMemoryMode } from './extern-memory.ts'
import type { Row } from './match-keys.ts'

/** Rows that were found valid. `count` stands for them where rows are not kept. */
export interface Batch {
  readonly rows: readonly Row[]
  readonly count: number
}

/** What is written down to hold a membership over a restart. */
export type Held =
  | { readonly of: 'rows'; readonly rows: readonly Row[] }
  | { readonly of: 'people'; readonly people: readonly string[] }
  | { readonly of: 'count'; readonly count: number }

/** Who is in an audience. An implementation stands for one idea of how Meta matches. */
export interface Membership {
  /** Rows, or people, that are in. */
  readonly size: number
  /** How many of them Meta would find among its users. */
  readonly matched: number
  add(batch: Batch, at: number): void
  remove(batch: Batch, at: number): void
  rows(): Iterable<Row>
  people(): ReadonlySet<string>
  /** In pieces that fit on a line. */
  held(): Iterable<Held>
  restore(held: Held): void
}

/**
 * How removals find members. `rows`: the audience stores match rows, and a removal takes out every row that shares a
 * strong key with it. `people`: identifiers are owned by people, and a removal takes out the people themselves.
 */
export type Matching =
  | { readonly kind: 'rows' }
  | {
      readonly kind: 'people'
      /** The person that owns an identifier (`EMAIL`, `PHONE`, `MADID` …), or null if nobody does. */
      readonly ownerOf: (key: string, value: string) => string | null
      readonly externMemory: ExternMemoryMode
      /** Do adds also match through a remembered EXTERN_ID? Meta does not say; false by default. */
      readonly addsMatchExtern?: boolean
    }
