import { assertNever } from '../../exhaustive.ts'
import { referencesOf, type Comparison } from '../comparison.ts'
import type { Operand } from '../operand-shape.ts'
import type {
  DidCondition,
  EventCondition,
  MeasuredEvents,
  WindowedEvents,
} from './event-condition.ts'
import type { EventLeaf, EventSelection, EventWhere } from './selection.ts'
import type { Window } from './window.ts'

/** Every comparison of a tree over one event. */
export function* leavesOf(where: EventWhere | null): Generator<EventLeaf> {
  if (where === null) return
  switch (where.kind) {
    case 'all':
    case 'any':
      for (const child of where.of) yield* leavesOf(child)
      return
    case 'not':
      yield* leavesOf(where.of)
      return
    case 'property':
    case 'context':
      yield where
      return
    default:
      assertNever(where)
  }
}

/** The selections of events that a condition reads, each with its windows. */
export function selectionsOf(condition: EventCondition): readonly WindowedEvents[] {
  switch (condition.kind) {
    case 'did':
    case 'regular':
    case 'nth':
      return [condition]
    case 'relative':
      return [condition, condition.other]
    case 'stopped':
    case 'resumed':
      return [{ events: condition.events, windows: [] }]
    case 'new_within':
      return []
    case 'sequence':
      return condition.steps.map(({ events }, index) => ({
        events,
        windows: index === 0 ? condition.started : [],
      }))
    default:
      return assertNever(condition)
  }
}

/** A measure of events that nothing is compared with, as the condition that there is one: it reads the same. */
export const someEvents = (measured: MeasuredEvents): DidCondition => ({
  kind: 'did',
  ...measured,
  comparison: { operator: 'exists', operand: { kind: 'flag', flag: true }, ignoreCase: false },
})

function comparisonsOf(condition: EventCondition): readonly Comparison[] {
  switch (condition.kind) {
    case 'did':
    case 'nth':
      return [condition.comparison]
    case 'regular':
      return [condition.comparison, condition.periods]
    case 'relative':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
      return []
    default:
      return assertNever(condition)
  }
}

const traitsIn = ({ operand }: Pick<Comparison, 'operand'>): readonly string[] =>
  referencesOf(operand).flatMap((reference) => ('trait' in reference ? [reference.trait] : []))

const startsOf = ({ from }: Window): readonly string[] =>
  from === null || from === 'first_seen' ? [] : [from.trait]

/** Everything that a condition over events compares with. */
export function operandsOf(condition: EventCondition): readonly Operand[] {
  return [
    ...comparisonsOf(condition).map(({ operand }) => operand),
    ...selectionsOf(condition).flatMap(({ events, windows }) =>
      [...leavesOf(events.where), ...windows].map(({ operand }) => operand),
    ),
  ]
}

/** Every trait of the person that a condition over events reads. */
export function traitsOfEvents(condition: EventCondition): ReadonlySet<string> {
  return new Set([
    ...comparisonsOf(condition).flatMap(traitsIn),
    ...selectionsOf(condition).flatMap(({ events, windows }) => [
      ...[...leavesOf(events.where)].flatMap(traitsIn),
      ...windows.flatMap((window) => [...traitsIn(window), ...startsOf(window)]),
    ]),
  ])
}

/** A property of events, or a path into their context, that a condition reads. */
export interface EventValue {
  readonly of: EventLeaf['kind']
  readonly name: string
}

/** What a selection reads of each event; not what it reads of those that other steps found. */
export function valuesOf({ where }: EventSelection): readonly EventValue[] {
  return [...leavesOf(where)].flatMap(({ kind, name, operand }): EventValue[] => [
    { of: kind, name },
    ...referencesOf(operand).flatMap((reference): EventValue[] =>
      'property' in reference && !('step' in reference)
        ? [{ of: 'property', name: reference.property }]
        : [],
    ),
  ])
}

/** Everything that a condition reads of events, and the names of the events that should have it. */
export function valuesRead(
  condition: EventCondition,
): readonly (EventValue & { readonly names: readonly string[] | null })[] {
  const measured =
    condition.kind === 'did' && condition.measure.kind === 'aggregate'
      ? [
          {
            of: condition.measure.of,
            name: condition.measure.name,
            names: condition.events.names,
          },
        ]
      : []
  const compared = selectionsOf(condition).flatMap(({ events }) =>
    valuesOf(events).map((value) => ({ ...value, names: events.names })),
  )
  return [...measured, ...compared]
}
