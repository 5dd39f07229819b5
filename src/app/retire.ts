import { counted } from '../core/counted.ts'
import { RollcallError } from '../core/error.ts'
import type { Destination, RemoteAudience } from '../destination/port.ts'
import type { KeptLookalike, RemoteLedger } from '../store/port.ts'
import { UnreadablePeople } from '../sync/duckdb/unreadable-people.ts'
import { withLease } from '../sync/lease.ts'
import { withoutMark } from '../sync/mark.ts'
import type { Ports } from '../sync/order.ts'
import { withScopes } from '../sync/with-scopes.ts'
import { unknownDestination } from './doctor.ts'
import { orderOfLedger, settleMsOf } from './ledger-order.ts'
import { peopleIn } from './left-syncs.ts'
import {
  addresseeOf,
  breakingDeadLease,
  runOrder,
  type Addressee,
  type FinishedRun,
} from './run.ts'
import { openLocal } from './open-audience.ts'
import { syncPorts } from './sync-ports.ts'
import type { Workspace } from './workspace.ts'

/** `keep`: they stay in the audience. `empty`: ours are taken out. `delete`: the audience goes with everybody in it. */
export type Fate = 'keep' | 'empty' | 'delete'

/** A sync about to be ended, with who is concerned. */
export interface Retirement {
  readonly sync: string
  readonly destinationKey: string
  readonly destination: Destination
  readonly addressee: Addressee
  readonly ledger: RemoteLedger
  /** Ours, as far as we told the platform. */
  readonly people: number
  /** Null where the platform does not show it, as when it was deleted. */
  readonly audience: RemoteAudience | null
  /** Made for the sync, and maybe deleted at the platform since. */
  /** Those of the sync that are at the platform. */
  readonly lookalikes: readonly KeptLookalike[]
  readonly inFile: boolean
}

export interface Retired {
  /** Everything about the sync is forgotten; false where people could not be taken out yet. */
  readonly done: boolean
  readonly run: FinishedRun | null
}

/**
 * Looks at what ending a sync would come to; it may be gone from the file already.
 * @throws RollcallError `usage/unknown-sync`, `usage/which-destination`, `destination/no-answer`
 */
export async function prepareRetirement(
  workspace: Workspace,
  sync: string,
  named: string | undefined,
): Promise<Retirement> {
  const { remote: ledger, lookalikes } = await workspace.store.state(sync)
  if (ledger === null) throw await unknownSync(workspace, sync)
  const destinationKey = destinationOf(workspace, sync, named)
  const destination = await workspace.destination(destinationKey)
  const answer = await destination.look(ledger.remoteId)
  if (answer.kind === 'unknown') throw noAnswer(answer.message)
  if (answer.kind === 'refused' && answer.refusal.kind !== 'gone') throw refused(answer.refusal)
  return {
    sync,
    destinationKey,
    destination,
    addressee: await addresseeOf(destination),
    ledger,
    people: await peopleIn(workspace, ledger),
    audience: answer.kind === 'ok' ? answer.value : null,
    lookalikes: await stillThere(destination, lookalikes),
    inFile: workspace.definition.syncs[sync] !== undefined,
  }
}

/** One that somebody deleted is none of the audience's, and would hide one that others made. */
async function stillThere(
  destination: Destination,
  known: readonly KeptLookalike[],
): Promise<readonly KeptLookalike[]> {
  if (known.length === 0) return []
  const answer = await destination.list()
  if (answer.kind === 'unknown') throw noAnswer(answer.message)
  if (answer.kind === 'refused') throw refused(answer.refusal)
  const ids = new Set(answer.value.map(({ id }) => id))
  return known.filter(({ id }) => ids.has(id))
}

/** Ends a sync. What the ledger knows is forgotten only when its people are where they are to be. */
export async function retire(
  workspace: Workspace,
  retirement: Retirement,
  fate: Fate,
  tell: Ports['tell'],
): Promise<Retired> {
  const { sync } = retirement
  const { store, surroundings } = workspace
  if (fate === 'empty' && retirement.audience !== null) {
    const run = await emptyAudience(workspace, retirement, tell)
    const { remote } = await store.state(sync)
    const done = remote === null || (await peopleIn(workspace, remote)) === 0
    if (done) await store.drop(sync)
    return { done, run }
  }
  await breakingDeadLease(workspace, async () =>
    withLease(sync, settleMsOf(workspace, sync), { store, ...surroundings }, async () => {
      if (fate === 'delete') await deleteAudience(retirement)
      else await takeMarkOff(retirement)
      await store.drop(sync)
    }),
  )
  return { done: true, run: null }
}

