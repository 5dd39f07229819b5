/**
 * What conditions over events mean, a second time: in memory, one person after the other, written from the language's page and not
 * from the compiler.
 */
import type {
  AggregateMeasure,
  EventCondition,
  Measure,
  MeasuredEvents,
  SequenceCondition,
  WindowedEvents,
} from '../../src/core/audience/event/event-condition.ts'
import type { EventSelection, EventWhere } from '../../src/core/audience/event/selection.ts'
import type { Window } from '../../src/core/audience/event/window.ts'
import {
  asMoment,
  asNumber,
  asText,
  calendarPage,
  compared,
  compares,
  instantOf,
  lengthOf,
  read,
  wallDay,
  type Cell,
  type Look,
} from './comparison-meaning.ts'

/** One event, as it stands in the data. */
export interface Happening {
  readonly name: string | null
  readonly time: Cell
  readonly id: string | null
  readonly source: string | null
  readonly properties: Readonly<Record<string, Cell>>
  readonly context: Readonly<Record<string, Cell>>
}

interface Setting {
  readonly now: number
  readonly timeZone: string
}

/** An event with its moment known. */
interface Dated extends Happening {
  readonly at: number
}

const HOUR = 3_600_000

/** What has a time that can be read, and is no further ahead than an hour. */
function dated(events: readonly Happening[], { now, timeZone }: Setting): readonly Dated[] {
  return events.flatMap((event) => {
    const moment = asMoment(event.time)
    if (moment === null) return []
    const at = instantOf(moment, timeZone)
    return at <= now + HOUR ? [{ ...event, at }] : []
  })
}

/** Whether a person who did this meets the condition. */
export function measuredOf(
  condition: MeasuredEvents,
  events: readonly Happening[],
  look: Look,
  setting: Setting,
): Cell {
  const chosen = meantOf(condition, dated(events, setting), look, setting)
  return measured(condition.measure, chosen, setting)
}

/** The events of a selection that lie in its windows, with their moments. */
export function chosenOf(
  wanted: WindowedEvents,
  events: readonly Happening[],
  look: Look,
  setting: Setting,
): readonly Dated[] {
  return meantOf(wanted, dated(events, setting), look, setting)
}

/** Whether what a person did is as a condition wants it. */
export function meetsEvents(
  condition: EventCondition,
  events: readonly Happening[],
  look: Look,
  setting: Setting,
): boolean {
  const history = dated(events, setting)
  const chosen = (wanted: WindowedEvents) => meantOf(wanted, history, look, setting)
  switch (condition.kind) {
    case 'did': {
      const value = measured(condition.measure, chosen(condition), setting)
      return compares(condition.comparison, value, look, setting)
    }
    case 'relative': {
      const [one, other] = [chosen(condition).length, chosen(condition.other).length]
      if (condition.operator === 'eq') return one === other
      return condition.operator === 'ne' ? one !== other : compared(condition.operator, one, other)
    }
    case 'regular': {
      const { comparison, per, periods, of } = condition
      const page = (day: string) => Number(calendarPage(per, day, false))
      const today = page(wallDay(setting.now, setting.timeZone))
      const pages = chosen(condition).map(({ at }) => page(wallDay(at, setting.timeZone)))
      const met = Array.from({ length: of }, (_, back) => today - back).filter((one) =>
        compares(comparison, pages.filter((other) => other === one).length, look, setting),
      )
      return compares(periods, met.length, look, setting)
    }
    case 'nth': {
      const all = inOrder(chosen({ events: condition.events, windows: [] }))
      const inWindows = new Set(chosen(condition))
      return all.some(
        (event, index) =>
          inWindows.has(event) && compares(condition.comparison, index + 1, look, setting),
      )
    }
    case 'stopped': {
      const ages = chosen({ events: condition.events, windows: [] }).map(
        ({ at }) => setting.now - at,
      )
      const [within, had] = [lengthOf(condition.within), lengthOf(condition.hadWithin)]
      return !ages.some((age) => age < within) && ages.some((age) => age < had)
    }
    case 'resumed': {
      const all = inOrder(chosen({ events: condition.events, windows: [] }))
      return all.some(({ at }, index) => {
        const before = all[index - 1]?.at
        const isLate = before !== undefined && at - before >= lengthOf(condition.afterPause)
        return isLate && at > setting.now - lengthOf(condition.within)
      })
    }
    case 'sequence':
      return meetsSequence(condition, history, look, setting)
    case 'new_within':
      return (
        history.length > 0 &&
        history.every(({ at }) => at > setting.now - lengthOf(condition.within))
      )
  }
}

