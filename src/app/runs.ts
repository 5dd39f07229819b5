import { nearestWord } from '../core/audience/nearest-word.ts'
import { RollcallError } from '../core/error.ts'
import type { RemoteAudience } from '../destination/port.ts'
import type { RunRecord } from '../store/port.ts'
import type { Workspace } from './workspace.ts'

/** How long Meta takes to match what it accepted, at most as a rule. */
const MATCHING_ADDS_MS = 3_600_000
const MATCHING_REMOVALS_MS = 24 * 3_600_000
/** As many runs as one that is asked for by its id is looked for in. */
const RUNS_SEARCHED_MAX = 100_000

/** What the platform is still busy with: it accepts rows at once and matches them later. */
interface Matching {
  readonly addsUntil: number | null
  readonly removalsUntil: number | null
}

export interface ShownRun extends RunRecord {
  readonly matching: Matching
}

/** A sync's audience as the platform sees it now. */
export interface SeenAudience {
  readonly sync: string
  readonly audience: RemoteAudience | null
  /** Why nothing is known of it. */
  readonly problem: string | null
}

/** Past runs, the newest first. */
export async function runs(
  { store, surroundings }: Workspace,
  { sync, limit }: { readonly sync: string | undefined; readonly limit: number },
): Promise<ShownRun[]> {
  const found = await store.runs({ limit, ...(sync === undefined ? {} : { sync }) })
  const now = surroundings.world.now()
  return found.map((run) => ({ ...run, matching: matchingOf(run, now) }))
}

/** @throws RollcallError `usage/unknown-run` */
export async function runById(workspace: Workspace, id: string): Promise<ShownRun> {
  const all = await runs(workspace, { sync: undefined, limit: RUNS_SEARCHED_MAX })
  const run = all.find((one) => one.id === id)
  if (run !== undefined) return run
  const nearest = nearestWord(
    id,
    all.map((one) => one.id),
  )
  throw new RollcallError(`There is no run "${id}"`, {
    code: 'usage/unknown-run',
    next: 'act',
    remedy: `${nearest === undefined ? '' : `Did you mean "${nearest}"? `}See them with: rollcall runs`,
  })
}

function matchingOf({ finishedAt, sent }: RunRecord, now: number): Matching {
  const until = (rows: number, ms: number): number | null =>
    finishedAt !== null && rows > 0 && finishedAt + ms > now ? finishedAt + ms : null
  return {
    addsUntil: until(sent.added, MATCHING_ADDS_MS),
    removalsUntil: until(sent.removed, MATCHING_REMOVALS_MS),
  }
}

/** Asks the destinations for the audiences of these syncs; one that cannot be asked costs only its own line. */
export async function seenAudiences(
  workspace: Workspace,
  syncs: readonly string[],
): Promise<SeenAudience[]> {
  const seen: SeenAudience[] = []
  for (const sync of syncs) {
    const definition = workspace.definition.syncs[sync]
    const { remote } = await workspace.store.state(sync)
    if (definition === undefined || remote === null) continue
    seen.push({ sync, ...(await look(workspace, definition.destination, remote.remoteId)) })
  }
  return seen
}

async function look(
  workspace: Workspace,
  destination: string,
  remoteId: string,
): Promise<Omit<SeenAudience, 'sync'>> {
  try {
    const answer = await (await workspace.destination(destination)).look(remoteId)
    switch (answer.kind) {
      case 'ok':
        return { audience: answer.value, problem: null }
      case 'refused':
        return { audience: null, problem: answer.refusal.message }
      case 'unknown':
        return { audience: null, problem: answer.message }
    }
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error
    return { audience: null, problem: error.message }
  }
}
