import { durationMs } from '../../core/audience/duration.ts'
import {
  measureKind,
  type EventCondition,
  type Measure,
  type MeasuredEvents,
  type RegularCondition,
  type WindowedEvents,
} from '../../core/audience/event/event-condition.ts'
import { computedTrait } from '../../core/audience/computed/used-computed.ts'
import { AGGREGATES } from '../../core/audience/event/aggregate.ts'
import type { EventSelection } from '../../core/audience/event/selection.ts'
import { assertNever } from '../../core/exhaustive.ts'
import { cellOver, type Cell } from '../cell.ts'
import { calendarSpan } from '../calendar.ts'
import { compileOperator, signOf } from '../operator.ts'
import type { Scope } from '../scope.ts'
import { twoValued } from '../two-valued.ts'
import { isMeant } from './event-selection.ts'
import { compileSequence } from './sequence.ts'
import { eventCell } from './event-value.ts'
import { inWindow } from './event-window.ts'

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
      const { aggregate, of, name, atLeast } = measure
      const cell = eventCell(of, name, scope)
      const isNumber = AGGREGATES[aggregate].gives === 'number' && aggregate !== 'distinct'
      const value = isNumber ? cell.number() : cell.text()
      const least = atLeast === undefined ? null : scope.bind(atLeast, 'integer')
      return events.aggregate(aggregate, value, 'event.at', condition, least)
    }
    default:
      return assertNever(measure)
  }
}

/** Whether a person of whom there are no events has a value all the same: none is a number. */
const isCount = (measure: Measure): boolean =>
  measure.kind !== 'aggregate' || measure.aggregate === 'distinct'

/** A number that was reckoned, so that nobody has to see whether it is one. */
export const reckonedCell = (expression: string, scope: Scope): Cell => ({
  ...cellOver(expression, 'number', scope),
  number: () => expression,
})

/** The measure of a person's events as SQL beside the row of the model. */
function measuredSql({ events, windows, measure }: MeasuredEvents, scope: Scope): string {
  const key = JSON.stringify([measure, events, windows])
  const column = scope.facts.aggregate(key, () =>
    aggregateSql(measure, isMeant({ events, windows }, scope), scope),
  )
  return isCount(measure) ? `coalesce(facts.${column}, 0)` : `facts.${column}`
}

/** A computed trait of the model as SQL beside its row. */
export function computedSql(name: string, scope: Scope): string {
  const measured = computedTrait(name, scope.model)
  if (measured === undefined) throw new Error(`"${scope.model.name}" computes no "${name}"`)
  return measuredSql(measured, scope)
}

/** The measure of a person's events as a cell. */
export function measuredCell(measured: MeasuredEvents, scope: Scope): Cell {
  const sql = measuredSql(measured, scope)
  const kind = measureKind(measured.measure)
  return kind === 'number' ? reckonedCell(sql, scope) : cellOver(sql, kind, scope)
}

/** A condition over events as a boolean over the row of the model and its facts; never null. */
export function compileEvents(condition: EventCondition, scope: Scope): string {
  switch (condition.kind) {
    case 'did':
      return twoValued(compileOperator(condition.comparison, measuredCell(condition, scope), scope))
    case 'relative': {
      const [one, other] = [counted(condition, scope), counted(condition.other, scope)]
      return `${one.number()} ${signOf(condition.operator)} ${other.number()}`
    }
    case 'regular':
      return twoValued(compileOperator(condition.periods, periodsCell(condition, scope), scope))
    case 'nth':
      return compileNth(condition, scope)
    case 'stopped': {
      const { events, within, hadWithin } = condition
      const before = { kind: 'durations', near: within, far: hadWithin } as const
      const had = counted(
        { events, windows: [{ word: 'ago', operand: before, from: null }] },
        scope,
      )
      const since = { kind: 'duration', duration: within } as const
      const has = counted(
        { events, windows: [{ word: 'within', operand: since, from: null }] },
        scope,
      )
      return `(${had.number()} > 0 and ${has.number()} = 0)`
    }
    case 'resumed': {
      const { events, within, afterPause } = condition
      const start = scope.bind(scope.now - (durationMs(within) ?? 0), 'integer')
      const pause = scope.bind(durationMs(afterPause) ?? 0, 'integer')
      return twoValued(
        scope.dialect.events.anyInstant(
          instantsOf(events, scope),
          (instant, _, before) => `${instant} > ${start} and ${instant} - ${before} >= ${pause}`,
        ),
      )
    }
    case 'sequence':
      return twoValued(`facts.${compileSequence(condition, scope)}`)
    case 'new_within': {
      const start = scope.bind(scope.now - (durationMs(condition.within) ?? 0), 'integer')
      return twoValued(`${firstSeen(scope)} > ${start}`)
    }
    default:
      return assertNever(condition)
  }
}

/** How many there are. */
export const counted = (events: WindowedEvents, scope: Scope): Cell =>
  measuredCell(
    { events: events.events, windows: events.windows, measure: { kind: 'count' } },
    scope,
  )

/** How many of the last calendar units are as wanted: each is a window of its own. */
export function periodsCell(
  { events, windows, comparison, per, of }: RegularCondition,
  scope: Scope,
): Cell {
  const met = Array.from({ length: of }, (_, back) => {
    const span = calendarSpan(per, -back, scope)
    const column = scope.facts.aggregate(JSON.stringify([events, windows, per, back]), () =>
      scope.dialect.events.countIf(isMeant({ events, windows }, scope, span)),
    )
    const count = reckonedCell(`coalesce(facts.${column}, 0)`, scope)
    return `case when ${compileOperator(comparison, count, scope)} then 1 else 0 end`
  })
  return reckonedCell(`(${met.join(' + ')})`, scope)
}

/** The moments of all a person's events of a selection, from the first ever. */
function instantsOf(events: EventSelection, scope: Scope): string {
  const column = scope.facts.aggregate(JSON.stringify(['instants', events]), () =>
    scope.dialect.events.instants('event.at', isMeant({ events, windows: [] }, scope)),
  )
  return `facts.${column}`
}

/** When the person was first heard of. */
function firstSeen(scope: Scope): string {
  const column = scope.facts.aggregate('first seen', () => {
    scope.facts.cover({ names: null, from: null, to: null })
    return scope.dialect.events.earliest('event.at')
  })
  return `facts.${column}`
}

function compileNth(
  { events, windows, comparison }: Extract<EventCondition, { readonly kind: 'nth' }>,
  scope: Scope,
): string {
  const starts = { firstSeen: () => firstSeen(scope), trait: scope.trait }
  const holds = (instant: string, place: string): string => {
    const inWindows = windows.map((window) => inWindow(window, instant, starts, scope))
    const number = reckonedCell(place, scope)
    return [compileOperator(comparison, number, scope), ...inWindows].join(' and ')
  }
  return twoValued(scope.dialect.events.anyInstant(instantsOf(events, scope), holds))
}
