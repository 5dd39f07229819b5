import { comparisonWords } from '../../core/audience/comparison-words.ts'
import type { AggregateName } from '../../core/audience/event/aggregate.ts'
import type { EventCondition, WindowedEvents } from '../../core/audience/event/event-condition.ts'
import { OPERATORS } from '../../core/audience/operator.ts'
import type { Scope } from '../scope.ts'
import { counted, measuredCell, periodsCell } from './event-condition.ts'

/**
 * Which of the events that a condition looks at: `other` of a comparison of two numbers, those `before` and those `since` of
 * `stopped`, the `first` ever, a step of a sequence. What counts for a negated step is against it.
 */
export type EventPart =
  | 'events'
  | 'other'
  | 'before'
  | 'since'
  | 'first'
  | { readonly step: number; readonly negated: boolean }

/** What a condition reckons over a person's events, and what it wants of it. */
export interface EventMeasure {
  readonly part: EventPart
  /** As text, beside the row of the model; null where there is nothing to reckon with. */
  readonly sql: string
  /** What is counted, where it is not events: `weeks`. */
  readonly unit: string | null
  readonly wanted: string | null
  /** The property that it is a value of, as against a number that was reckoned. */
  readonly property: string | null
}

/** Of what they give nobody can tell a single value. */
const RECKONED: ReadonlySet<AggregateName> = new Set(['sum', 'avg', 'distinct'])

/** The values that decide a condition; none where events decide it one by one. */
export function measuresOf(condition: EventCondition, scope: Scope): readonly EventMeasure[] {
  switch (condition.kind) {
    case 'did': {
      const sql = measuredCell(condition, scope).text()
      const { measure, comparison } = condition
      const unit = measure.kind === 'active' ? `${measure.unit}s` : null
      const property =
        measure.kind === 'aggregate' && !RECKONED.has(measure.aggregate) ? measure.name : null
      return [{ part: 'events', sql, unit, wanted: comparisonWords(comparison), property }]
    }
    case 'relative': {
      const words = OPERATORS[condition.operator].words
      const wanted = words.replace('…', () => 'the number of the others')
      const sqlOf = (events: WindowedEvents): string => counted(events, scope).text()
      const plain = { unit: null, property: null }
      return [
        { part: 'events', sql: sqlOf(condition), wanted, ...plain },
        { part: 'other', sql: sqlOf(condition.other), wanted: null, ...plain },
      ]
    }
    case 'regular': {
      const sql = periodsCell(condition, scope).text()
      const wanted = comparisonWords(condition.periods)
      return [{ part: 'events', sql, unit: `${condition.per}s`, wanted, property: null }]
    }
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'sequence':
    case 'new_within':
      return []
  }
}
