import { counted } from '../core/counted.ts'
import { RollcallError } from '../core/error.ts'
import { RejectionTally, type PlanCounts } from '../core/sync/count.ts'
import { diffMember, replacing, rowless, type DiffRules } from '../core/sync/diff.ts'
import { desiredRow } from '../core/sync/fingerprint.ts'
import type { DesiredRow, LedgerRow, PlanRow } from '../core/sync/row.ts'
import type { StrongKey } from '../core/sync/strong.ts'
import type { RemoteLedger } from '../store/port.ts'
import type { Ports, RunOptions, SyncOrder } from './order.ts'
import { sendsIdsAlone, sentRows } from './sent-rows.ts'
import { isWithheld } from './withheld.ts'
import type { Comparison, TouchedPerson } from './workbench.ts'

/** A raw fingerprint that no member has: whoever carries it in the ledger is looked at again by the next run. */
const LOOK_AGAIN = '00000000-0000-0000-0000-000000000000'

export interface Evaluated {
  readonly counts: PlanCounts
  /** How many rows the plan file has; with none, neither the people nor the ledger ask for anything. */
  readonly planned: number
}

/**
 * Steps 3 and 5: who belongs now, set beside the ledger, as a durable plan file. Nothing is sent and nothing is promised.
 * @param suppressed Keys of the do-not-send list by which the ledger may still know somebody.
 */
export async function evaluate(
  order: SyncOrder,
  options: Pick<RunOptions, 'full' | 'empty' | 'only'>,
  ports: Ports,
  ledger: RemoteLedger,
  suppressed: readonly StrongKey[],
  plan: string,
): Promise<Evaluated> {
  const { workbench, world, tell } = ports
  const now = world.now()
  tell({ kind: 'step-begun', step: 'evaluate' })
  const everyone = options.full || ledger.onlyMaybe
  const comparison = await workbench.compare({
    ledger,
    everyone,
    nobody: options.empty,
    // Whom a replacement takes out, or a lost audience has lost, left or not, is no longer surely in.
    ignoreLeft: order.mode === 'add_only' && !everyone,
    now,
    // Of some people alone neither is told: that is for when everybody is looked at.
    reassertMs: order.mode === 'remove_only' || options.only !== undefined ? 0 : order.reassertMs,
    suppressed: options.only === undefined ? suppressed : [],
    only: options.only ?? null,
  })
  refuseBrokenKeys(order, comparison)
  tell({ kind: 'step-begun', step: 'diff' })
  const tally = new Tally()
  const planned = await workbench.plan(plan, planRows(order, options, ports, now, tally))
  const send = await workbench.countToSend(plan)
  const counts: PlanCounts = {
    members: comparison.members - tally.withheld,
    withoutConsent: comparison.withoutConsent,
    present: comparison.present,
    entered: tally.entered,
    changed: tally.changed,
    left: tally.left,
    withdrawn: tally.withdrawn,
    unusable: comparison.unusableKept + tally.unusable,
    removing: send.removing,
    rows: {
      add: send.add,
      remove: send.remove,
      reassert: options.full ? 0 : (send.causes['reassert'] ?? 0),
      replaced: options.full ? (send.causes['reassert'] ?? 0) : 0,
      returning: send.causes['returning'] ?? 0,
      value: send.causes['value'] ?? 0,
      suppressed: send.causes['suppressed'] ?? 0,
      withdrawn: send.causes['withdrawn'] ?? 0,
      covered: send.covered,
    },
    rejected: tally.rejections.list(),
    suppressed: tally.suppressed,
  }
  return { counts, planned }
}

/** A key may be an e-mail address, which no message shows whole. */
const ADDRESS = /^(.)[^@]*@.*$/

/** People whose key is missing or not their own cannot be told apart, so nothing is done with any of them in silence. */
function refuseBrokenKeys(order: SyncOrder, { keyless, duplicates }: Comparison): void {
  if (keyless === 0 && duplicates.count === 0) return
  const shown = duplicates.samples.map((key) => key.replace(ADDRESS, '$1***@***'))
  const samples = shown.length > 0 ? `, such as ${shown.join(', ')}` : ''
  const problems = [
    ...(keyless > 0 ? [counted(keyless, 'row has no key', 'rows have no key')] : []),
    ...(duplicates.count > 0
      ? [`${counted(duplicates.count, 'key stands', 'keys stand')} more than once${samples}`]
      : []),
  ]
  throw new RollcallError(
    `Cannot tell the people of sync "${order.key}" apart: ${problems.join('; ')}`,
    {
      code: 'model/key-not-unique',
      next: 'act',
      remedy:
        'Choose a key column that is present and different for each person, or group the rows in the model’s SQL',
    },
  )
}

