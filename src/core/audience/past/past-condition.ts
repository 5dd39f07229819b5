import type { Comparison } from '../comparison.ts'
import type { Window } from '../event/window.ts'

/** How long something has been so; durations are as written. */
export type Lasting =
  | { readonly operator: 'gt' | 'gte' | 'lt' | 'lte'; readonly duration: string }
  | { readonly operator: 'between'; readonly from: string; readonly to: string }

/** What is asked of the values that a trait has and had. All comparisons are of one value. */
interface Past {
  readonly trait: string
  readonly comparisons: readonly Comparison[]
}

/** A condition over the history of a trait. */
export type PastCondition =
  /** It is so now, and has been so without a break for such a time. */
  | (Past & { readonly kind: 'held_for'; readonly lasting: readonly Lasting[] })
  /** It was so at some moment that lies in every window. */
  | (Past & { readonly kind: 'ever'; readonly windows: readonly Window[] })
