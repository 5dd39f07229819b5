import { RollcallError } from '../core/error.ts'
import { isOtherPage, NO_SCOPES } from '../core/scopes.ts'
import type { Refusal, RemoteAudience, Result } from '../destination/port.ts'
import type { Blocked, Lease, RemoteLedger, SyncState } from '../store/port.ts'
import { markOf, withMark, type Mark } from './mark.ts'
import type { Ports, RunOptions, SyncOrder } from './order.ts'

/** What step 2 found: an audience to keep, one that is still to be made, or a reason not to go on. */
export type Looked =
  | { readonly kind: 'there'; readonly ledger: RemoteLedger; readonly audience: RemoteAudience }
  | { readonly kind: 'to-create' }
  | { readonly kind: 'to-adopt'; readonly audience: RemoteAudience }
  | { readonly kind: 'gone'; readonly ledger: RemoteLedger; readonly refusal: Refusal }
  | { readonly kind: 'replacing'; readonly ledger: RemoteLedger }
  | { readonly kind: 'stopped'; readonly refusal: Refusal }

/** An empty ledger, for an audience that nothing was ever sent to. */
export const NOTHING_SENT: RemoteLedger = {
  remoteId: '',
  files: { base: null, overlays: [], baseRows: 0, overlayRows: 0 },
  generation: 0,
  onlyMaybe: false,
  strangers: false,
  scopes: NO_SCOPES,
}

/** The audience that lookalikes are made from, as far as it is there. */
export const originOf = (looked: Looked): string | null =>
  looked.kind === 'there' || looked.kind === 'to-adopt' ? looked.audience.id : null

/** Step 2: looks at the remote audience before anything is computed. Reads only. */
export async function lookAt(
  order: SyncOrder,
  state: SyncState,
  { full }: Pick<RunOptions, 'full'>,
  { destination, installation }: Ports,
): Promise<Looked> {
  const bound = state.remote
  const id = order.takeOver ?? bound?.remoteId ?? null
  if (id === null)
    return state.creating === null ? { kind: 'to-create' } : foundByMark(order, state, destination)
  const answer = await destination.look(id)
  if (answer.kind === 'unknown') throw unreachable(answer.message)
  if (answer.kind === 'refused')
    return answer.refusal.kind === 'gone' && bound?.remoteId === id
      ? { kind: 'gone', ledger: bound, refusal: answer.refusal }
      : { kind: 'stopped', refusal: answer.refusal }
  const audience = answer.value
  if (audience.state === 'flagged') return { kind: 'stopped', refusal: flagged(audience) }
  if (audience.valueBased !== order.audience.valueBased)
    return { kind: 'stopped', refusal: otherKind(audience) }
  if (bound?.remoteId === id && isOtherPage(bound.scopes, order.scopes))
    return { kind: 'stopped', refusal: otherPage(audience, bound) }
  if (bound?.remoteId !== id || isUndecided(bound)) return { kind: 'to-adopt', audience }
  if (audience.state === 'replacing') return { kind: 'replacing', ledger: bound }
  // A replacement makes the audience what the definition says, whoever kept it before.
  if (!full) refuseForeignMark(order, audience, bound, installation)
  return { kind: 'there', ledger: bound, audience }
}

/** Taken over by a run that was held: what is to become of the people in it has to be said again. */
function isUndecided({ strangers, files }: RemoteLedger): boolean {
  return strangers && files.base === null && files.overlays.length === 0
}

/** A create that was not answered may have happened; the audience then carries the mark that was kept before. */
async function foundByMark(
  order: SyncOrder,
  { creating }: SyncState,
  destination: Ports['destination'],
): Promise<Looked> {
  const all = await destination.list()
  if (all.kind === 'refused') return { kind: 'stopped', refusal: all.refusal }
  if (all.kind === 'unknown') throw unreachable(all.message)
  const audience = all.value.find(({ description }) => {
    const mark = markOf(description)
    return isOfCreation(mark, creating) && mark?.sync === order.key
  })
  return audience === undefined ? { kind: 'to-create' } : { kind: 'to-adopt', audience }
}

