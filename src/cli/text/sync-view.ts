import type { Addressee, FinishedRun, PlannedSync } from '../../app/run.ts'
import type { LeftSync } from '../../app/left-syncs.ts'
import type { RollcallError } from '../../core/error.ts'
import { count, people } from '../../core/counted.ts'
import type { ShownLookalike } from '../../core/lookalike.ts'
import { REJECT_REASONS } from '../../core/match-key/reject-reason.ts'
import type { PlanCounts } from '../../core/sync/count.ts'
import { GUARDS, isManyWithdrawn, type Hold } from '../../core/sync/guard.ts'
import type { SyncDefinition } from '../../definition/definition.ts'
import type { Blocked } from '../../store/port.ts'
import { nothingToRemoveFrom } from '../../sync/remote.ts'
import { visible } from './visible.ts'

/**
 * What plans and runs come to, as `--json` prints it and as the text is made of it. The names are promised to scripts: they
 * are added to, and not changed.
 */

export interface PlaceView {
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly accountId: string
  readonly accountName: string | null
  readonly business: string | null
}

interface PeopleView {
  /** Who belongs now, less those held out, and how many of them have a usable match key. */
  readonly members: number
  readonly usable: number
  /** Who is in the remote audience already, as far as we told it. */
  readonly present: number
  readonly added: number
  readonly updated: number
  readonly removed: number
  /** In the remote audience and without the consent that the destination asks for: they go out whatever is held. */
  readonly withdrawn: number
  /** Who would be among `members` if they agreed. */
  readonly withoutConsent: number
  /** Without a usable match key. */
  readonly skipped: number
}

export interface RejectionView {
  readonly key: string
  readonly reason: string
  readonly count: number
  readonly meaning: string
  readonly remedy: string
}

export interface HoldView extends Hold {
  readonly meaning: string
  /** The command that lets this much pass. */
  readonly approve: string
}

