import type { PlanCounts } from './count.ts'

/** Limits that stop a run until a person approves. Each has its row here; settings, messages and approvals derive from it. */
export const GUARDS = {
  empty: 'the audience is empty',
  removed: 'many people would be removed',
  added: 'many people would be added',
  unusable: 'many people have no usable match key',
  unlisted: 'many identifiers are gone from the do-not-send list',
  normaliser: 'the rules of normalisation changed since the last run',
  first_live: 'this is the first send to a live ad account',
} as const satisfies Record<string, string>

export type Guard = keyof typeof GUARDS

/** A share of the people and a least number, both of which must be passed; or the guard is off. */
export type Threshold = { readonly share: number; readonly atLeast: number } | 'off'

export interface GuardSettings {
  readonly empty: 'on' | 'off'
  readonly removed: Threshold
  readonly added: Threshold
  readonly unusable: Threshold
  readonly unlisted: Threshold
  readonly normaliser: 'on' | 'off'
  readonly first_live: 'on' | 'off'
}

export const DEFAULT_GUARDS: GuardSettings = {
  empty: 'on',
  removed: { share: 0.3, atLeast: 100 },
  added: { share: 2, atLeast: 1000 },
  unusable: { share: 0.05, atLeast: 0 },
  unlisted: { share: 0.3, atLeast: 100 },
  normaliser: 'on',
  first_live: 'on',
}

/** A guard that holds a run: how many it is about, out of how many. */
export interface Hold {
  readonly guard: Guard
  readonly count: number
  readonly of: number
}

/** A ceiling that a person set for the next run of one sync: up to `count` of what the guard counts, until `until`. */
export interface Approval {
  readonly guard: Guard
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** What a guard asks about beside the plan. */
export interface Occasion {
  readonly normaliserChanged: boolean
  readonly firstLive: boolean
  /** How many lookalikes the run would make. */
  readonly lookalikes: number
  /** How many identifiers fewer the do-not-send list has than at the last finished evaluation, out of how many. */
  readonly unlisted: { readonly lost: number; readonly of: number }
}

/** Which guards hold this plan, approvals considered. */
export function holds(
  counts: PlanCounts,
  occasion: Occasion,
  settings: GuardSettings,
  approvals: readonly Approval[],
  now: number,
): Hold[] {
  const { members, entered, removing, unusable } = counts
  // Whoever withdrew is out whatever is held, so they are no part of what a guard weighs.
  const present = counts.present - counts.withdrawn
  const { unlisted } = occasion
  const found: Hold[] = []
  const raise = (guard: Guard, count: number, of: number): void => {
    const approved = approvals.some(
      (approval) => approval.guard === guard && approval.until > now && count <= approval.count,
    )
    if (!approved) found.push({ guard, count, of })
  }
  if (settings.empty === 'on' && members === 0 && present > 0) raise('empty', present, present)
  if (passes(settings.removed, removing, present)) raise('removed', removing, present)
  if (present > 0 && passes(settings.added, entered, present)) raise('added', entered, present)
  if (passes(settings.unusable, unusable, members)) raise('unusable', unusable, members)
  // Whether or not anybody would be sent now: the next run would take the shorter list for the whole one.
  if (passes(settings.unlisted, unlisted.lost, unlisted.of))
    raise('unlisted', unlisted.lost, unlisted.of)
  const sends = counts.rows.add + counts.rows.remove
  if (settings.normaliser === 'on' && occasion.normaliserChanged && sends > 0)
    raise('normaliser', sends, present)
  if (settings.first_live === 'on' && occasion.firstLive && sends + occasion.lookalikes > 0)
    raise('first_live', members, members)
  return found
}

/** Do so many lose their consent at once that it may be a mistake of the data? No guard holds it; it is only said. */
export const isManyWithdrawn = ({ withdrawn, present }: PlanCounts): boolean =>
  passes(DEFAULT_GUARDS.removed, withdrawn, present)

function passes(threshold: Threshold, count: number, of: number): boolean {
  return threshold !== 'off' && count > threshold.atLeast && count > threshold.share * of
}
