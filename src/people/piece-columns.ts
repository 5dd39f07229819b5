import type { Column } from '../engine/duckdb/line-columns.ts'

/**
 * The columns of a piece's two files. Times are milliseconds since the epoch.
 *
 * An event has the person that it was taken in for, who may since have become part of another.
 */
export const EVENT_COLUMNS = [
  { name: 'person', type: 'uuid' },
  { name: 'name', type: 'varchar' },
  { name: 'time', type: 'bigint' },
  { name: 'id', type: 'varchar' },
  { name: 'properties', type: 'varchar' },
  { name: 'context', type: 'varchar' },
  { name: 'source', type: 'varchar' },
  { name: 'received', type: 'bigint' },
] as const satisfies readonly Column[]

/**
 * What else a message said. `fact` decides what the others mean:
 * - `identifier`: since `time` the person has the identifier of kind `name` and value `value`
 * - `trait`: at `time` the trait `name` had the value `value`, JSON
 * - `consent`: at `time` the person agreed to the categories of `value`, a JSON list, and to no others
 * - `group`: at `time` the person belonged to the account `name`, and said its traits of `value`, a JSON object
 * - `merge`: at `time` the person became part of the person `value`, by identifiers of the kinds in `name`
 * - `shared`: from `time` the identifier of kind `name` and value `value` identifies nobody
 * - `seen`: the person was seen from `time` to `until`, and a message of theirs received at `received` first
 */
export const FACT_COLUMNS = [
  { name: 'fact', type: 'varchar' },
  { name: 'person', type: 'uuid' },
  { name: 'name', type: 'varchar' },
  { name: 'value', type: 'varchar' },
  { name: 'time', type: 'bigint' },
  { name: 'until', type: 'bigint' },
  { name: 'received', type: 'bigint' },
  { name: 'id', type: 'varchar' },
] as const satisfies readonly Column[]

export type FactKind = 'identifier' | 'trait' | 'consent' | 'group' | 'merge' | 'shared' | 'seen'

export const eventsFile = (piece: string): string => `${piece}.events.parquet`
export const factsFile = (piece: string): string => `${piece}.facts.parquet`
