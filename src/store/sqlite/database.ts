import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { RollcallError } from '../../core/error.ts'
import { BUSY, guarded, primaryCode } from './failure.ts'

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600
const RETRY_MS = 5

/**
 * Opens the state file, its owner's alone, and brings its tables up to date in one transaction.
 * @param path `:memory:` is a database that ends with the process.
 * @param busyMs How long a statement waits for another process's write. The thread waits with it.
 * @param migrations What makes its tables, in order; never changed once released, a change is a new one at the end.
 * @throws RollcallError `store/newer` when a newer Rollcall wrote it, and those of `guarded`.
 */
export function openDatabase(
  path: string,
  busyMs: number,
  migrations: readonly string[],
): DatabaseSync {
  if (path !== ':memory:') makeFile(path)
  const database = guarded(path, () => new DatabaseSync(path, { timeout: busyMs }))
  try {
    guarded(path, () => {
      switchToWal(database, busyMs)
      database.exec('pragma synchronous = full; pragma foreign_keys = on;')
      if (version(database) !== migrations.length) migrate(database, path, migrations)
    })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** SQLite gives the files beside it the mode of the file itself. */
function makeFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER })
    closeSync(openSync(path, 'a', OWNER_ONLY_FILE))
    chmodSync(path, OWNER_ONLY_FILE)
  } catch (error) {
    throw new RollcallError(`Cannot make the state file: ${path}`, {
      code: 'store/not-writable',
      next: 'act',
      remedy: 'Run Rollcall as the user who owns the state folder, on a disk that has room.',
      cause: error,
    })
  }
}

/** Two processes that switch a new file at once would wait for each other; SQLite refuses one of them without waiting. */
function switchToWal(database: DatabaseSync, busyMs: number): void {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      database.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (primaryCode(error) !== BUSY || waitedMs >= busyMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
    }
  }
}

function migrate(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  database.exec('begin immediate')
  try {
    // Another process may have migrated it while this one waited.
    const from = version(database)
    if (from > migrations.length) throw newer(path, from, migrations.length)
    for (const migration of migrations.slice(from)) database.exec(migration)
    database.exec(
      `create table if not exists schema_version (version integer not null) strict;
       delete from schema_version;
       insert into schema_version values (${migrations.length});`,
    )
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

/** 0 for a file without tables. */
function version(database: DatabaseSync): number {
  const known = database
    .prepare(`select 1 from sqlite_schema where type = 'table' and name = 'schema_version'`)
    .get()
  if (known === undefined) return 0
  return Number(database.prepare('select version from schema_version').get()?.['version'] ?? 0)
}

function newer(path: string, found: number, known: number): RollcallError {
  return new RollcallError(
    `The state file was written by a newer Rollcall (version ${found}; this one knows ${known}): ${path}`,
    {
      code: 'store/newer',
      next: 'act',
      remedy: 'Install the newest Rollcall, or restore the state folder from before the update.',
    },
  )
}
