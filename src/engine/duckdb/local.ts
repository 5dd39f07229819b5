import { DuckDBDataChunk, DuckDBInstance, VARCHAR, type DuckDBConnection } from '@duckdb/node-api'
import { RollcallError } from '../../core/error.ts'
import { ahead } from './ahead.ts'
import { bound, doing, Session, typesOf, type Values } from './session.ts'

export interface LocalOptions {
  /** Where statements that do not fit into memory spill to. */
  readonly spillFolder: string
  /** As DuckDB reads it, such as `1GB`. Its own account: the process may take up to twice as much. */
  readonly memoryLimit: string
  readonly threads: number
}

/** The schema of a run's own tables, apart from everything that a source or a model may name. */
export const SCRATCH = 'memory.scratch'

/** The embedded DuckDB that a run's sets are laid out in: the files of the ledger, the sources that are files, and nothing kept. */
export class LocalDuckDb implements AsyncDisposable {
  readonly #instance: DuckDBInstance
  readonly #appending: DuckDBConnection
  /** For a run's own tables. */
  readonly scratch: Session
  /** For the SQL of models and audiences, which sees the source alone. */
  readonly source: Session

  private constructor(
    instance: DuckDBInstance,
    appending: DuckDBConnection,
    scratch: Session,
    source: Session,
  ) {
    this.#instance = instance
    this.#appending = appending
    this.scratch = scratch
    this.source = source
  }

  static async open({ spillFolder, memoryLimit, threads }: LocalOptions): Promise<LocalDuckDb> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: memoryLimit,
      temp_directory: spillFolder,
      threads: String(threads),
      // What spills is people's data: a killed process leaves it behind, but not the key. The cipher that DuckDB brings along is
      // called unsafe for its random numbers, which is no concern for files that live as long as a process.
      temp_file_encryption: 'true',
      force_mbedtls_unsafe: 'true',
      // Nothing is fetched from anywhere: an extension that is not built in is a clear error instead.
      autoinstall_known_extensions: 'false',
    })
    const scratch = new Session(await instance.connect())
    await scratch.run(`create schema ${SCRATCH}`)
    await scratch.run(`use ${SCRATCH}`)
    const source = new Session(await instance.connect())
    return new LocalDuckDb(instance, await instance.connect(), scratch, source)
  }

  /**
   * Streams a statement over the run's own tables whose one column is text, in the engine's chunks of at most 2,048.
   * One text per row is several times cheaper to read than its columns one by one.
   * A stream has a connection of its own, since the next statement on a connection silently ends its streams.
   * @param rows How many there must be: a stream that ends early is an error, never a smaller audience.
   */
  async *lines(sql: string, rows: number, values: Values = {}): AsyncGenerator<string[]> {
    const connection = await this.#instance.connect()
    let seen = 0
    try {
      await connection.run(`use ${SCRATCH}`)
      const result = await doing(async () => connection.stream(sql, bound(values), typesOf(values)))
      const fetchChunk = async (): Promise<DuckDBDataChunk | null> => {
        const chunk = await doing(async () => result.fetchChunk())
        return chunk === null || chunk.rowCount === 0 ? null : chunk
      }
      for await (const chunk of ahead(fetchChunk)) {
        seen += chunk.rowCount
        yield chunk.getColumnValues(0).map(String)
      }
    } finally {
      connection.closeSync()
    }
    if (seen !== rows) throw endedEarly(seen, rows)
  }

  /** Appends to one of the run's own tables, of one text column. Statements over others may be under way meanwhile. */
  async appendLines(table: string, lines: readonly string[]): Promise<void> {
    const appender = await this.#appending.createAppender(table, 'scratch', 'memory')
    for (let from = 0; from < lines.length; from += VECTOR_ROWS) {
      const part = lines.slice(from, from + VECTOR_ROWS)
      const chunk = DuckDBDataChunk.create([VARCHAR], part.length)
      chunk.setColumns([part])
      appender.appendDataChunk(chunk)
    }
    await doing(async () => Promise.resolve(appender.closeSync()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#appending.closeSync()
    this.scratch.connection.closeSync()
    this.source.connection.closeSync()
    this.#instance.closeSync()
    return Promise.resolve()
  }
}

/** DuckDB's own unit of work. */
const VECTOR_ROWS = 2048

function endedEarly(seen: number, rows: number): RollcallError {
  return new RollcallError(`A stream of rows ended early: ${seen} of ${rows} came`, {
    code: 'engine/stream-ended-early',
    next: 'retry',
    remedy: 'Run it again; nothing was decided on what came',
  })
}
