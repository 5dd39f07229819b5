import type { Operand } from '../operand-shape.ts'
import type { OperatorName } from '../operator.ts'

/** The words that say when an event must have happened, each by the operator on times that means the same. */
export const WINDOW_OPERATORS = {
  within: 'within_last',
  ago: 'ago',
  since: 'since',
  until: 'until',
  during: 'during',
  this: 'this',
  previous: 'previous',
} as const satisfies Record<string, OperatorName>

export type WindowWord = keyof typeof WINDOW_OPERATORS

const isWindowWord = (word: string): word is WindowWord => Object.hasOwn(WINDOW_OPERATORS, word)

export const WINDOW_WORDS: readonly WindowWord[] =
  Object.keys(WINDOW_OPERATORS).filter(isWindowWord)

/** A moment of the person from which `within` runs forward: a trait, or their first event of any name. */
export type WindowStart = 'first_seen' | { readonly trait: string }

export type WindowOperand = Extract<
  Operand,
  { readonly kind: 'duration' | 'durations' | 'moment' | 'moments' | 'calendar' }
>

/** When an event must have happened. */
export interface Window {
  readonly word: WindowWord
  readonly operand: WindowOperand
  /** Beside `within` only; null counts back from now. */
  readonly from: WindowStart | null
}
