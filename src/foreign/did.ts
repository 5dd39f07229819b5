import type { Written } from '../core/audience/written.ts'

/** A name of an event as it stands beside `did`, where the bare word "any" would mean every name. */
export const eventName = (name: string): unknown => (name === 'any' ? [name] : name)

/** Operators between a count and a number. */
export type CountOperator = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'

/** What a count says when it is only about whether there is one. */
export function plainCount(operator: CountOperator, count: unknown): 'some' | 'none' | null {
  if ((operator === 'gte' && count === 1) || (operator === 'gt' && count === 0)) return 'some'
  return (operator === 'eq' && count === 0) || (operator === 'lt' && count === 1) ? 'none' : null
}

/** So many of some events: `did`, `did_not`, or `did` with a count. `events` are all keys but the first. */
export function didSo(
  name: unknown,
  events: Written,
  operator: CountOperator,
  count: unknown,
): Written {
  switch (plainCount(operator, count)) {
    case 'some':
      return { did: name, ...events }
    case 'none':
      return { did_not: name, ...events }
    case null:
      return { did: name, ...events, count: { [operator]: count } }
  }
}