/** What is counted while the touched members stream by. */
class Tally {
  entered = 0
  changed = 0
  left = 0
  withdrawn = 0
  unusable = 0
  /** People who would belong, and whom the do-not-send list leaves nothing to be sent by. */
  withheld = 0
  suppressed = 0
  readonly rejections = new RejectionTally()
}

async function* planRows(
  order: SyncOrder,
  options: Pick<RunOptions, 'full'>,
  ports: Ports,
  now: number,
  tally: Tally,
): AsyncGenerator<readonly PlanRow[]> {
  const rules: DiffRules = {
    mode: order.mode,
    isDue: (row) => isDue(row, now, order.reassertMs),
    isSuppressed: (key) => isWithheld(ports.doNotSend, key),
  }
  for await (const people of ports.workbench.touched()) {
    const rows: PlanRow[] = []
    for (const person of people) {
      const erased = ports.doNotSend.erased?.hasMember(person.member) === true
      if (erased && person.kind !== 'left') {
        tally.withheld += 1
        // Whoever was erased and is out is not kept in mind.
        if (person.ledger.length === 0) continue
      }
      const { desired, raw } = erased
        ? { desired: [], raw: null }
        : desiredOf(person, order, ports, tally)
      const member = { ...person, raw }
      const diffed = diffMember(member, desired, rules)
      const planned = options.full ? diffed.map(replacing) : diffed
      if (planned.length === 0) rows.push(rowless(member))
      else rows.push(...planned)
      count(person, planned, options.full, tally)
    }
    ports.tell({ kind: 'members-read', count: people.length })
    yield rows
  }
}

function desiredOf(
  person: TouchedPerson,
  order: SyncOrder,
  ports: Ports,
  tally: Tally,
): { desired: DesiredRow[]; raw: string | null } {
  if (person.kind === 'left' || person.kind === 'withdrawn') return { desired: [], raw: null }
  // Nothing about them changed, so what they should have is what the ledger says they have.
  if (person.kind === 'kept') return { desired: person.ledger.flatMap(asDesired), raw: person.raw }
  const { rows, rejected, suppressed } = sentRows(
    person.values ?? {},
    ports.rows,
    order.audience.valueBased,
    sendsIdsAlone(order.schema),
  )
  for (const { key, reason } of rejected) tally.rejections.add(key, reason)
  tally.suppressed += suppressed
  const desired = rows.map((cells) => desiredRow(cells, ports.fingerprint))
  if (desired.length === 0) {
    if (suppressed > 0) tally.withheld += 1
    else tally.unusable += 1
  }
  return { desired, raw: suppressed > 0 ? LOOK_AGAIN : person.raw }
}

function asDesired({ row, desired, quarantine, value, cells }: LedgerRow): DesiredRow[] {
  return row !== null && (desired || quarantine !== null) ? [{ row, value, cells }] : []
}

/** Due dates are spread over the second half of the period by fingerprint, so that they never come all at once. */
export function isDue(
  { row, assertedAt, inL }: Pick<LedgerRow, 'row' | 'assertedAt' | 'inL'>,
  now: number,
  reassertMs: number,
): boolean {
  if (reassertMs === 0 || !inL || row === null || assertedAt === null) return false
  const share = Number.parseInt(row.slice(0, 8), 16) / 2 ** 32
  return assertedAt + reassertMs * (0.5 + share / 2) <= now
}

/** Counts what is done about a person, which a sync that only adds or only removes does not do to everybody. */
function count(
  person: TouchedPerson,
  planned: readonly PlanRow[],
  full: boolean,
  tally: Tally,
): void {
  const wasIn = person.ledger.some((row) => row.inU)
  const isWanted = planned.some((row) => row.desired)
  const goes = full || planned.some((row) => row.operation === 'remove')
  if (!wasIn && planned.some((row) => row.operation === 'add')) tally.entered += 1
  else if (wasIn && !isWanted && goes) {
    if (person.kind === 'withdrawn') tally.withdrawn += 1
    else tally.left += 1
  } else if (planned.some((row) => row.cause === 'changed' || row.cause === 'value'))
    tally.changed += 1
}
