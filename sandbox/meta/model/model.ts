import { adAccount, DEFAULT_ACCOUNTS, DEFAULT_TOKEN, type AdAccountOptions } from './account.ts'
import type { AudienceRecord } from './audience.ts'
import type { Change } from './change.ts'
import type { Row } from './match-keys.ts'
import type { Matching, Membership } from './membership.ts'
import { membershipFactory } from './membership-factory.ts'
import { State } from './state.ts'
import { compactStateLog, readStateLog } from './state-log.ts'

export interface ModelOptions {
  /** Milliseconds since the epoch; the control clock's advance is added to it. */
  readonly now: () => number
  readonly seed: number
  readonly stateFile?: string | undefined
  readonly countOnly: boolean
  readonly matching: Matching
  readonly adAccounts?: readonly AdAccountOptions[] | undefined
}

/** The sandbox's world: its state, its clock, and the one way to change either. */
export interface Model {
  readonly state: State
  readonly countOnly: boolean
  now(): number
  /** Writes a change down, then lets it happen. */
  commit(change: Change): void
  audience(id: string): AudienceRecord | undefined
  members(id: string): Membership | undefined
  close(): void
}

/** What a simulation may see and do without a request. */
export interface SandboxModel {
  audienceIds(): readonly string[]
  /** The audience as it stands now, or undefined. */
  audience(id: string): AudienceRecord | undefined
  /** The match rows that an audience holds; an audience that is not there holds none. */
  rowsOf(audienceId: string): readonly Row[]
  /** The people in an audience, with `people` matching; not to be changed. */
  peopleOf(audienceId: string): ReadonlySet<string>
  /** Rows or people held, without listing them. */
  sizeOf(audienceId: string): number
  /** Deletes an audience, as a person in Ads Manager would. */
  deleteAudience(audienceId: string): void
  /** Flags an audience for integrity, which blocks uploads and edits. */
  flagAudience(audienceId: string): void
}

/** Audience ids of sandboxes with different seeds differ, so a remembered id never meets another's audience. */
const idBase = (seed: number): number =>
  1_000_000_000_000 + (Math.abs(seed) % 8_000_000) * 1_000_000

export function createModel(options: ModelOptions): Model {
  const { matching, countOnly, stateFile } = options
  const state = new State({
    accounts: (options.adAccounts ?? DEFAULT_ACCOUNTS).map(adAccount),
    tokens: [DEFAULT_TOKEN],
    membership: membershipFactory(matching, countOnly),
    externMemory: matching.kind === 'people' ? matching.externMemory : 'union',
    idBase: idBase(options.seed),
  })
  if (stateFile !== undefined) for (const change of readStateLog(stateFile)) state.apply(change)
  const log = stateFile === undefined ? undefined : compactStateLog(stateFile, state.snapshot())
  const now = (): number => options.now() + state.advanceMs
  return {
    state,
    countOnly,
    now,
    commit: (change) => {
      log?.append(change)
      state.apply(change)
    },
    audience: (id) => state.audience(id, now()),
    members: (id) => state.members(id, now()),
    close: () => log?.close(),
  }
}

const NOBODY: ReadonlySet<string> = new Set()

export function openModel(model: Model): SandboxModel {
  return {
    audienceIds: () => model.state.allAudienceIds(),
    audience: (id) => model.audience(id),
    rowsOf: (id) => [...(model.members(id)?.rows() ?? [])],
    peopleOf: (id) => model.members(id)?.people() ?? NOBODY,
    sizeOf: (id) => model.members(id)?.size ?? 0,
    deleteAudience: (id) => model.commit({ kind: 'audience-deleted', id }),
    flagAudience: (id) => {
      const record = model.audience(id)
      if (record !== undefined)
        model.commit({ kind: 'audience', record: { ...record, flagged: true } })
    },
  }
}
