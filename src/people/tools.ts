import type { TombstoneOf } from '../core/tombstone.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import type { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import type { PeopleStore } from './people-store.ts'

/** What taking in messages works with. */
export interface Tools {
  readonly store: PeopleStore
  readonly folder: ParquetFolder
  /** Its scratch tables are used; nothing else may use them meanwhile. */
  readonly local: LocalDuckDb
  /** A name for a piece that no other has. */
  readonly newName: () => string
  /** What is kept of the identifiers of people who were erased. */
  readonly tombstoneOf: TombstoneOf
  /** Milliseconds since the epoch. */
  readonly now: () => number
}
