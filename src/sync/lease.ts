import { RollcallError } from '../core/error.ts'
import type { Lease } from '../store/port.ts'
import type { Ports } from './order.ts'

/** Long enough for one statement over a large model; a worker that dies is known to be dead sooner on its own machine. */
const LEASE_MS = 15 * 60_000

/** Who holds a lease, as the cause of the error that says so. */
export class LeaseHolder {
  readonly sync: string
  readonly owner: string

  constructor(sync: string, owner: string) {
    this.sync = sync
    this.owner = owner
  }
}

/**
 * Runs `work` while holding the sync's lease. What a dead worker left unanswered becomes unknown and settles from now, since
 * it may have been sent as late as this.
 * @throws RollcallError `sync/lease-held` when another process runs the sync.
 */
export async function withLease<T>(
  sync: string,
  settleMs: number,
  { store, world, owner }: Pick<Ports, 'store' | 'world' | 'owner'>,
  work: (lease: Lease, renew: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const taken = world.now()
  const answer = await store.takeLease(sync, owner, taken, taken + LEASE_MS)
  if (answer.kind === 'held')
    throw new RollcallError(`Sync "${sync}" is being run by ${answer.owner}`, {
      code: 'sync/lease-held',
      next: 'wait',
      until: answer.until,
      remedy: 'Wait until that run has ended',
      cause: new LeaseHolder(sync, answer.owner),
    })
  const { lease } = answer
  let renewedAt = taken
  const renew = async (): Promise<void> => {
    const now = world.now()
    if (now - renewedAt < LEASE_MS / 3) return
    await store.renewLease(lease, now + LEASE_MS)
    renewedAt = now
  }
  // Not the time before the lease was taken: the former holder may have sent until then.
  const now = world.now()
  await store.giveUpUnanswered(lease, now, now + settleMs)
  try {
    return await work(lease, renew)
  } finally {
    await store.releaseLease(lease)
  }
}
