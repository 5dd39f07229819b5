import { join } from 'node:path'
import type { ResolvedAudience } from '../core/audience/audience.ts'
import { fingerprintWith } from '../core/sync/fingerprint.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import { duckdb } from '../sql/duckdb.ts'
import type { Mapping, Reading } from '../sql/fingerprint.ts'
import { LedgerFolder } from '../sync/duckdb/files.ts'
import { LocalPeople } from '../sync/duckdb/people.ts'
import { DuckDbWorkbench } from '../sync/duckdb/workbench.ts'
import type { Ports, SyncOrder } from '../sync/order.ts'
import { mappingOf, openAudience, type OpenAudience } from './open-audience.ts'
import { readingFor, rowContext } from './reading.ts'
import type { Workspace } from './workspace.ts'

/** One sync, ready to be planned or run; closing it gives its engine back. */
export interface SyncSetup extends AsyncDisposable {
  readonly order: SyncOrder
  readonly ports: Ports
  readonly opened: OpenAudience
  readonly reading: Reading
  readonly folder: LedgerFolder
}

/**
 * Opens everything that a run of one sync needs.
 * @param now The moment of evaluation, in milliseconds; leases and fences keep the real clock.
 */
export async function setUpSync(
  workspace: Workspace,
  key: string,
  now: number,
  tell: Ports['tell'],
): Promise<SyncSetup> {
  const sync = workspace.sync(key)
  const { surroundings, store, secret } = workspace
  const destination = await workspace.destination(sync.destination)
  const opened = await openAudience(workspace, sync.audience, now)
  const { local, audience } = opened
  try {
    const mapping = mappingOf(sync.mapping, opened.columns, `The sync "${key}"`)
    const reading = readingFor(workspace, opened, audience, mapping, sync)
    const { rows, doNotSend } = await rowContext(workspace, local, now)
    const folder = new LedgerFolder(join(workspace.stateFolder, 'ledger'))
    await folder.prepare()
    const { world, owner } = surroundings
    const newName = (): string =>
      `ledger-${world.now().toString(36)}-${Math.floor(world.random() * 36 ** 6).toString(36)}`
    const people = new LocalPeople(local, reading, duckdb)
    const ports: Ports = {
      world,
      store,
      destination,
      workbench: new DuckDbWorkbench(local, people, folder, newName),
      fingerprint: fingerprintWith(`${secret}/row`),
      rows,
      doNotSend,
      installation: workspace.installation,
      owner,
      tell,
    }
    const order = orderOf(sync, audience, mapping)
    const close = async (): Promise<void> => {
      await local[Symbol.asyncDispose]()
    }
    return { order, ports, opened, reading, folder, [Symbol.asyncDispose]: close }
  } catch (error) {
    await local[Symbol.asyncDispose]()
    throw error
  }
}

function orderOf(sync: SyncDefinition, audience: ResolvedAudience, mapping: Mapping): SyncOrder {
  return {
    key: sync.key,
    audience: {
      name: sync.name ?? audience.name,
      description: sync.description ?? audience.description,
      valueBased: sync.value !== null,
      customerFileSource: sync.customerFileSource,
    },
    takeOver: sync.customAudience,
    mode: sync.mode,
    schema: mapping.map(([key]) => key),
    guards: sync.guards,
    reassertMs: sync.reassertMs,
    settleMs: sync.settleMs,
    whenGone: sync.whenGone,
  }
}
