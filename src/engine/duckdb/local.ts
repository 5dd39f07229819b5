import {
  DuckDBInstance,
  DuckDBDataChunk,
  VARCHAR,
  listValue,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { SqlValue } from '../../sql/query.ts'
import { duckDbError } from './error.ts'

/** Rows that come back in one piece are few; everything large is streamed. */
export type Row = Readonly<Record<string, DuckDBValue>>

/** Named parameters of a statement. */
export type Values = Readonly<Record<string, SqlValue>>

export interface LocalOptions {
  /** Where statements that do not fit into memory spill to. */
  readonly spillFolder: string
  /** As DuckDB reads it, such as `1GB`. Its own account: the process may take up to twice as much. */
  readonly memoryLimit: string
  readonly threads: number
}

/** The embedded DuckDB that a run's sets are laid out in: the files of the ledger, the sources that are files, and nothing kept. */
export class LocalDuckDb implements AsyncDisposable {
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance
    this.#connection = connection
  }

  static async open({ spillFolder, memoryLimit, threads }: LocalOptions): Promise<LocalDuckDb> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: memoryLimit,
      temp_directory: spillFolder,
      threads: String(threads),
      // Nothing is fetched from anywhere: an extension that is not built in is a clear error instead.
      autoinstall_known_extensions: 'false',
    })
    return new LocalDuckDb(instance, await instance.connect())
  }

  async run(sql: string, values: Values = {}): Promise<void> {
    await this.#doing(async () => this.#connection.run(sql, bound(values)))
  }

  async all(sql: string, values: Values = {}): Promise<Row[]> {
    return this.#doing(async () =>
      (await this.#connection.run(sql, bound(values))).getRowObjects(),
    )
  }

  /** The one row of an aggregate. */
  async one(sql: string, values: Values = {}): Promise<Row> {
    const [row] = await this.all(sql, values)
    if (row === undefined) throw new Error(`Cannot read one row: the statement gave none`)
    return row
  }

  /**
   * Streams a statement whose one column is text, in the engine's chunks of at most 2,048.
   * One text per row is several times cheaper to read than its columns one by one.
   */
  async *lines(sql: string, values: Values = {}): AsyncGenerator<string[]> {
    const result = await this.#doing(async () => this.#connection.stream(sql, bound(values)))
    for (;;) {
      const chunk = await this.#doing(async () => result.fetchChunk())
      if (chunk === null || chunk.rowCount === 0) return
      yield chunk.getColumnValues(0).map(String)
    }
  }

  /** Fills a table of one text column. */
  async appendLines(table: string, chunks: AsyncIterable<readonly string[]>): Promise<number> {
    const appender = await this.#connection.createAppender(table)
    let count = 0
    for await (const lines of chunks) {
      for (let from = 0; from < lines.length; from += VECTOR_ROWS) {
        const part = lines.slice(from, from + VECTOR_ROWS)
        const chunk = DuckDBDataChunk.create([VARCHAR], part.length)
        chunk.setColumns([part])
        appender.appendDataChunk(chunk)
        count += part.length
      }
    }
    await this.#doing(async () => appender.closeSync())
    return count
  }

  async #doing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw duckDbError(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.closeSync()
    this.#instance.closeSync()
    return Promise.resolve()
  }
}

function bound(values: Values): Record<string, DuckDBValue> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? listValue([...value]) : value,
    ]),
  ) as Record<string, DuckDBValue>
}

/** DuckDB's own unit of work. */
const VECTOR_ROWS = 2048