/** The part of a mark that stays the same while the ledger's generation grows. */
const markText = ({ installation, sync }: Mark): string => `${installation}/${sync}`

/**
 * Does the mark say that the audience was made by the creation that is under way? One with a later generation was filled before:
 * the state that knew it is lost, and only its secret is still there.
 */
function isOfCreation(mark: Mark | null, creating: string | null): boolean {
  return mark !== null && mark.generation === 0 && markText(mark) === creating
}

/** Makes the audience on the first run, so that a lost answer makes no second one. */
export async function createRemote(
  order: SyncOrder,
  lease: Lease,
  options: Pick<RunOptions, 'recreate'>,
  { destination, store, installation }: Ports,
): Promise<RemoteLedger | Refusal> {
  const before = await madeBefore(order, destination, options)
  if (before !== null) return before
  const mark = { installation, sync: order.key, generation: 0 }
  await store.startCreating(lease, markText(mark))
  const description = withMark(order.audience.description, mark)
  const answer = await destination.create({ ...order.audience, description })
  switch (answer.kind) {
    case 'ok':
      return store.bindRemote(lease, answer.value, false)
    case 'refused':
      return answer.refusal
    case 'unknown':
      throw unreachable(answer.message)
  }
}

/** An audience that carries this sync's mark, though the state folder knows of none: the folder was lost, or another made it. */
async function madeBefore(
  order: SyncOrder,
  destination: Ports['destination'],
  { recreate }: Pick<RunOptions, 'recreate'>,
): Promise<Refusal | null> {
  if (recreate) return null
  const all = await destination.list()
  if (all.kind === 'refused') return all.refusal
  if (all.kind === 'unknown') throw unreachable(all.message)
  const left = all.value.find(({ description }) => markOf(description)?.sync === order.key)
  if (left === undefined) return null
  return {
    kind: 'blocked',
    code: 'sync/made-before',
    message: `Custom Audience ${left.id} "${left.name}" was made by a sync "${order.key}" that this state folder knows nothing of: the folder was lost, or somebody else runs such a sync`,
    remedy: `If it was yours, write custom_audience: "${left.id}" into the sync and run with --adopt replace; if others keep it, or to leave it as it is, run with --recreate to make another`,
  }
}

/**
 * Takes over an existing audience. If people other than ours may be in it, somebody must say what is to become of them.
 * @returns The ledger to start from, or what a person has to decide.
 */
export async function adoptRemote(
  audience: RemoteAudience,
  lease: Lease,
  state: SyncState,
  options: Pick<RunOptions, 'adopt'>,
  { store, installation }: Ports,
): Promise<RemoteLedger | Refusal> {
  const mark = markOf(audience.description)
  if (isOfCreation(mark, state.creating)) return store.bindRemote(lease, audience.id, false)
  const foreign = mark !== null && mark.installation !== installation
  if (foreign && options.adopt !== 'replace') return keptElsewhere(audience, mark)
  if (options.adopt === null) return undecided(audience, lease.sync)
  // Whoever is to go is in it until the replacement is finished.
  return store.bindRemote(lease, audience.id, true)
}

/** What people see of an audience at the platform. */
export type ShownAudience = Pick<RemoteAudience, 'id' | 'name' | 'description'>

/** Tries of a change that may be made twice. */
const ATTEMPTS_MAX = 3

/**
 * Writes the mark with this generation to the platform, at the end of the description, where it does not stand there yet.
 * @returns what the platform said to it
 */
export async function carryMark(
  order: SyncOrder,
  audience: ShownAudience,
  generation: number,
  { destination, installation }: Ports,
): Promise<Result<void>> {
  const mark = { installation, sync: order.key, generation }
  const description = withMark(order.audience.description, mark)
  if (audience.description === description) return { kind: 'ok', value: undefined }
  for (let attempt = 1; ; attempt += 1) {
    const answer = await destination.update(audience.id, { description })
    if (answer.kind !== 'unknown' || attempt === ATTEMPTS_MAX) return answer
  }
}

