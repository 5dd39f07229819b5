import { durationMs } from '../../core/audience/duration.ts'
import { WINDOW_OPERATORS, type Window } from '../../core/audience/event/window.ts'
import { assertNever } from '../../core/exhaustive.ts'
import { calendarSpan, momentSpan } from '../calendar.ts'
import { cellOver, type Cell } from '../cell.ts'
import { compileOperator } from '../operator.ts'
import type { EvaluationContext, Scope } from '../scope.ts'
import type { Reach } from './facts.ts'

/** Clocks that run ahead: an event up to an hour from now counts at once, one further ahead from its time. */
const AHEAD_MS = 3_600_000

/** The last moment whose events count. */
export const lastMoment = ({ now }: Pick<EvaluationContext, 'now'>): number => now + AHEAD_MS

/** Where a window takes its start from, where it has one of the person's. */
export interface Starts {
  readonly firstSeen: () => string
  readonly trait: (name: string) => Cell
}

/** Whether an instant lies in a window, as SQL that may be null. */
export function inWindow(window: Window, instant: string, starts: Starts, scope: Scope): string {
  const { word, operand, from } = window
  if (word === 'within' && operand.kind === 'duration') {
    const length = durationMs(operand.duration) ?? 0
    if (from === null) return `${instant} > ${scope.bind(scope.now - length, 'integer')}`
    const start = from === 'first_seen' ? starts.firstSeen() : starts.trait(from.trait).instant()
    return `${instant} >= ${start} and ${instant} < ${start} + ${scope.bind(length, 'integer')}`
  }
  const cell = { ...cellOver(instant, 'number', scope), instant: () => instant }
  const comparison = { operator: WINDOW_OPERATORS[word], operand, ignoreCase: false }
  return compileOperator(comparison, cell, scope)
}

const EVER: Reach = { from: null, to: null }

/** The bounds of a window that are known beforehand. */
export function reachOf(
  { word, operand, from }: Window,
  { now, timeZone }: EvaluationContext,
): Reach {
  switch (operand.kind) {
    case 'duration':
      return from === null ? { from: now - (durationMs(operand.duration) ?? 0), to: null } : EVER
    case 'durations':
      return {
        from: now - (durationMs(operand.far) ?? 0),
        to: now - (durationMs(operand.near) ?? 0),
      }
    case 'moment': {
      if (typeof operand.moment !== 'string') return EVER
      const span = momentSpan(operand.moment, timeZone)
      return word === 'since' ? { from: span.from, to: null } : { from: null, to: span.to }
    }
    case 'moments':
      return {
        from: momentSpan(operand.from, timeZone).from,
        to: momentSpan(operand.to, timeZone).to,
      }
    case 'calendar':
      return calendarSpan(operand.unit, word === 'this' ? 0 : -1, { now, timeZone })
    default:
      return assertNever(operand)
  }
}

/** The bounds of all windows together. */
export function commonReach(windows: readonly Window[], context: EvaluationContext): Reach {
  const reaches = windows.map((window) => reachOf(window, context))
  const froms = reaches.flatMap(({ from }) => from ?? [])
  const tos = reaches.flatMap(({ to }) => to ?? [])
  return {
    from: froms.length === 0 ? null : Math.max(...froms),
    to: tos.length === 0 ? null : Math.min(...tos),
  }
}