export interface ProblemView {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

export interface WorkView {
  readonly people: PeopleView
  readonly rows: PlanCounts['rows']
  readonly rejected: readonly RejectionView[]
  /** Identifiers left out because they are on the do-not-send list. */
  readonly suppressed: number
}

export interface PlanView {
  readonly sync: string
  readonly place: PlaceView
  readonly audience: { readonly id: string | null; readonly name: string; readonly state: string }
  readonly mode: SyncDefinition['mode']
  readonly work: WorkView
  readonly holds: readonly HoldView[]
  readonly problem: ProblemView | null
  /** What a person should look at before anything is sent. */
  readonly warnings: readonly string[]
  readonly lookalikes: readonly ShownLookalike[]
  readonly notices: readonly string[]
}

export interface RunView {
  readonly sync: string
  readonly run: string
  readonly place: PlaceView
  readonly state: FinishedRun['state']
  readonly audienceId: string | null
  /** Null where it stopped before anybody was looked at. */
  readonly work: WorkView | null
  readonly accepted: { readonly added: number; readonly removed: number }
  readonly invalid: Readonly<Record<string, number>>
  readonly unsure: number
  readonly refused: number
  readonly requests: number
  readonly holds: readonly HoldView[]
  readonly problem: ProblemView | null
  /** With the state `waiting`: when it may go on, ISO 8601. */
  readonly until: string | null
  /** After a run that is done. */
  readonly lookalikes: readonly ShownLookalike[]
  readonly notices: readonly string[]
}

/** A sync that could not be planned or run at all. */
export interface FailureView {
  readonly sync: string
  readonly error: ProblemView & { readonly next: RollcallError['next'] }
}

export interface LeftView extends LeftSync {
  readonly remedy: string
}

export const placeView = ({ environment, account, accountId }: Addressee): PlaceView => ({
  environment,
  accountId: account?.id ?? accountId,
  accountName: account?.name ?? null,
  business: account?.business ?? null,
})

export const leftView = (left: LeftSync): LeftView => ({
  ...left,
  remedy: `rollcall retire ${left.sync} --keep | --empty | --delete`,
})

export function failureView(sync: string, error: RollcallError): FailureView {
  const { code, message, remedy, next } = error
  return { sync, error: { code, message, remedy, next } }
}

export function problemView(problem: Blocked | null): ProblemView | null {
  if (problem === null) return null
  const { code, message, remedy } = problem
  return { code, message, remedy }
}

function holdView(sync: string, hold: Hold): HoldView {
  const { guard, count: number } = hold
  return {
    ...hold,
    meaning: GUARDS[guard],
    approve: `rollcall sync ${sync} --approve ${guard}=${number}`,
  }
}

export function rejectionViews(rejected: PlanCounts['rejected']): RejectionView[] {
  return rejected.map(({ key, reason, count: number }) => {
    const { sentence, remedy } = REJECT_REASONS[reason]
    return { key, reason, count: number, meaning: sentence, remedy }
  })
}

function workView(counts: PlanCounts): WorkView {
  const { members, unusable, present, entered, changed, left, rows, suppressed } = counts
  const { withdrawn, withoutConsent } = counts
  return {
    people: {
      members,
      usable: members - unusable,
      present,
      added: entered,
      updated: changed,
      removed: left,
      withdrawn,
      withoutConsent,
      skipped: unusable,
    },
    rows,
    rejected: rejectionViews(counts.rejected),
    suppressed,
  }
}

/** What Meta would do with an audience of this size, and what the definition leaves open. */
function noticesOf(sync: SyncDefinition, work: WorkView, usableMin: number): string[] {
  const { usable } = work.people
  return [
    ...(usable < usableMin && sync.mode !== 'remove_only'
      ? [
          `${people(usable)} with a usable match key: Meta does not use an audience of fewer than ${usableMin}`,
        ]
      : []),
    ...(sync.mode === 'add_only' ? ['Mode add_only: nobody who left is removed'] : []),
    ...(sync.mode === 'remove_only' ? ['Mode remove_only: nobody is added'] : []),
    ...(sync.holdout === null
      ? []
      : [
          `Held out: ${Math.round(sync.holdout.fraction * 1000) / 10}% of the people are never sent`,
        ]),
    consentNotice(sync, work),
  ]
}

function consentNotice({ consent }: SyncDefinition, { people: who }: WorkView): string {
  if (consent === null) return 'No consent filter: everybody who meets the definition is sent'
  const before = count(who.members + who.withoutConsent)
  return `Consent to ${consent}: ${before} → ${people(who.members)} after consent`
}

/** Said before it happens, since no guard holds it. */
const warningsOf = (counts: PlanCounts, { consent }: SyncDefinition): string[] =>
  isManyWithdrawn(counts)
    ? [
        `${count(counts.withdrawn)} of ${people(counts.present)} in the Custom Audience do not agree to ${consent}, or no longer, and the next sync takes them out: no guard holds that. If it is a mistake of the data, mend it before`,
      ]
    : []

export function planView(
  planned: PlannedSync,
  definition: SyncDefinition,
  audienceName: string,
  usableMin: number,
): PlanView {
  const { sync, looked, counts, addressee } = planned
  const work = workView(counts)
  const name = definition.name ?? audienceName
  return {
    sync,
    place: placeView(addressee),
    audience: audienceView(looked, name),
    mode: definition.mode,
    work,
    holds: planned.holds.map((hold) => holdView(sync, hold)),
    problem: planProblem(planned, definition),
    warnings: warningsOf(counts, definition),
    lookalikes: planned.lookalikes,
    notices: [
      ...renamings(looked, name),
      ...planned.listNotices,
      ...planned.audienceNotices,
      ...noticesOf(definition, work, usableMin),
    ],
  }
}

/** A name and a description that are not the definition's are changed at the platform, also those of an audience that others made. */
function renamings(looked: PlannedSync['looked'], name: string): string[] {
  if (looked.kind !== 'there' && looked.kind !== 'to-adopt') return []
  const renamed = looked.audience.name !== name
  return [
    ...(renamed
      ? [`Custom Audience “${visible(looked.audience.name)}” is renamed to “${visible(name)}”`]
      : []),
    ...(looked.kind === 'to-adopt'
      ? ['Its description is replaced, and ends in a mark of this installation']
      : []),
  ]
}

function audienceView(looked: PlannedSync['looked'], name: string): PlanView['audience'] {
  switch (looked.kind) {
    case 'there':
    case 'to-adopt':
      return {
        id: looked.audience.id,
        name: looked.audience.name,
        state: looked.audience.stateText,
      }
    case 'replacing':
    case 'gone':
      return { id: looked.ledger.remoteId, name, state: looked.kind }
    case 'to-create':
      return { id: null, name, state: 'to be created' }
    case 'stopped':
      return { id: null, name, state: 'cannot be reached' }
  }
}

/** What a person has to settle before a run can send. */
function planProblem(
  { looked, sync }: PlannedSync,
  { customAudience, mode }: SyncDefinition,
): ProblemView | null {
  switch (looked.kind) {
    case 'gone':
      return {
        code: looked.refusal.code,
        message: looked.refusal.message,
        remedy: `To make a new one: rollcall sync ${sync} --recreate; to let go of it: rollcall retire ${sync} --keep`,
      }
    case 'stopped':
      return looked.refusal
    case 'to-adopt':
      if (customAudience === null) return null
      return {
        code: 'sync/strangers',
        message: `Custom Audience ${looked.audience.id} "${looked.audience.name}" exists already, and people other than yours may be in it`,
        remedy: `Look with "rollcall compare ${sync} --with members.csv", then run sync with --adopt merge (they stay) or --adopt replace (they go)`,
      }
    case 'to-create':
      return mode === 'remove_only' ? nothingToRemoveFrom(sync) : null
    case 'there':
    case 'replacing':
      return null
  }
}

export function runView(
  finished: FinishedRun,
  definition: SyncDefinition,
  usableMin: number,
): RunView {
  const { sync, run, state, addressee, plan, sent, problem, until, remoteId } = finished
  const work = plan === null ? null : workView(plan)
  return {
    sync,
    run,
    place: placeView(addressee),
    state,
    audienceId: remoteId,
    work,
    accepted: { added: sent.added, removed: sent.removed },
    invalid: sent.invalid,
    unsure: sent.unsure,
    refused: sent.refused,
    requests: sent.requests,
    holds: finished.holds.map((hold) => holdView(sync, hold)),
    problem: problemView(problem),
    until: until === null ? null : new Date(until).toISOString(),
    lookalikes: finished.lookalikes,
    notices: work === null ? [] : noticesOf(definition, work, usableMin),
  }
}
