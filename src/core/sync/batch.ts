/**
 * What the journal keeps of each request: its intent before it is sent, its outcome after. A batch is a range of positions
 * in a plan; a repeated or halved request is a batch of its own, since each can take effect for itself.
 */
export interface BatchIntent {
  readonly operation: 'add' | 'remove' | 'replace'
  /** First position in the plan, and how many rows. */
  readonly offset: number
  readonly count: number
  readonly intendedAt: number
  /** Positions whose outcome an unsettled opposite request may still undo: an acceptance does not count for them. */
  readonly fenced: readonly number[]
}

export type BatchOutcome =
  | {
      readonly kind: 'accepted'
      readonly at: number
      readonly received: number
      readonly invalid: number
      /** Positions that the platform called invalid, and why. */
      readonly named: readonly { readonly position: number; readonly reason: string }[]
    }
  /** May take effect until `settlesAt`. */
  | {
      readonly kind: 'unknown'
      readonly at: number
      readonly settlesAt: number
      readonly message: string
    }
  /** Took no effect. */
  | {
      readonly kind: 'refused'
      readonly at: number
      readonly code: string
      readonly message: string
    }
  /** Accepted in part with too few rows named: its halves follow as batches of their own. */
  | { readonly kind: 'halved'; readonly at: number }

export interface Batch extends BatchIntent {
  readonly sequence: number
  /** Undefined while the request is under way, or when its worker died. */
  readonly outcome: BatchOutcome | undefined
}

/** Can this batch still take effect, now or later? */
export function isUnsettled({ outcome }: Batch, now: number): boolean {
  return outcome === undefined || (outcome.kind === 'unknown' && outcome.settlesAt > now)
}
