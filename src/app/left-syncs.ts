import { join } from 'node:path'
import type { RemoteLedger } from '../store/port.ts'
import { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import { ledgerSql } from '../sync/duckdb/ledger-sql.ts'
import { openLocal } from './open-audience.ts'
import type { Workspace } from './workspace.ts'

/** A sync with people in a remote audience that is no longer in the file: somebody must say what becomes of them. */
export interface LeftSync {
  readonly sync: string
  readonly remoteId: string
  readonly people: number
}

export async function leftSyncs(workspace: Workspace): Promise<LeftSync[]> {
  const left: LeftSync[] = []
  for (const sync of await workspace.left()) {
    const { remote } = await workspace.store.state(sync)
    if (remote !== null)
      left.push({ sync, remoteId: remote.remoteId, people: await peopleIn(workspace, remote) })
  }
  return left
}

/** How many people may be in a remote audience, as the ledger knows it. */
export async function peopleIn(workspace: Workspace, { files }: RemoteLedger): Promise<number> {
  const folder = new ParquetFolder(join(workspace.stateFolder, 'ledger'))
  const { rows } = ledgerSql(files, (file) => folder.path(file))
  await using local = await openLocal(workspace)
  const { people } = await local.scratch.one(
    `select count(distinct member) as people from (${rows}) as ledger where in_u`,
  )
  return Number(people)
}
