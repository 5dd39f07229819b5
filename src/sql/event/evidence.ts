import { durationMs } from '../../core/audience/duration.ts'
import type {
  EventCondition,
  SequenceCondition,
  WindowedEvents,
} from '../../core/audience/event/event-condition.ts'
import { valuesOf, type EventValue } from '../../core/audience/event/walk-event.ts'
import { calendarSpan } from '../calendar.ts'
import { compileOperator } from '../operator.ts'
import type { Query } from '../query.ts'
import type { Scope } from '../scope.ts'
import { reckonedCell } from './event-condition.ts'
import { eventsSql } from './event-scan.ts'
import { isMeant, isSelected } from './event-selection.ts'
import { eventCell } from './event-value.ts'
import type { EventPart } from './measures.ts'
import { stepReferencesOf } from './step-fields.ts'

/** The event that a step found. */
interface FoundEvent {
  readonly at: number
  readonly id: string
}

/** By the number of a step, the event that it found. */
export type FoundSteps = ReadonlyMap<number, FoundEvent>

/** Reads one way through a sequence, as `traceSequence` gives it. */
export function foundSteps(way: string): FoundSteps {
  const fields = new Map(Object.entries<unknown>(JSON.parse(way)))
  return new Map(
    [...fields].flatMap(([name, at]): [number, FoundEvent][] => {
      const step = /^at(\d+)$/.exec(name)?.[1]
      if (step === undefined) return []
      return [[Number(step), { at: Number(at), id: String(fields.get(`id${step}`)) }]]
    }),
  )
}

/** Some events of a person, and how near each comes to what a condition wants. All SQL is over `event`, and may be null. */
interface Group {
  readonly part: EventPart
  readonly values: readonly EventValue[]
  readonly named: string
  readonly selected: string
  readonly meant: string
}

/** How near an event comes: one that counts, one at another time or place, one of the name that is otherwise not as wanted. */
const NEARNESS = { counts: 3, elsewhere: 2, unlike: 1 } as const

export type Nearness = keyof typeof NEARNESS

interface ShownGroup {
  readonly part: EventPart
  /** The column with the nearness as a number; 0 where the event has nothing to do with the group. */
  readonly nearness: string
  /** The column that says how many events are as near. */
  readonly alike: string
  /** The values that the condition reads, as text. */
  readonly values: readonly (EventValue & { readonly column: string })[]
}

/** One row for each of a few events, in the order of time: `at` in milliseconds, `name`, `id`, and what the columns of groups say. */
export interface EvidenceQuery extends Query {
  /** Of each condition. */
  readonly groups: readonly (readonly ShownGroup[])[]
}

/** The word for a number of the answer; null for 0. */
export const nearnessOf = (number: number): Nearness | null => {
  if (number === NEARNESS.counts) return 'counts'
  if (number === NEARNESS.elsewhere) return 'elsewhere'
  return number === NEARNESS.unlike ? 'unlike' : null
}

/** Events in windows, whatever else decides. */
function windowed(
  part: EventPart,
  { events, windows }: WindowedEvents,
  scope: Scope,
  further: (selected: string) => string | null = () => null,
): Group {
  const selected = isSelected(events, scope)
  const more = further(selected)
  const meant = isMeant({ events, windows }, scope)
  return {
    part,
    values: valuesOf(events),
    named: isSelected({ ...events, where: null, sources: null }, scope),
    selected,
    meant: more === null ? meant : `${meant} and ${more}`,
  }
}

/** A value of each event among those that are selected, in the order of time. */
const among = (expression: string, selected: string): string =>
  `${expression} over (partition by coalesce(${selected}, false) order by event.at, event.id)`

/** The events that a condition looks at. */
function groupsOf(condition: EventCondition, found: FoundSteps, scope: Scope): readonly Group[] {
  const bound = (ms: number): string => scope.bind(ms, 'integer')
  const back = (duration: string): number => scope.now - (durationMs(duration) ?? 0)
  switch (condition.kind) {
    case 'did': {
      const group = windowed('events', condition, scope)
      if (condition.measure.kind !== 'aggregate') return [group]
      const { of, name } = condition.measure
      return [{ ...group, values: [{ of, name }, ...group.values] }]
    }
    case 'relative':
      return [windowed('events', condition, scope), windowed('other', condition.other, scope)]
    case 'regular': {
      const { per, of } = condition
      const [first, last] = [calendarSpan(per, 1 - of, scope), calendarSpan(per, 0, scope)]
      const inPeriods = `event.at >= ${bound(first.from)} and event.at < ${bound(last.to)}`
      return [windowed('events', condition, scope, () => inPeriods)]
    }
    case 'nth':
      return [
        windowed('events', condition, scope, (selected) => {
          const place = reckonedCell(among('row_number()', selected), scope)
          return compileOperator(condition.comparison, place, scope)
        }),
      ]
    case 'stopped': {
      const { events, within, hadWithin } = condition
      const before = { kind: 'durations', near: within, far: hadWithin } as const
      const since = { kind: 'duration', duration: within } as const
      return [
        windowed(
          'before',
          { events, windows: [{ word: 'ago', operand: before, from: null }] },
          scope,
        ),
        windowed(
          'since',
          { events, windows: [{ word: 'within', operand: since, from: null }] },
          scope,
        ),
      ]
    }
    case 'resumed': {
      const { events, within, afterPause } = condition
      return [
        windowed('events', { events, windows: [] }, scope, (selected) => {
          const pause = `event.at - ${among('lag(event.at)', selected)}`
          return `event.at > ${bound(back(within))} and ${pause} >= ${bound(durationMs(afterPause) ?? 0)}`
        }),
      ]
    }
    case 'new_within': {
      const isFirst = 'event.at = min(event.at) over ()'
      const meant = `${isFirst} and event.at > ${bound(back(condition.within))}`
      return [{ part: 'first', values: [], named: isFirst, selected: isFirst, meant }]
    }
    case 'sequence':
      return stepGroups(condition, found, scope)
  }
}

