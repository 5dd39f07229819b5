import { RollcallError } from '../core/error.ts'
import { MATCH_KEY_NAMES } from '../core/match-key/table.ts'
import { mergedScopes, NO_SCOPES } from '../core/scopes.ts'
import type { SyncDefinition } from '../definition/definition.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import type { Reading } from '../sql/fingerprint.ts'
import type { ParquetFolder } from '../engine/duckdb/parquet-folder.ts'
import type { People } from '../sync/duckdb/people.ts'
import { UnreadablePeople } from '../sync/duckdb/unreadable-people.ts'
import type { Ports, SyncOrder } from '../sync/order.ts'
import { withScopes } from '../sync/with-scopes.ts'
import { agreeing, refusingOf, untied } from './consent.ts'
import type { ListUse } from './do-not-send-fit.ts'
import { mappingOf, openAudience, openLocal, type OpenAudience } from './open-audience.ts'
import { narrowPeople } from './narrow-people.ts'
import { readingFor, rowContext } from './reading.ts'
import { syncPorts } from './sync-ports.ts'
import { takeInFor } from './take-in-journal.ts'
import type { Workspace } from './workspace.ts'

/** One sync, ready to be run; closing it gives its engine back. */
export interface RunSetup extends AsyncDisposable {
  readonly order: SyncOrder
  readonly ports: Ports
  readonly folder: ParquetFolder
  /** What of the do-not-send lists has no effect on this sync. */
  readonly listNotices: readonly string[]
}

/** One sync with its source open. */
export interface SyncSetup extends RunSetup {
  readonly opened: OpenAudience
  readonly reading: Reading
}

/**
 * Opens everything that a run of one sync needs.
 * @param now The moment of evaluation, in milliseconds; leases and fences keep the real clock.
 * @param only Ids of people that Rollcall keeps: they alone are read, as far as they were taken in.
 */
export async function setUpSync(
  workspace: Workspace,
  key: string,
  now: number,
  tell: Ports['tell'],
  only?: readonly string[],
): Promise<SyncSetup> {
  const sync = workspace.sync(key)
  const unsaid = untied(workspace.definition, sync)
  if (unsaid !== null) throw unsaid
  if (only === undefined) await takeInFor(workspace, sync.audience)
  const opened = await openAudience(workspace, sync.audience, now, only)
  return closedOnFailure(opened.local, async () => {
    const mapping = mappingOf(sync.mapping, opened, `The sync "${key}"`)
    await narrowPeople(opened, mapping)
    const audience = agreeing(opened.audience, sync.consent)
    const reading = readingFor(workspace, opened, audience, mapping, sync)
    const refusing = refusingOf(opened, sync.consent)
    const people = opened.people(reading, refusing)
    const use = { sync, columns: opened.columns }
    const setup = await setUp(workspace, use, opened.local, people, now, tell)
    return { ...setup, opened, reading }
  })
}

/**
 * Opens what a run of one sync needs even where its source cannot be opened: the do-not-send list is obeyed all the same, and the
 * run ends with why the source cannot be read.
 */
export async function setUpRun(
  workspace: Workspace,
  key: string,
  now: number,
  tell: Ports['tell'],
): Promise<RunSetup> {
  try {
    return await setUpSync(workspace, key, now, tell)
  } catch (error) {
    if (workspace.definition.doNotSend.length === 0 || isAboutLists(error)) throw error
    const local = await openLocal(workspace)
    const people = new UnreadablePeople(error)
    const use = { sync: workspace.sync(key), columns: null }
    return closedOnFailure(local, async () => setUp(workspace, use, local, people, now, tell))
  }
}

/** Then whom the lists name is not known, and nobody may be taken out by them either. */
const isAboutLists = (error: unknown): boolean =>
  error instanceof RollcallError && error.code.startsWith('do-not-send/')

async function setUp(
  workspace: Workspace,
  use: ListUse & { readonly sync: SyncDefinition },
  local: LocalDuckDb,
  people: People,
  now: number,
  tell: Ports['tell'],
): Promise<RunSetup> {
  const order = orderOf(workspace, use.sync)
  const { remote } = await workspace.store.state(order.key)
  const destination = withScopes(
    await workspace.destination(use.sync.destination),
    mergedScopes(remote?.scopes ?? NO_SCOPES, order.scopes),
  )
  const { rows, doNotSend } = await rowContext(workspace, local, now, use)
  const own = { destination, local, people, rows, doNotSend, tell }
  const { ports, folder } = await syncPorts(workspace, own)
  const close = async (): Promise<void> => local[Symbol.asyncDispose]()
  return {
    order,
    ports,
    folder,
    listNotices: doNotSend.notices,
    [Symbol.asyncDispose]: close,
  }
}

async function closedOnFailure<T>(local: LocalDuckDb, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await local[Symbol.asyncDispose]()
    throw error
  }
}

function orderOf({ definition }: Workspace, sync: SyncDefinition): SyncOrder {
  const audience = definition.audiences[sync.audience]
  return {
    key: sync.key,
    audience: {
      name: sync.name ?? audience?.name ?? sync.audience,
      description: sync.description ?? audience?.description ?? '',
      valueBased: sync.value !== null,
      customerFileSource: sync.customerFileSource,
    },
    takeOver: sync.customAudience,
    mode: sync.mode,
    schema: MATCH_KEY_NAMES.filter((key) => sync.mapping[key] !== undefined),
    scopes: sync.scopes,
    guards: sync.guards,
    reassertMs: sync.reassertMs,
    settleMs: sync.settleMs,
    whenGone: sync.whenGone,
    lookalikes: sync.lookalikes,
  }
}
