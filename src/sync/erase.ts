import { MATCH_KEY_NAMES } from '../core/match-key/table.ts'
import { newName } from '../core/new-name.ts'
import { erasePlan, isErased, type Erased } from '../core/sync/erase.ts'
import type { PlanRow } from '../core/sync/row.ts'
import type { StrongKey } from '../core/sync/strong.ts'
import type { Lease, OpenPlan, RemoteLedger } from '../store/port.ts'
import { carryOut } from './carry-out.ts'
import { foldOpen } from './fold-open.ts'
import type { FoldPorts } from './fold-plan.ts'
import { withLease } from './lease.ts'
import { markOf } from './mark.ts'
import type { Ports, SyncOrder } from './order.ts'
import { planOfSome } from './plan-of-some.ts'
import type { ShownAudience } from './remote.ts'
import type { SendEnd } from './send.ts'
import type { Tally } from './tally.ts'
import type { TouchedPerson } from './workbench.ts'

/** Somebody who is to be erased, as one ledger may know them. */
export interface Erasing extends Erased {
  /** All strong keys that they have or had, as far as that is known: also those that others have too. */
  readonly keys: readonly StrongKey[]
}

/** How far one remote audience is. */
export interface ErasedFrom {
  /** Rows of theirs that the ledger had when this began. */
  readonly found: number
  /** Rows that may still be in the audience. */
  readonly left: number
  readonly end: SendEnd
}

/** What looking into a ledger takes: nothing of the platform. */
export type LedgerPorts = FoldPorts & Pick<Ports, 'owner' | 'tell'>

/** Whose ledger it is, and how long an unanswered request of it may take effect. */
type Keeper = Pick<SyncOrder, 'key' | 'settleMs'>

/** The lease of a sync, with nothing of an earlier run left to fold. */
export async function withFoldedLease<T>(
  { key, settleMs }: Keeper,
  ports: LedgerPorts,
  work: (lease: Lease, renew: () => Promise<void>) => Promise<T>,
): Promise<T> {
  return withLease(key, settleMs, ports, async (lease, renew) => {
    await foldOpen(lease, ports)
    return work(lease, renew)
  })
}

/** How many rows a ledger has of somebody. It may be of an audience that the sync does not keep any more. */
export async function countErased(
  erasing: Erasing,
  remoteId: string,
  keeper: Keeper,
  ports: LedgerPorts,
): Promise<number> {
  return withFoldedLease(keeper, ports, async () => {
    const ledger = await ports.store.ledger(keeper.key, remoteId)
    return ledger === null ? 0 : countRows(await membersOf(ledger, erasing, ports), erasing)
  })
}

/**
 * Takes somebody who is erased out of one remote audience, ahead of everything: no guard, no mode and no source is asked.
 * @param audience As the platform shows it. Its mark is only moved where it is ours.
 */
export async function eraseFrom(
  erasing: Erasing,
  audience: ShownAudience,
  order: SyncOrder,
  ports: Ports,
  tally: Tally,
): Promise<ErasedFrom> {
  return withFoldedLease(order, ports, async (lease, renew) => {
    const before = await ports.store.ledger(order.key, audience.id)
    const members = before === null ? [] : await membersOf(before, erasing, ports)
    const found = countRows(members, erasing)
    if (before === null || found === 0) return { found, left: 0, end: { kind: 'sent' } }
    const rows = erasePlan(members, erasing, order.mode)
    const plan = await planOf(rows, before, order, ports)
    const marked = isOurs(audience, before, order, ports) ? audience : null
    const errand = { order: sending(order, rows), ports, lease, renew, tally, waitMs: 0 }
    const { end, ledger } = await carryOut(plan, before, marked, errand, 'some')
    return { found, left: countRows(await membersOf(ledger, erasing, ports), erasing), end }
  })
}

/** Everybody of whom the ledger has a row with one of their keys: themselves, and who shares one. */
async function membersOf(
  ledger: RemoteLedger,
  { keys }: Erasing,
  { workbench }: LedgerPorts,
): Promise<readonly TouchedPerson[]> {
  const members: TouchedPerson[] = []
  if ((await workbench.findSuppressed(ledger, keys)) > 0)
    for await (const chunk of workbench.touched()) members.push(...chunk)
  return members
}

const countRows = (members: readonly TouchedPerson[], erasing: Erasing): number =>
  members
    .filter((member) => isErased(member, erasing))
    .reduce((sum, { ledger }) => sum + ledger.length, 0)

async function planOf(
  rows: readonly PlanRow[],
  ledger: RemoteLedger,
  order: SyncOrder,
  { workbench, store, world }: Ports,
): Promise<OpenPlan> {
  const state = await store.state(order.key)
  const file = newName('plan', world)
  await workbench.plan(file, once(rows))
  return planOfSome(file, ledger, order, state)
}

async function* once<T>(chunk: T): AsyncGenerator<T> {
  yield await Promise.resolve(chunk)
}

/** Who is added again goes with the keys that they were sent with: the mapping may be another one by now, or gone. */
const sending = (order: SyncOrder, rows: readonly PlanRow[]): SyncOrder => ({
  ...order,
  schema: MATCH_KEY_NAMES.filter((_, place) =>
    rows.some(({ operation, cells }) => operation === 'add' && (cells[place] ?? null) !== null),
  ),
})

/** A mark of another installation, or one that is newer than this state folder, must go on saying so. */
function isOurs(
  { description }: ShownAudience,
  { generation }: RemoteLedger,
  { key }: SyncOrder,
  { installation }: Ports,
): boolean {
  const mark = markOf(description)
  return mark?.installation === installation && mark.sync === key && mark.generation <= generation
}