/** By time, and at one moment by id. */
const isAfter = (one: Dated, other: Dated): boolean =>
  one.at > other.at || (one.at === other.at && compareTexts(one.id ?? '', other.id ?? '') > 0)

/** Tries every choice of events for the steps, one step after the other. */
function meetsSequence(
  { steps, started, anchor }: SequenceCondition,
  history: readonly Dated[],
  look: Look,
  setting: Setting,
): boolean {
  const { now } = setting
  /** Whether the rest can be done, where `found` has the event of each step so far. */
  const follows = (
    index: number,
    found: ReadonlyMap<number, Dated>,
    last: Dated,
    barred: readonly ((event: Dated) => boolean)[],
  ): boolean => {
    const lookHere: Look = (reference) =>
      'step' in reference
        ? read(found.get(reference.step)?.properties ?? {}, reference.property)
        : look(reference)
    const step = steps[index]
    if (step === undefined) {
      return !history.some(
        (event) => isAfter(event, last) && barred.some((isBarred) => isBarred(event)),
      )
    }
    const end = step.within === null ? null : last.at + lengthOf(step.within)
    const isOfStep = (event: Dated): boolean =>
      isSelected(step.events, event, lookHere, setting) &&
      isAfter(event, last) &&
      (end === null || event.at <= end)
    if (step.negated) {
      if (end === null) return follows(index + 1, found, last, [...barred, isOfStep])
      return end <= now && !history.some(isOfStep) && follows(index + 1, found, last, barred)
    }
    return history.some(
      (event) =>
        isOfStep(event) &&
        !history.some(
          (between) =>
            isAfter(between, last) &&
            isAfter(event, between) &&
            barred.some((isBarred) => isBarred(between)),
        ) &&
        follows(index + 1, new Map([...found, [index + 1, event]]), event, []),
    )
  }
  const [first] = steps
  if (first === undefined) return false
  const starts = meantOf({ events: first.events, windows: started }, history, look, setting)
  // Several that nothing tells apart in time are the first, or the last, together.
  const chosen = starts.filter(
    (start) =>
      anchor === 'any' ||
      !starts.some((other) => (anchor === 'first' ? isAfter(start, other) : isAfter(other, start))),
  )
  return chosen.some((start) => follows(1, new Map([[1, start]]), start, []))
}

const inOrder = (events: readonly Dated[]): readonly Dated[] =>
  events.toSorted((a, b) => a.at - b.at)

/** The events of a selection that lie in its windows. */
function meantOf(
  { events, windows }: WindowedEvents,
  history: readonly Dated[],
  look: Look,
  setting: Setting,
): readonly Dated[] {
  const firstSeen = Math.min(...history.map(({ at }) => at))
  return history.filter(
    (event) =>
      isSelected(events, event, look, setting) &&
      windows.every((window) => isWithin(window, event.at, firstSeen, look, setting)),
  )
}

function isSelected(
  { names, where, sources }: EventSelection,
  event: Happening,
  look: Look,
  setting: Setting,
): boolean {
  if (names !== null && (event.name === null || !names.includes(event.name))) return false
  if (sources !== null) {
    const isListed = event.source !== null && sources.of.includes(event.source)
    if (isListed !== (sources.kind === 'include')) return false
  }
  return where === null || isLike(where, event, look, setting)
}

function isLike(where: EventWhere, event: Happening, look: Look, setting: Setting): boolean {
  switch (where.kind) {
    case 'all':
      return where.of.every((child) => isLike(child, event, look, setting))
    case 'any':
      return where.of.some((child) => isLike(child, event, look, setting))
    case 'not':
      return !isLike(where.of, event, look, setting)
    case 'property':
    case 'context': {
      const row = where.kind === 'property' ? event.properties : event.context
      const lookHere: Look = (reference) =>
        'property' in reference && !('step' in reference)
          ? read(event.properties, reference.property)
          : look(reference)
      return compares(where, read(row, where.name), lookHere, setting)
    }
  }
}

