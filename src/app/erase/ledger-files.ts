import { join } from 'node:path'
import type { StrongKey } from '../../core/sync/strong.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import type { KeptLedger } from '../../store/port.ts'
import { findPerson, keysOfOthers, type FoundRow } from '../../sync/duckdb/find-person.ts'
import type { Workspace } from '../workspace.ts'

/** What the files of one remote audience have of somebody. */
export interface FoundIn {
  readonly kept: KeptLedger
  readonly rows: readonly FoundRow[]
}

/** The ledgers and plans of a workspace, asked for people. */
export class LedgerFiles {
  readonly #workspace: Workspace
  readonly #local: LocalDuckDb
  readonly #folder: ParquetFolder

  constructor(workspace: Workspace, local: LocalDuckDb) {
    this.#workspace = workspace
    this.#local = local
    this.#folder = new ParquetFolder(join(workspace.stateFolder, 'ledger'))
  }

  /** All rows of whoever has one of these keys, or is one of the members that are asked for by their sync. */
  async rowsOf(
    keys: readonly StrongKey[],
    membersOf: (sync: string) => readonly string[],
  ): Promise<readonly FoundIn[]> {
    const { store } = this.#workspace
    const found: FoundIn[] = []
    for (const kept of await store.ledgers()) {
      const { files, remoteId } = kept.ledger
      const own = (await store.plans(kept.sync)).filter((plan) => plan.remoteId === remoteId)
      const plans = [...new Set(own.map(({ file }) => file))]
      const wanted = { keys, members: membersOf(kept.sync) }
      const rows = await findPerson(this.#local, this.#folder, { files, plans }, wanted)
      found.push({ kept, rows })
    }
    return found
  }

  /** Which of these keys somebody else has in a ledger. */
  async heldByOthers(
    keys: readonly StrongKey[],
    membersOf: (sync: string) => readonly string[],
  ): Promise<ReadonlySet<StrongKey>> {
    const held = new Set<StrongKey>()
    for (const { sync, ledger } of await this.#workspace.store.ledgers()) {
      const but = new Set(membersOf(sync))
      for (const key of await keysOfOthers(this.#local, this.#folder, ledger.files, keys, but))
        held.add(key)
    }
    return held
  }
}
