import type { Condition } from '../condition.ts'
import type { EventCondition } from './event-condition.ts'

/** By kind, so that a new one is not forgotten. */
const KINDS: { readonly [Kind in EventCondition['kind']]: true } = {
  did: true,
  relative: true,
  regular: true,
  nth: true,
  stopped: true,
  resumed: true,
  new_within: true,
  sequence: true,
}

/** Whether a condition is over what a person did. */
export function isEventCondition(condition: Condition): condition is EventCondition {
  return Object.hasOwn(KINDS, condition.kind)
}
