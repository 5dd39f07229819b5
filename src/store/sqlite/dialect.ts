import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type SqliteDatabase,
  type SqliteDialectConfig,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely'
import { guarded } from './failure.ts'

/** Kysely's SQLite dialect over Node's own SQLite. The database is opened and closed by the caller. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync, path: string) {
    const config = { database: new PreparingDatabase(database, path) }
    super(config)
    this.#config = config
    this.#database = database
  }

  override createDriver(): SqliteDriver {
    return new NodeSqliteDriver(this.#config, this.#database)
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync

  constructor(config: SqliteDialectConfig, database: DatabaseSync) {
    super(config)
    this.#database = database
  }

  /**
   * Takes the write lock at once: a transaction that reads first and wants to write later is refused without waiting when
   * another process wrote in between.
   */
  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate'
    await connection.executeQuery(CompiledQuery.raw(begin))
  }

  /** A full disk makes SQLite roll back by itself; doing it again would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}

/** What Kysely asks of better-sqlite3. Every statement is prepared once: their number is that of the queries in the source. */
class PreparingDatabase implements SqliteDatabase {
  readonly #database: DatabaseSync
  readonly #path: string
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
  }

  prepare(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = guarded(this.#path, () => new Statement(this.#database.prepare(sql), this.#path))
      this.#statements.set(sql, statement)
    }
    return statement
  }

  close(): void {
    this.#statements.clear()
  }
}

class Statement implements SqliteStatement {
  readonly reader: boolean
  readonly #statement: StatementSync
  readonly #path: string

  constructor(statement: StatementSync, path: string) {
    this.reader = statement.columns().length > 0
    this.#statement = statement
    this.#path = path
  }

  all(parameters: readonly unknown[]): unknown[] {
    return guarded(this.#path, () => this.#statement.all(...bindable(parameters)))
  }

  run(parameters: readonly unknown[]): {
    changes: number | bigint
    lastInsertRowid: number | bigint
  } {
    return guarded(this.#path, () => this.#statement.run(...bindable(parameters)))
  }

  iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...bindable(parameters))
  }
}

function bindable(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (isBindable(value)) return value
    throw new TypeError(`SQLite has no type for a parameter of type ${typeof value}`)
  })
}

function isBindable(value: unknown): value is SQLInputValue {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Uint8Array
  )
}
