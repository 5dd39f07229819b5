import type { ResolvedModel } from './audience.ts'
import type { Condition } from './condition.ts'
import { traitsOfEvents } from './event/walk-event.ts'
import { isEventCondition } from './event/is-event-condition.ts'

/**
 * Whether a condition, less those below it, looks at what is known of people now, of which nothing tells what it was before.
 * Computed traits are made of events, whose times are known.
 */
export function readsPresent(
  condition: Condition,
  { computed = {} }: Pick<ResolvedModel, 'computed'>,
): boolean {
  const isKnown = (trait: string): boolean => Object.hasOwn(computed, trait)
  if (isEventCondition(condition)) return ![...traitsOfEvents(condition)].every(isKnown)
  switch (condition.kind) {
    case 'trait':
      return !isKnown(condition.trait)
    case 'has':
    case 'list':
    case 'sql':
    case 'related':
    case 'consent':
    case 'held_for':
    case 'ever':
    case 'account':
      return true
    case 'top':
      return condition.by.kind === 'trait' && !isKnown(condition.by.trait)
    case 'everyone':
    case 'all':
    case 'any':
    case 'not':
    case 'sample':
    case 'member_of':
      return false
  }
}