/** The platform keeps an audience as long as lookalikes are made from it, so those that are ours go first. */
async function deleteAudience(retirement: Retirement): Promise<void> {
  const { audience, destination, ledger, lookalikes } = retirement
  const own = lookalikes.filter(({ originId }) => originId === ledger.remoteId).length
  if (audience !== null && audience.lookalikes > own)
    throw othersLookalikes(retirement, audience.lookalikes - own)
  for (const { id } of [...lookalikes, ...(audience === null ? [] : [audience])])
    await deleteOne(destination, id)
}

async function deleteOne(destination: Destination, id: string): Promise<void> {
  const answer = await destination.delete(id)
  if (answer.kind === 'unknown') throw noAnswer(answer.message)
  if (answer.kind === 'refused' && answer.refusal.kind !== 'gone') throw refused(answer.refusal)
}

function othersLookalikes({ sync, ledger }: Retirement, count: number): RollcallError {
  const found = counted(count, 'lookalike is', 'lookalikes are')
  return new RollcallError(
    `Cannot delete Custom Audience ${ledger.remoteId}: ${found} made from it that Rollcall did not make`,
    {
      code: 'retire/other-lookalikes',
      next: 'act',
      remedy: `Delete what others made from it in Ads Manager, or take your people out of it: rollcall retire ${sync} --empty`,
    },
  )
}

async function takeMarkOff({ audience, destination }: Retirement): Promise<void> {
  if (audience === null) return
  const description = withoutMark(audience.description)
  if (description === audience.description) return
  const answer = await destination.update(audience.id, { description })
  if (answer.kind === 'unknown') throw noAnswer(answer.message)
  if (answer.kind === 'refused') throw refused(answer.refusal)
}

/** A run in which nobody belongs. It needs neither the definition nor the source: the ledger says who is in. */
async function emptyAudience(
  workspace: Workspace,
  { sync, destination, audience, ledger }: Retirement,
  tell: Ports['tell'],
): Promise<FinishedRun> {
  const { surroundings } = workspace
  await using local = await openLocal(workspace)
  const { ports } = await syncPorts(workspace, {
    destination: withScopes(destination, ledger.scopes),
    local,
    people: new UnreadablePeople(new Error('The people of a retired sync are not asked for')),
    rows: { phoneCountry: null, currentYear: new Date(surroundings.world.now()).getUTCFullYear() },
    doNotSend: { keys: new Set(), digest: '' },
    tell,
  })
  const options = {
    full: false,
    empty: true,
    adopt: null,
    recreate: false,
    approveAll: true,
    waitMs: 0,
  }
  return await runOrder(workspace, orderOfLedger(workspace, sync, audience), options, ports)
}

function destinationOf({ definition }: Workspace, sync: string, named: string | undefined): string {
  const known = Object.keys(definition.destinations)
  const written = definition.syncs[sync]?.destination ?? named
  if (written !== undefined) {
    if (!known.includes(written)) throw unknownDestination(written, known)
    return written
  }
  const [only] = known
  if (only !== undefined && known.length === 1) return only
  throw new RollcallError(`The sync "${sync}" is gone from the file, and with it its destination`, {
    code: 'usage/which-destination',
    next: 'act',
    remedy:
      known.length === 0
        ? 'Put its destination back into the file until it is retired'
        : `Name it: --destination ${known.join(' | ')}`,
  })
}

async function unknownSync({ store }: Workspace, sync: string): Promise<RollcallError> {
  const known = await store.syncs()
  return new RollcallError(`The sync "${sync}" has no audience to retire`, {
    code: 'usage/unknown-sync',
    next: 'act',
    remedy:
      known.length === 0
        ? 'Nothing was ever sent from here, so there is nothing to end: take it out of the file'
        : `There are: ${known.join(', ')}`,
  })
}

const noAnswer = (message: string): RollcallError =>
  new RollcallError(message, {
    code: 'destination/no-answer',
    next: 'retry',
    remedy: 'Nothing was forgotten; run it again',
  })

const refused = ({
  message,
  code,
  remedy,
}: {
  message: string
  code: string
  remedy: string
}): RollcallError => new RollcallError(message, { code, next: 'act', remedy })
