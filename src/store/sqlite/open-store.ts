import type { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { ErasureStore } from '../erasures.ts'
import type { Store } from '../port.ts'
import { accounts } from './accounts.ts'
import { openDatabase } from './database.ts'
import { NodeSqliteDialect } from './dialect.ts'
import { erasures } from './erasures.ts'
import { journal } from './journal.ts'
import { leases } from './leases.ts'
import { lookalikes } from './lookalikes.ts'
import { MIGRATIONS } from './migrations.ts'
import { plans } from './plans.ts'
import { runs } from './runs.ts'
import type { Tables } from './schema.ts'
import { syncs } from './syncs.ts'

/** Everything that is kept in one file. */
export type SqliteStore = Store & ErasureStore & AsyncDisposable

const BUSY_MS = 5_000

/**
 * Opens the store in one SQLite file, which several processes may have open at once. The file is made when missing, readable
 * by its owner alone.
 * @param path `:memory:` is a store that ends with the process.
 * @throws RollcallError `store/newer`, `store/corrupt`, `store/locked`, `store/disk-full`, `store/not-writable`, `store/io`;
 * each method throws the last five too, and has then written nothing.
 */
export async function openStore(path: string): Promise<SqliteStore> {
  return storeOn(openDatabase(path, BUSY_MS, MIGRATIONS), path)
}

/** The store over an open database, which it closes in the end. `path` is for messages. */
export function storeOn(database: DatabaseSync, path: string): SqliteStore {
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database, path) })
  return {
    ...leases(db),
    ...syncs(db),
    ...lookalikes(db),
    ...plans(db),
    ...journal(db),
    ...runs(db),
    ...accounts(db),
    ...erasures(db, database, path),
    [Symbol.asyncDispose]: async () => {
      await db.destroy()
      database.close()
    },
  }
}
