import type { MeasuredEvents } from '../event/event-condition.ts'

/** What people are ranked by; it is read as a number. */
export type RankedBy =
  | { readonly kind: 'trait'; readonly trait: string }
  | { readonly kind: 'events'; readonly measured: MeasuredEvents }

/** How much of the ranking is meant. */
export type TopShare =
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'count'; readonly count: number }
  /** Counted from the lowest: 80 to 100 is the first fifth. */
  | { readonly kind: 'percentile'; readonly from: number; readonly to: number }

/**
 * The people with the greatest values. `Of` is a condition: who takes part in the ranking; null is everyone. Whoever has
 * no value takes no part.
 */
export interface TopCondition<Of> {
  readonly kind: 'top'
  readonly by: RankedBy
  readonly share: TopShare
  readonly of: Of | null
}

/** Percentages are exact to this part of one, so that every engine rounds alike. */
export const PERCENT_PARTS = 1000
