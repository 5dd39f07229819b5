import { RollcallError } from '../../core/error.ts'
import type { Destination, Refusal } from '../../destination/port.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { ErasurePlace, ErasureProblem } from '../../store/erasures.ts'
import type { KeptLedger } from '../../store/port.ts'
import { UnreadablePeople } from '../../sync/duckdb/unreadable-people.ts'
import { countErased, eraseFrom, type ErasedFrom, type Erasing } from '../../sync/erase.ts'
import type { Ports } from '../../sync/order.ts'
import { Tally } from '../../sync/tally.ts'
import { withScopes } from '../../sync/with-scopes.ts'
import { orderOfLedger } from '../ledger-order.ts'
import { rowContext } from '../reading.ts'
import { breakingDeadLease } from '../run.ts'
import { stoppable } from '../stoppable.ts'
import { openWorkbench, syncPorts } from '../sync-ports.ts'
import type { Workspace } from '../workspace.ts'
import { pauseOf, problemOf, refusalProblem } from './problem.ts'

/** What taking somebody out of remote audiences takes. */
export interface PlaceTools {
  readonly workspace: Workspace
  readonly local: LocalDuckDb
  readonly tell: Ports['tell']
}

/** Takes somebody out of one remote audience, as far as it can be done now. @param before What was done of it earlier. */
export async function eraseFromAudience(
  erasing: Erasing,
  kept: KeptLedger,
  before: ErasurePlace,
  tools: PlaceTools,
): Promise<ErasurePlace> {
  const place = { ...before, at: tools.workspace.surroundings.world.now(), problem: null }
  try {
    return await breakingDeadLease(tools.workspace, async () =>
      attempt(erasing, kept, place, tools),
    )
  } catch (error) {
    return { ...place, state: 'pending', problem: problemOf(error) }
  }
}

const NOBODY = new UnreadablePeople(new Error('Nobody is evaluated where somebody is erased'))

async function attempt(
  erasing: Erasing,
  { sync, ledger }: KeptLedger,
  place: ErasurePlace,
  tools: PlaceTools,
): Promise<ErasurePlace> {
  const { workspace, local, tell } = tools
  const { store, surroundings } = workspace
  const { workbench } = await openWorkbench(workspace, local, NOBODY)
  const keeper = orderOfLedger(workspace, sync, null)
  const here = { store, workbench, world: surroundings.world, owner: surroundings.owner, tell }
  const rows = await countErased(erasing, ledger.remoteId, keeper, here)
  if (rows === 0) return { ...place, state: 'done' }
  const found = { ...place, rows: Math.max(place.rows, rows) }
  const seen = await see(workspace, sync, ledger.remoteId)
  if (seen.kind === 'gone') return { ...found, state: 'gone' }
  if (seen.kind === 'problem') return { ...found, state: 'pending', problem: seen.problem }
  const { audience } = seen
  const destination = withScopes(seen.destination, ledger.scopes)
  const paused = await pauseOf(workspace, destination)
  if (paused !== null) return { ...found, state: 'pending', problem: paused }
  const { lists, order } = await listsFor(tools, sync, orderOfLedger(workspace, sync, audience))
  const own = { destination, local, people: NOBODY, ...lists, tell }
  const { ports } = await syncPorts(workspace, own)
  const { stop } = surroundings
  const tally = new Tally()
  const erased = await eraseFrom(
    erasing,
    audience,
    order,
    stop === undefined ? ports : stoppable(ports, stop),
    tally,
  )
  const { requests, removed, invalid } = tally.counts()
  return {
    ...found,
    state: erased.left === 0 ? 'done' : 'pending',
    requests: place.requests + requests,
    removed: place.removed + removed,
    problem:
      erased.left === 0
        ? null
        : await problemOfEnd(erased, Object.keys(invalid).length > 0, destination, workspace),
  }
}

type Seen =
  | {
      readonly kind: 'there'
      readonly destination: Destination
      readonly audience: Extract<Awaited<ReturnType<Destination['look']>>, { kind: 'ok' }>['value']
    }
  | { readonly kind: 'gone' }
  | { readonly kind: 'problem'; readonly problem: ErasureProblem }

/**
 * Asks for an audience. Of a sync that is gone from the file each destination may have it, and that none shows it proves nothing:
 * its own may be gone from the file too.
 */
async function see(workspace: Workspace, sync: string, remoteId: string): Promise<Seen> {
  const { definition } = workspace
  const written = definition.syncs[sync]?.destination
  const asked = written === undefined ? Object.keys(definition.destinations) : [written]
  let problem: ErasureProblem | null = null
  for (const key of asked) {
    const destination = await workspace.destination(key)
    const answer = await destination.look(remoteId)
    if (answer.kind === 'ok') return { kind: 'there', destination, audience: answer.value }
    if (answer.kind === 'unknown') problem = NO_ANSWER
    else if (answer.refusal.kind !== 'gone') problem = refusalProblem(answer.refusal)
  }
  if (problem !== null) return { kind: 'problem', problem }
  return written === undefined ? { kind: 'problem', problem: NO_DESTINATION } : { kind: 'gone' }
}

const NO_DESTINATION: ErasureProblem = {
  code: 'erase/no-destination',
  next: 'act',
  remedy:
    'Put the destination of the sync back into the file until the person is erased; where the Custom Audience was deleted, end the sync with: rollcall retire SYNC --keep',
}

const NO_ANSWER: ErasureProblem = {
  code: 'destination/no-answer',
  next: 'retry',
  remedy: 'Run it again, or any sync: that begins with what is left of an erasure',
}

/** Those who share an identifier are added again by the lists; where these cannot be read, the next evaluation does it. */
async function listsFor(
  { workspace, local }: PlaceTools,
  sync: string,
  order: ReturnType<typeof orderOfLedger>,
): Promise<{
  readonly lists: Pick<Ports, 'rows' | 'doNotSend'>
  readonly order: ReturnType<typeof orderOfLedger>
}> {
  const now = workspace.surroundings.world.now()
  const mode = workspace.definition.syncs[sync]?.mode ?? order.mode
  try {
    const lists = await rowContext(workspace, local, now, null)
    return { lists, order: { ...order, mode } }
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error
    const rows = { phoneCountry: null, currentYear: new Date(now).getUTCFullYear() }
    const lists = { rows, doNotSend: { keys: new Set<string>(), digest: '' } }
    return { lists, order: { ...order, mode: 'remove_only' } }
  }
}

/** Why rows may still be in though the removal was tried. */
async function problemOfEnd(
  { end }: ErasedFrom,
  isTurnedDown: boolean,
  destination: Destination,
  { store, surroundings }: Workspace,
): Promise<ErasureProblem> {
  switch (end.kind) {
    case 'refused':
      await keepPause(end.refusal)
      return refusalProblem(end.refusal)
    case 'unanswered':
      return NO_ANSWER
    case 'sent':
      return isTurnedDown ? TURNED_DOWN : NOT_SETTLED
  }
  async function keepPause({ kind, until }: Refusal): Promise<void> {
    if (kind !== 'throttled') return
    await store.pauseAccount(destination.accountId, until ?? surroundings.world.now() + 60_000)
  }
}

const TURNED_DOWN: ErasureProblem = {
  code: 'erase/turned-down',
  next: 'act',
  remedy:
    'Meta calls rows of the removal invalid. If it stays, delete the Custom Audience: rollcall retire SYNC --delete',
}

const NOT_SETTLED: ErasureProblem = {
  code: 'erase/not-settled',
  next: 'retry',
  remedy:
    'An earlier request was not answered and may still take effect. Run it again in 15 minutes, or any sync',
}
