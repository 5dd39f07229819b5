import type { EventSelection, EventWhere } from '../../core/audience/event/selection.ts'
import { measureKind, type WindowedEvents } from '../../core/audience/event/event-condition.ts'
import { computedTrait } from '../../core/audience/computed/used-computed.ts'
import type { Reference } from '../../core/audience/operand-shape.ts'
import { assertNever } from '../../core/exhaustive.ts'
import type { Span } from '../calendar.ts'
import { cellOver, type Cell } from '../cell.ts'
import { compileOperator } from '../operator.ts'
import { twoValued } from '../two-valued.ts'
import type { Scope } from '../scope.ts'
import { eventCell } from './event-value.ts'
import { commonReach, inWindow } from './event-window.ts'

/** A scope over the events of the scan, where traits are those of the person who did them. */
export function eventScope(scope: Scope): Scope {
  const trait = (name: string): Cell => {
    scope.facts.readModel()
    const computed = computedTrait(name, scope.model)
    if (computed === undefined) return scope.trait(name)
    return cellOver(`model.${scope.facts.computed(name)}`, measureKind(computed.measure), scope)
  }
  const reference = (named: Reference): Cell => {
    if ('trait' in named) return trait(named.trait)
    if ('step' in named) throw new Error(`There is no step ${named.step} here`)
    return eventCell('property', named.property, scope)
  }
  return { ...scope, trait, reference }
}

/** A tree over one event as SQL that is never null. */
export function compileWhere(where: EventWhere, scope: Scope): string {
  switch (where.kind) {
    case 'all':
    case 'any': {
      const word = where.kind === 'all' ? ' and ' : ' or '
      return `(${where.of.map((child) => compileWhere(child, scope)).join(word)})`
    }
    case 'not':
      return `(not ${compileWhere(where.of, scope)})`
    case 'property':
    case 'context':
      return twoValued(compileOperator(where, eventCell(where.kind, where.name, scope), scope))
    default:
      return assertNever(where)
  }
}

/** Whether an event is of a selection, at whatever time. */
export function isSelected({ names, where, sources }: EventSelection, scope: Scope): string {
  const bound = (texts: readonly string[]) =>
    texts.map((text) => scope.bind(text, 'text')).join(', ')
  const parts = [
    ...(names === null ? [] : [`event.name in (${bound(names)})`]),
    ...(where === null ? [] : [compileWhere(where, eventScope(scope))]),
    ...(sources === null
      ? []
      : [
          sources.kind === 'include'
            ? `event.origin in (${bound(sources.of)})`
            : `not coalesce(event.origin in (${bound(sources.of)}), false)`,
        ]),
  ]
  return parts.length === 0 ? 'true' : parts.join(' and ')
}

/**
 * Whether an event is of a selection and in its windows; what has to be read for it is noted.
 * @param span A further window.
 */
export function isMeant(
  { events, windows }: WindowedEvents,
  scope: Scope,
  span: Span | null = null,
): string {
  const { facts } = scope
  facts.cover({ names: events.names, ...(span ?? commonReach(windows, scope)) })
  const inner = eventScope(scope)
  const firstSeen = () => {
    facts.readFirstSeen()
    return 'event.first_seen'
  }
  const starts = { firstSeen, trait: inner.trait }
  const inWindows = windows.map((window) => inWindow(window, 'event.at', starts, inner))
  const inSpan =
    span === null
      ? []
      : [
          `event.at >= ${scope.bind(span.from, 'integer')}`,
          `event.at < ${scope.bind(span.to, 'integer')}`,
        ]
  return [isSelected(events, scope), ...inWindows, ...inSpan].join(' and ')
}
