import { assertNever } from '../../exhaustive.ts'
import type { Comparison } from '../comparison.ts'
import { writeOperand } from '../operand.ts'
import type { Written } from '../written.ts'
import { ACTIVE_UNITS, type ActiveUnit } from './aggregate.ts'
import type {
  AggregateMeasure,
  EventCondition,
  Measure,
  MeasuredEvents,
  WindowedEvents,
} from './event-condition.ts'
import { plainWord } from './plain-count.ts'
import type { EventSelection, EventWhere } from './selection.ts'
import type { Window } from './window.ts'

/** A comparison as it is written beside its subject. */
export function writeComparison({ operator, operand, ignoreCase }: Comparison): Written {
  return { [operator]: writeOperand(operand), ...(ignoreCase ? { ignore_case: true } : {}) }
}

function writeWhere(where: EventWhere): Written {
  switch (where.kind) {
    case 'all':
    case 'any':
      return { [where.kind]: where.of.map(writeWhere) }
    case 'not':
      return { not: writeWhere(where.of) }
    case 'property':
    case 'context':
      return { [where.kind]: where.name, ...writeComparison(where) }
    default:
      return assertNever(where)
  }
}

function writeSelection(word: string, { names, where, sources }: EventSelection): Written {
  // The name "any" alone would be every name.
  const named = names?.length === 1 && names[0] !== 'any' ? names[0] : (names ?? 'any')
  return {
    [word]: named,
    ...(where === null ? {} : { where: writeWhere(where) }),
    ...(sources === null ? {} : { sources: { [sources.kind]: sources.of } }),
  }
}

export const writeWindows = (windows: readonly Window[]): Written =>
  Object.assign(
    {},
    ...windows.map(({ word, operand, from }) => ({
      [word]: writeOperand(operand),
      ...(from === null ? {} : { from }),
    })),
  )

const writeAggregated = ({ of, name, atLeast }: AggregateMeasure): Written => ({
  [of]: name,
  ...(atLeast === undefined ? {} : { at_least: atLeast }),
})

const activeWord = (unit: ActiveUnit): string =>
  Object.entries(ACTIVE_UNITS).find(([, known]) => known === unit)?.[0] ?? 'active_days'

/** What is made of the events, with nothing to compare it with; a count is what is meant where nothing is written. */
function writeBareMeasure(measure: Measure): Written {
  switch (measure.kind) {
    case 'count':
      return {}
    case 'aggregate':
      return { [measure.aggregate]: writeAggregated(measure) }
    case 'active':
      return { [activeWord(measure.unit)]: true }
    default:
      return assertNever(measure)
  }
}

function writeMeasure(measure: Measure, comparison: Comparison): Written {
  const written = writeComparison(comparison)
  switch (measure.kind) {
    case 'count':
      return { count: written }
    case 'aggregate':
      return { [measure.aggregate]: { ...writeAggregated(measure), ...written } }
    case 'active':
      return { [activeWord(measure.unit)]: written }
    default:
      return assertNever(measure)
  }
}

/** A condition over events as it is written in a file. */
export function writeEventCondition(condition: EventCondition): Written {
  switch (condition.kind) {
    case 'did': {
      const { measure, comparison } = condition
      const plain = measure.kind === 'count' ? plainWord(comparison) : undefined
      return plain === undefined
        ? { ...writeWindowed(condition), ...writeMeasure(measure, comparison) }
        : writeWindowed(condition, plain)
    }
    case 'relative':
      return {
        ...writeWindowed(condition),
        count: { [condition.operator]: writeWindowed(condition.other) },
      }
    case 'regular': {
      const { comparison, per, periods, of } = condition
      const counted = { count: writeComparison(comparison), per }
      return {
        ...writeWindowed(condition),
        ...counted,
        periods: { ...writeComparison(periods), of },
      }
    }
    case 'nth':
      return { ...writeWindowed(condition), nth: writeComparison(condition.comparison) }
    case 'stopped': {
      const { events, within, hadWithin } = condition
      return { ...writeSelection('stopped', events), within, had_within: hadWithin }
    }
    case 'resumed': {
      const { events, within, afterPause } = condition
      return { ...writeSelection('resumed', events), within, after_pause: afterPause }
    }
    case 'new_within':
      return { new_within: condition.within }
    case 'sequence': {
      const { steps, started, anchor } = condition
      return {
        sequence: steps.map(({ negated, events, within }) => ({
          ...writeSelection(negated ? 'did_not' : 'did', events),
          ...(within === null ? {} : { within }),
        })),
        ...(started.length === 0 ? {} : { started: writeWindows(started) }),
        ...(anchor === 'any' ? {} : { anchor }),
      }
    }
    default:
      return assertNever(condition)
  }
}

/** Events and what is made of them, as they are written in a ranking and as a computed trait. */
export const writeMeasured = (measured: MeasuredEvents): Written => ({
  ...writeWindowed(measured),
  ...writeBareMeasure(measured.measure),
})

/** Which events are meant, and when, as it is written beside `did`. */
const writeWindowed = ({ events, windows }: WindowedEvents, word = 'did'): Written => ({
  ...writeSelection(word, events),
  ...writeWindows(windows),
})
