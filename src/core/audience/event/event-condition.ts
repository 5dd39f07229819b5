import type { Comparison } from '../comparison.ts'
import type { CalendarUnit } from '../operand-shape.ts'
import { AGGREGATES, type ActiveUnit, type AggregateName } from './aggregate.ts'
import type { EventSelection } from './selection.ts'
import type { Window } from './window.ts'

/** What is counted or reckoned over a person's events. */
export type Measure =
  | { readonly kind: 'count' }
  | AggregateMeasure
  /** Calendar units in the workspace's zone with at least one event. */
  | { readonly kind: 'active'; readonly unit: ActiveUnit }

/** What is made of a property of the events, or of a part of their context. */
export interface AggregateMeasure {
  readonly kind: 'aggregate'
  readonly aggregate: AggregateName
  readonly of: 'property' | 'context'
  readonly name: string
  /** Of `most_frequent`: what was there less often does not count; absent: once is enough. */
  readonly atLeast?: number
}

/** What a measure gives. */
export function measureKind(measure: Measure): 'number' | 'text' | 'list' {
  return measure.kind === 'aggregate' ? AGGREGATES[measure.aggregate].gives : 'number'
}

/** Events of a person that lie in every window. */
export interface WindowedEvents {
  readonly events: EventSelection
  readonly windows: readonly Window[]
}

/** Events, and what is made of them. */
export interface MeasuredEvents extends WindowedEvents {
  readonly measure: Measure
}

/** Operators between two numbers that are both counted. */
export const RELATIVE_OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const

type RelativeOperator = (typeof RELATIVE_OPERATORS)[number]

/** A condition over what a person did. */
export type EventCondition =
  | DidCondition
  /** There are more of these than of others, or fewer. */
  | (WindowedEvents & {
      readonly kind: 'relative'
      readonly operator: RelativeOperator
      readonly other: WindowedEvents
    })
  | RegularCondition
  /** One of the events that the comparison holds for, counted from the person's first ever, lies in the windows. */
  | (WindowedEvents & { readonly kind: 'nth'; readonly comparison: Comparison })
  /** Did it between `hadWithin` and `within` ago, and not since. Durations are as written. */
  | {
      readonly kind: 'stopped'
      readonly events: EventSelection
      readonly within: string
      readonly hadWithin: string
    }
  /** Did it within `within`, and not for `afterPause` before that one. */
  | {
      readonly kind: 'resumed'
      readonly events: EventSelection
      readonly within: string
      readonly afterPause: string
    }
  | SequenceCondition
  /** Their first event, of any name, is no older. */
  | { readonly kind: 'new_within'; readonly within: string }

/** `did` alone is a count of at least 1, `did_not` one of 0. */
export interface DidCondition extends MeasuredEvents {
  readonly kind: 'did'
  readonly comparison: Comparison
}

/** One step of a sequence: an event that follows, or one that does not. */
export interface SequenceStep {
  readonly negated: boolean
  readonly events: EventSelection
  /** Since the event of the step before, as written; null until now, or for a negated step until the next one. */
  readonly within: string | null
}

export const ANCHORS = ['any', 'first', 'last'] as const

/** A start that is followed as described: some start, or the first or the last of them. */
export interface SequenceCondition {
  readonly kind: 'sequence'
  readonly steps: readonly SequenceStep[]
  /** When the first step must have happened. */
  readonly started: readonly Window[]
  readonly anchor: (typeof ANCHORS)[number]
}

/** In some of the last calendar units, this one among them, the count is as wanted. */
export interface RegularCondition extends WindowedEvents {
  readonly kind: 'regular'
  readonly comparison: Comparison
  readonly per: CalendarUnit
  readonly periods: Comparison
  readonly of: number
}