/** Carries the name to the platform where it differs. An audience under its old name is no reason not to send. */
export async function carryName(
  { audience: { name } }: SyncOrder,
  audience: ShownAudience,
  { destination, tell }: Ports,
): Promise<void> {
  if (audience.name === name) return
  const answer = await destination.update(audience.id, { name })
  if (answer.kind === 'ok')
    tell({ kind: 'noticed', message: `The Custom Audience is now named "${name}"` })
  if (answer.kind === 'refused')
    tell({ kind: 'noticed', message: `Cannot rename the audience: ${answer.refusal.message}` })
}

function refuseForeignMark(
  order: SyncOrder,
  { description, id }: RemoteAudience,
  ledger: RemoteLedger,
  installation: string,
): void {
  const mark = markOf(description)
  if (mark === null) return
  if (mark.installation !== installation)
    throw new RollcallError(`Custom Audience ${id} is kept by another installation of Rollcall`, {
      code: 'sync/kept-elsewhere',
      next: 'act',
      remedy: `Stop the other installation, then run "rollcall sync ${order.key} --full" here`,
    })
  if (mark.generation > ledger.generation)
    throw new RollcallError(
      `The state folder is older than Custom Audience ${id}: it was restored or copied`,
      {
        code: 'sync/state-restored',
        next: 'act',
        remedy: `Run "rollcall sync ${order.key} --full" to send the whole audience again`,
      },
    )
}

function keptElsewhere(audience: RemoteAudience, mark: Mark): Refusal {
  return {
    kind: 'blocked',
    code: 'sync/kept-elsewhere',
    message: `Custom Audience ${audience.id} "${audience.name}" is kept by another installation of Rollcall, as sync "${mark.sync}"`,
    remedy: 'Retire that sync there first with --keep, or choose another audience',
  }
}

/** An audience that Rollcall makes is empty. */
export function nothingToRemoveFrom(key: string): Refusal {
  return {
    kind: 'blocked',
    code: 'sync/nothing-to-remove-from',
    message: `The sync "${key}" only removes, and has no Custom Audience to remove from`,
    remedy: 'Name the audience in the sync: custom_audience: "…"',
  }
}

function otherKind({ id, name, valueBased }: RemoteAudience): Refusal {
  return {
    kind: 'blocked',
    code: 'sync/value-mismatch',
    message: valueBased
      ? `Custom Audience ${id} "${name}" takes only rows with a value, and the sync has no "value"`
      : `Custom Audience ${id} "${name}" takes no values, and the sync has a "value"`,
    remedy:
      'An audience cannot change its kind: put "value" back as it was, or give the sync another key and retire this one',
  }
}

function otherPage({ id, name }: RemoteAudience, { scopes }: RemoteLedger): Refusal {
  return {
    kind: 'blocked',
    code: 'sync/page-changed',
    message: `Custom Audience ${id} "${name}" was filled with ids of the page ${String(scopes.page)}, and the sync names another page`,
    remedy:
      'The ids of one page mean nothing on another: put page_id back as it was, or give the sync another key and retire this one',
  }
}

function undecided(audience: RemoteAudience, sync: string): Refusal {
  return {
    kind: 'blocked',
    code: 'sync/strangers',
    message: `Custom Audience ${audience.id} "${audience.name}" exists already, and people other than yours may be in it`,
    remedy: `Look with "rollcall compare ${sync} --with members.csv", then run sync with --adopt merge (they stay) or --adopt replace (they go)`,
  }
}

function flagged({ id, name, stateText }: RemoteAudience): Refusal {
  return {
    kind: 'flagged',
    code: 'sync/flagged',
    message: `Custom Audience ${id} "${name}" is restricted by the platform: ${stateText}`,
    remedy:
      'Look at it in Ads Manager and take out what it may not suggest; removals cannot be delivered meanwhile, only the audience can be deleted',
  }
}

function unreachable(message: string): RollcallError {
  return new RollcallError(message, {
    code: 'destination/no-answer',
    next: 'retry',
    remedy: 'Nothing is lost; run the sync again',
  })
}

export function blockedBy({ code, message, remedy }: Refusal, since: number): Blocked {
  return { code, message, remedy, since }
}