/** For each step the event that it found; for one that must not be, the events that are against it. */
function stepGroups(
  { steps, started }: SequenceCondition,
  found: FoundSteps,
  scope: Scope,
): readonly Group[] {
  const bound = (ms: number): string => scope.bind(ms, 'integer')
  let last: FoundEvent | undefined
  return steps.map(({ negated, events, within }, index) => {
    const step = index + 1
    const refers = stepReferencesOf(events.where)
    // What an earlier event had is not at hand here.
    const alone = refers.length > 0 ? { ...events, where: null } : events
    const windows = step === 1 ? started : []
    const asked = steps.flatMap((later) =>
      stepReferencesOf(later.events.where).flatMap((reference): EventValue[] =>
        reference.step === step ? [{ of: 'property', name: reference.property }] : [],
      ),
    )
    const own = found.get(step)
    const next = steps.findIndex((later, at) => at > index && !later.negated) + 1
    const before = last
    const isFound = (): string =>
      own === undefined
        ? 'false'
        : `event.at = ${bound(own.at)} and event.id = ${scope.bind(own.id, 'text')}`
    const isAgainst = (): string => {
      if (before === undefined || refers.length > 0) return 'false'
      const end =
        within === null ? (found.get(next)?.at ?? scope.now) : before.at + (durationMs(within) ?? 0)
      return `event.at > ${bound(before.at)} and event.at <= ${bound(end)}`
    }
    const decides = negated ? isAgainst : isFound
    const group = windowed({ step, negated }, { events: alone, windows }, scope, decides)
    if (!negated) last = own
    return { ...group, values: [...asked, ...valuesOf(events)] }
  })
}

/**
 * The events of one person that conditions look at: of each group a few of those that count and of those that nearly do, the
 * latest first to be taken.
 * @param scope over the model of the person, for this query alone
 */
export function evidenceQuery(
  wanted: readonly { readonly condition: EventCondition; readonly found: FoundSteps }[],
  scope: Scope,
  person: string,
  most: number,
): EvidenceQuery {
  scope.facts.only(scope.bind(person, 'text'))
  const groups = wanted.map(({ condition, found }) => groupsOf(condition, found, scope))
  // What does not count is shown too, from whenever it is.
  scope.facts.cover({ names: scope.facts.coverage.names, from: null, to: null })
  const judged: string[] = []
  const add = (sql: string, letter: string): string => {
    const column = `${letter}${judged.length}`
    judged.push(`${sql} as ${column}`)
    return column
  }
  const texts = new Map<string, string>()
  const textOf = ({ of, name }: EventValue): string => {
    const key = `${of} ${name}`
    const column = texts.get(key) ?? add(eventCell(of, name, scope).text(), 't')
    texts.set(key, column)
    return column
  }
  const ranks: string[] = []
  const few: string[] = []
  const shown = ({ part, values, named, selected, meant }: Group): ShownGroup => {
    const { counts, elsewhere, unlike } = NEARNESS
    const nearness = add(
      `case when ${meant} then ${counts} when ${selected} then ${elsewhere} when ${named} then ${unlike} else 0 end`,
      'k',
    )
    const [rank, alike] = [`r_${nearness}`, `n_${nearness}`]
    ranks.push(
      `row_number() over (partition by ${nearness} order by judged.at desc, judged.id desc) as ${rank}`,
      `count(*) over (partition by ${nearness}) as ${alike}`,
    )
    few.push(`(${nearness} > 0 and ${rank} <= ${scope.bind(most, 'integer')})`)
    const each = new Map(values.map((value) => [textOf(value), value]))
    const read = [...each].map(([column, value]) => ({ ...value, column }))
    return { part, nearness, alike, values: read }
  }
  const columns = groups.map((own) => own.map(shown))
  const events = `select event.at as at, event.name as name, event.id as id, ${judged.join(', ')} from ${eventsSql(scope)}`
  const ranked = `select *, ${ranks.join(', ')} from (${events}) as judged`
  const sql = `select * from (${ranked}) as ranked where ${few.join(' or ')} order by ranked.at, ranked.id`
  return { sql, parameters: scope.parameters.values(), groups: columns }
}
