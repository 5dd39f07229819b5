import type { Batch, BatchIntent, BatchOutcome } from '../../src/core/sync/batch.ts'
import type {
  KnownPlan,
  Lease,
  LedgerFiles,
  OpenPlan,
  RunRecord,
  Store,
  SyncState,
  UnsettledBatch,
} from '../../src/store/port.ts'

/** Made-up things to store, of which a test names only what it is about. */

export function plan(id: string, but: Partial<OpenPlan> = {}): OpenPlan {
  return {
    id,
    remoteId: 'remote-1',
    file: `${id}.parquet`,
    mode: 'mirror',
    replacement: 'none',
    normaliserVersion: 1,
    suppressionDigest: 'none',
    ...but,
  }
}

export function intent(but: Partial<BatchIntent> = {}): BatchIntent {
  return { operation: 'add', offset: 0, count: 10, intendedAt: 1_000, fenced: [], ...but }
}

export const ACCEPTED: BatchOutcome = {
  kind: 'accepted',
  at: 1_100,
  received: 10,
  invalid: 1,
  named: [{ position: 3, reason: 'not an e-mail' }],
}

export function ledgerFiles(base: string, overlays: readonly string[] = []): LedgerFiles {
  return { base, overlays, baseRows: 100, overlayRows: overlays.length * 5 }
}

export function run(id: string, but: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    sync: 'buyers',
    environment: 'SANDBOX',
    startedAt: 1_000,
    finishedAt: null,
    state: 'running',
    remoteId: null,
    plan: null,
    holds: [{ guard: 'removed', count: 7, of: 9 }],
    sent: { requests: 0, added: 0, removed: 0, invalid: {}, unsure: 0, refused: 0 },
    problem: null,
    ...but,
  }
}

/** Takes a lease that nobody else may have. */
export async function lease(
  store: Store,
  { sync = 'buyers', owner = 'a', now = 0, until = 100 } = {},
): Promise<Lease> {
  const answer = await store.takeLease(sync, owner, now, until)
  if (answer.kind === 'held') throw new Error(`The lease is held by ${answer.owner}`)
  return answer.lease
}

/** A sync with a remote audience and an open plan `p1`. */
export async function sending(store: Store, but: Partial<OpenPlan> = {}): Promise<Lease> {
  const held = await lease(store)
  await store.bindRemote(held, 'remote-1', false)
  await store.publishPlan(held, plan('p1', but), 'everyone')
  return held
}

interface Everything {
  readonly state: SyncState
  readonly open: OpenPlan | null
  readonly known: readonly KnownPlan[]
  readonly batches: readonly (readonly Batch[])[]
  readonly unsettled: readonly UnsettledBatch[]
  readonly files: readonly string[]
}

/** All that the store tells of one sync and its remote audience `remote-1`. */
export async function everything(store: Store, sync = 'buyers'): Promise<Everything> {
  const known = await store.plans(sync)
  return {
    state: await store.state(sync),
    open: await store.openPlan(sync),
    known,
    batches: await Promise.all(known.map(({ id }) => store.batches(id))),
    unsettled: await store.unsettled(sync, 'remote-1', 0),
    files: [...(await store.filesInUse())].toSorted(),
  }
}
