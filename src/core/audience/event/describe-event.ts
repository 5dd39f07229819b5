import { assertNever } from '../../exhaustive.ts'
import { comparisonWords, operandWords } from '../comparison-words.ts'
import { durationWords } from '../duration.ts'
import { OPERATORS } from '../operator.ts'
import { AGGREGATES } from './aggregate.ts'
import type {
  AggregateMeasure,
  DidCondition,
  EventCondition,
  Measure,
  MeasuredEvents,
  SequenceCondition,
  WindowedEvents,
} from './event-condition.ts'
import { plainWord } from './plain-count.ts'
import type { EventSelection, EventWhere } from './selection.ts'
import { WINDOW_OPERATORS, type Window } from './window.ts'

function whereWords(where: EventWhere): string {
  switch (where.kind) {
    case 'all':
    case 'any':
      return where.of.map(partWords).join(where.kind === 'all' ? ' and ' : ' or ')
    case 'not':
      return `not (${whereWords(where.of)})`
    case 'property':
      return `${where.name} ${comparisonWords(where)}`
    case 'context':
      return `context ${where.name} ${comparisonWords(where)}`
    default:
      return assertNever(where)
  }
}

const partWords = (where: EventWhere): string =>
  (where.kind === 'all' || where.kind === 'any') && where.of.length > 1
    ? `(${whereWords(where)})`
    : whereWords(where)

function nameWords(names: EventSelection['names']): string {
  return names === null ? 'anything' : names.map((name) => `“${name}”`).join(' or ')
}

/** `within the last 30 days`. */
export function windowWords({ word, operand, from }: Window): string {
  if (from !== null) {
    const start = from === 'first_seen' ? 'first being seen' : `the value of ${from.trait}`
    return `within ${operandWords(operand)} of ${start}`
  }
  const words = OPERATORS[WINDOW_OPERATORS[word]].words.replace('…', () => operandWords(operand))
  return words.replace(/^is /, '')
}

/** `“Order Completed” (revenue is at least 50) within the last 30 days`. */
function eventsWords({ events, windows }: WindowedEvents): string {
  const { names, where, sources } = events
  const limits = [
    ...(where === null ? [] : [whereWords(where)]),
    ...(sources === null
      ? []
      : [`${sources.kind === 'include' ? '' : 'not '}from ${sources.of.join(' or ')}`]),
  ]
  const limited = limits.length === 0 ? '' : ` (${limits.join('; ')})`
  return [`${nameWords(names)}${limited}`, ...windows.map(windowWords)]
    .join(', ')
    .replace(/, /, ' ')
}

const aggregatedWords = ({ of, name, atLeast }: AggregateMeasure): string =>
  `${of === 'context' ? 'context ' : ''}${name}${atLeast === undefined ? '' : ` (at least ${atLeast} times)`}`

function measureWords(measure: Measure): string {
  switch (measure.kind) {
    case 'count':
      return 'the number of'
    case 'aggregate':
      return AGGREGATES[measure.aggregate].words.replace('…', () => aggregatedWords(measure))
    case 'active':
      return `the number of ${measure.unit}s with`
    default:
      return assertNever(measure)
  }
}

/** A condition over events in plain words. */
export function describeEvents(condition: EventCondition): string {
  switch (condition.kind) {
    case 'did':
      return didWords(condition)
    case 'relative': {
      const words = OPERATORS[condition.operator].words
      const other = `the number of ${eventsWords(condition.other)}`
      return `the number of ${eventsWords(condition)} ${words.replace('…', () => other)}`
    }
    case 'regular': {
      const { comparison, per, periods, of } = condition
      const counted = `the number of ${eventsWords(condition)} ${comparisonWords(comparison)}`
      return `the number of ${per}s among the last ${of} in which ${counted}, ${comparisonWords(periods)}`
    }
    case 'nth': {
      const when = condition.windows.map(windowWords).join(', ')
      const events = eventsWords({ ...condition, windows: [] })
      const { operator, operand } = condition.comparison
      if (operator === 'eq' && operand.kind === 'any' && operand.value === 1)
        return `did ${events} for the first time${when === '' ? '' : ` ${when}`}`
      const named = `${events} whose number, counted from the first ever, ${comparisonWords(condition.comparison)}`
      return `did ${named}${when === '' ? '' : `, ${when}`}`
    }
    case 'stopped': {
      const { events, within, hadWithin } = condition
      const words = `${durationWords(within)} to ${durationWords(hadWithin)} ago`
      return `stopped ${eventsWords({ events, windows: [] })}: did it ${words} and not since`
    }
    case 'resumed': {
      const { events, within, afterPause } = condition
      const when = `within the last ${durationWords(within)}`
      return `resumed ${eventsWords({ events, windows: [] })} ${when} after a pause of at least ${durationWords(afterPause)}`
    }
    case 'sequence':
      return sequenceWords(condition)
    case 'new_within':
      return `was first seen within the last ${durationWords(condition.within)}`
    default:
      return assertNever(condition)
  }
}

const ANCHOR_WORDS = { any: '', first: ', the first time', last: ', the last time' } as const

function sequenceWords({ steps, started, anchor }: SequenceCondition): string {
  const told = steps.map(({ negated, events, within }, index) => {
    const words = eventsWords({ events, windows: index === 0 ? started : [] })
    const soon = within === null ? '' : ` within ${durationWords(within)}`
    if (index === 0) return `did ${words}${ANCHOR_WORDS[anchor]}`
    return `${negated ? 'not' : 'then'} ${words}${soon}`
  })
  return told.join(', ')
}

/** What is made of a person's events, in words. */
export const describeMeasured = (measured: MeasuredEvents): string =>
  `${measureWords(measured.measure)} ${eventsWords(measured)}`

function didWords(condition: DidCondition): string {
  const { measure, comparison } = condition
  const plain = measure.kind === 'count' ? plainWord(comparison) : undefined
  if (plain !== undefined)
    return `${plain === 'did' ? 'did' : 'did not do'} ${eventsWords(condition)}`
  return `${describeMeasured(condition)} ${comparisonWords(comparison)}`
}
