import { join } from 'node:path'
import { newName } from '../core/new-name.ts'
import { fingerprintWith } from '../core/sync/fingerprint.ts'
import type { Destination } from '../destination/port.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import type { People } from '../sync/duckdb/people.ts'
import { DuckDbWorkbench } from '../sync/duckdb/workbench.ts'
import type { Ports } from '../sync/order.ts'
import type { Workbench } from '../sync/workbench.ts'
import type { Workspace } from './workspace.ts'

/** What differs between the runs of one workspace. */
export interface OwnParts extends Pick<Ports, 'rows' | 'doNotSend' | 'tell'> {
  readonly destination: Destination
  readonly local: LocalDuckDb
  readonly people: People
}

/** What a run of a workspace works with, and the folder of its ledger and plans. */
export async function syncPorts(
  { stateFolder, store, secret, installation, surroundings }: Workspace,
  { destination, local, people, rows, doNotSend, tell }: OwnParts,
): Promise<{ readonly ports: Ports; readonly folder: ParquetFolder }> {
  const { world, owner } = surroundings
  const { workbench, folder } = await openWorkbench({ stateFolder, surroundings }, local, people)
  const ports: Ports = {
    world,
    store,
    destination,
    workbench,
    fingerprint: fingerprintWith(`${secret}/row`),
    rows,
    doNotSend,
    installation,
    owner,
    tell,
  }
  return { ports, folder }
}

/** The workbench over a workspace's ledgers and plans. */
export async function openWorkbench(
  { stateFolder, surroundings }: Pick<Workspace, 'stateFolder' | 'surroundings'>,
  local: LocalDuckDb,
  people: People,
): Promise<{ readonly workbench: Workbench; readonly folder: ParquetFolder }> {
  const folder = new ParquetFolder(join(stateFolder, 'ledger'))
  await folder.prepare()
  const newLedger = (): string => newName('ledger', surroundings.world)
  return { workbench: new DuckDbWorkbench(local, people, folder, newLedger), folder }
}
