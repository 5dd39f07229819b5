import {
  LIST,
  listValue,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { SqlValue } from '../../sql/query.ts'
import { duckDbError } from './error.ts'

/** Rows that come back in one piece are few; everything large is streamed. */
export type Row = Readonly<Record<string, DuckDBValue>>

/** Named parameters of a statement. */
export type Values = Readonly<Record<string, SqlValue>>

/** One connection's statements, with DuckDB's complaints as errors that say what to do. */
export class Session {
  readonly connection: DuckDBConnection

  constructor(connection: DuckDBConnection) {
    this.connection = connection
  }

  async run(sql: string, values: Values = {}): Promise<void> {
    await doing(async () => this.connection.run(sql, bound(values), typesOf(values)))
  }

  async all(sql: string, values: Values = {}): Promise<Row[]> {
    return doing(async () =>
      (await this.connection.run(sql, bound(values), typesOf(values))).getRowObjects(),
    )
  }

  /** The one row of an aggregate. */
  async one(sql: string, values: Values = {}): Promise<Row> {
    const [row] = await this.all(sql, values)
    if (row === undefined) throw new Error('Cannot read one row: the statement gave none')
    return row
  }

  async count(relation: string): Promise<number> {
    const { rows } = await this.one(`select count(*) as rows from ${relation}`)
    return Number(rows)
  }
}

export function bound(values: Values): Record<string, DuckDBValue> {
  const converted = Object.entries(values).map(([name, value]): [string, DuckDBValue] => [
    name,
    typeof value === 'object' && value !== null ? listValue([...value]) : value,
  ])
  return Object.fromEntries(converted)
}

/** A list must say what it holds, since an empty one cannot tell. */
export function typesOf(values: Values): Record<string, DuckDBType> {
  const lists = Object.entries(values).filter(([, value]) => Array.isArray(value))
  return Object.fromEntries(lists.map(([name]) => [name, LIST(VARCHAR)]))
}

export async function doing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw duckDbError(error)
  }
}