function isWithin(
  { word, operand, from }: Window,
  at: number,
  firstSeen: number,
  look: Look,
  setting: Setting,
): boolean {
  const { now, timeZone } = setting
  if (word === 'within' && operand.kind === 'duration') {
    const length = lengthOf(operand.duration)
    if (from === null) return at > now - length
    const moment = from === 'first_seen' ? firstSeen : asMoment(look({ trait: from.trait }))
    if (moment === null) return false
    const start = instantOf(moment, timeZone)
    return at >= start && at < start + length
  }
  const operator = word === 'within' ? 'within_last' : word
  return compares({ operator, operand, ignoreCase: false }, { time: at }, look, setting)
}

function measured(measure: Measure, events: readonly Dated[], { timeZone }: Setting): Cell {
  switch (measure.kind) {
    case 'count':
      return events.length
    case 'active':
      return new Set(
        events.map(({ at }) => calendarPage(measure.unit, wallDay(at, timeZone), false)),
      ).size
    case 'aggregate':
      return reckoned(measure, events)
  }
}

const SHARES: Readonly<Record<string, number>> = { median: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 }

/** Money is added up to nine decimals, so that no order of adding matters. */
const nano = (value: number): bigint => BigInt(Math.round(value * 1e9))

function reckoned(
  { aggregate, of, name, atLeast = 1 }: AggregateMeasure,
  events: readonly Dated[],
): Cell {
  const cells = events.map(({ at, properties, context }) => ({
    at,
    cell: read(of === 'property' ? properties : context, name),
  }))
  const numbers = cells.flatMap(({ cell }) => asNumber(cell) ?? [])
  const texts = cells
    .flatMap(({ at, cell }) => {
      const text = asText(cell)
      return text === null ? [] : [{ at, text }]
    })
    .toSorted((a, b) => a.at - b.at || compareTexts(a.text, b.text))
  switch (aggregate) {
    case 'distinct':
      return new Set(texts.map(({ text }) => text)).size
    case 'first':
      return texts[0]?.text ?? null
    case 'last':
      return texts.at(-1)?.text ?? null
    case 'most_frequent':
      return mostFrequent(texts, atLeast)
    case 'unique_list': {
      const different = [...new Set(texts.map(({ text }) => text))].toSorted(compareTexts)
      return different.length === 0 ? null : different.slice(0, 100)
    }
    case 'sum':
    case 'avg': {
      if (numbers.length === 0) return null
      const sum = Number(numbers.map(nano).reduce((a, b) => a + b, 0n)) / 1e9
      return aggregate === 'sum' ? sum : sum / numbers.length
    }
    case 'min':
      return numbers.length === 0 ? null : Math.min(...numbers)
    case 'max':
      return numbers.length === 0 ? null : Math.max(...numbers)
    case 'median':
    case 'p90':
    case 'p95':
    case 'p99':
      return percentile(numbers, SHARES[aggregate] ?? 0)
  }
}

/** Texts have the order of their bytes. */
const compareTexts = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Of values as frequent the one seen last, of those seen at one moment the greater. */
function mostFrequent(
  texts: readonly { readonly at: number; readonly text: string }[],
  atLeast: number,
): Cell {
  const counts = Map.groupBy(texts, ({ text }) => text)
  const ranked = [...counts]
    .map(([text, seen]) => ({ text, count: seen.length, last: seen.at(-1)?.at ?? 0 }))
    .toSorted((a, b) => b.count - a.count || b.last - a.last || compareTexts(b.text, a.text))
  const [first] = ranked
  return first !== undefined && first.count >= atLeast ? first.text : null
}

/** Between the two values around the place that the share names, in proportion. */
function percentile(numbers: readonly number[], share: number): number | null {
  const sorted = numbers.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  if (low === undefined || high === undefined) return null
  return low + (high - low) * (place - Math.floor(place))
}
