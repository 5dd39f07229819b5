import type { Comparison } from '../comparison.ts'
import type { ActiveUnit, AggregateName } from './aggregate.ts'
import type { EventSelection } from './selection.ts'
import type { Window } from './window.ts'

/** What is counted or reckoned over a person's events. */
export type Measure =
  | { readonly kind: 'count' }
  | { readonly kind: 'aggregate'; readonly aggregate: AggregateName; readonly property: string }
  /** Calendar units in the workspace's zone with at least one event. */
  | { readonly kind: 'active'; readonly unit: ActiveUnit }

/** Events of a person that lie in every window. */
export interface WindowedEvents {
  readonly events: EventSelection
  readonly windows: readonly Window[]
}

/** A condition over what a person did. `did` alone is a count of at least 1, `did_not` one of 0. */
export type EventCondition = DidCondition

export interface DidCondition extends WindowedEvents {
  readonly kind: 'did'
  readonly measure: Measure
  readonly comparison: Comparison
}
