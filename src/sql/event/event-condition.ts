import type {
  DidCondition,
  EventCondition,
  Measure,
} from '../../core/audience/event/event-condition.ts'
import { AGGREGATES } from '../../core/audience/event/aggregate.ts'
import { assertNever } from '../../core/exhaustive.ts'
import { cellOver, type Cell } from '../cell.ts'
import { compileOperator } from '../operator.ts'
import type { Scope } from '../scope.ts'
import { twoValued } from '../two-valued.ts'
import { isMeant } from './event-selection.ts'
import { eventCell } from './event-value.ts'

/** An aggregate over the events for which a condition holds. */
function aggregateSql(measure: Measure, condition: string, scope: Scope): string {
  const { events } = scope.dialect
  switch (measure.kind) {
    case 'count':
      return events.countIf(condition)
    case 'active': {
      const zone = scope.bind(scope.timeZone, 'text')
      return events.countDistinct(events.calendarUnit('event.at', measure.unit, zone), condition)
    }
    case 'aggregate': {
      const { aggregate, property } = measure
      const cell = eventCell('property', property, scope)
      const reads = AGGREGATES[aggregate].gives === 'text' || aggregate === 'distinct'
      return events.aggregate(aggregate, reads ? cell.text() : cell.number(), 'event.at', condition)
    }
    default:
      return assertNever(measure)
  }
}

/** Whether a person of whom there are no events has a value all the same: none is a number. */
const isCount = (measure: Measure): boolean =>
  measure.kind !== 'aggregate' || measure.aggregate === 'distinct'

/** The measure of a person's events, as a cell beside the row of the model. */
function measured(
  { events, windows, measure }: Omit<DidCondition, 'kind' | 'comparison'>,
  scope: Scope,
): Cell {
  const key = JSON.stringify([measure, events, windows])
  const column = scope.facts.aggregate(key, () =>
    aggregateSql(measure, isMeant({ events, windows }, scope), scope),
  )
  const own = `facts.${column}`
  if (isCount(measure)) return cellOver(`coalesce(${own}, 0)`, 'number', scope)
  const isText = measure.kind === 'aggregate' && AGGREGATES[measure.aggregate].gives === 'text'
  return cellOver(own, isText ? 'text' : 'number', scope)
}

/** A condition over events as a boolean over the row of the model and its facts; never null. */
export function compileEvents(condition: EventCondition, scope: Scope): string {
  return twoValued(compileOperator(condition.comparison, measured(condition, scope), scope))
}
