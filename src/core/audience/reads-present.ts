import type { Condition } from './condition.ts'
import { traitsOfEvents } from './event/walk-event.ts'
import { isEventCondition } from './event/is-event-condition.ts'

/** Whether a condition, less those below it, looks at what is known of people now, of which nothing tells what it was before. */
export function readsPresent(condition: Condition): boolean {
  if (isEventCondition(condition)) return traitsOfEvents(condition).size > 0
  switch (condition.kind) {
    case 'trait':
    case 'has':
    case 'list':
    case 'sql':
    case 'related':
    case 'consent':
      return true
    case 'top':
      return condition.by.kind === 'trait'
    case 'everyone':
    case 'all':
    case 'any':
    case 'not':
    case 'sample':
    case 'member_of':
      return false
  }
}
