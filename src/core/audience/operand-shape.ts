export type Literal = string | number | boolean

/** A value that is not written out but looked up. */
export type Reference =
  /** The same person's value of another trait. */
  | { readonly trait: string }
  /** The same event's value of another property; only within conditions on events. */
  | { readonly property: string }
  /** The property of the event that an earlier step of a sequence found, counted from 1. */
  | { readonly step: number; readonly property: string }

export type Value = Literal | Reference

export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** What stands on an operator's right. Each operator takes one kind of it. */
export type Operand =
  /** Nothing but the word `true`: `is_true: true`. */
  | { readonly kind: 'none' }
  | { readonly kind: 'flag'; readonly flag: boolean }
  /** Compared by the literal's own type: a number as a number, text as text. */
  | { readonly kind: 'any'; readonly value: Value }
  | { readonly kind: 'many'; readonly values: readonly Value[] }
  | { readonly kind: 'text'; readonly value: string | Reference }
  | { readonly kind: 'texts'; readonly values: readonly (string | Reference)[] }
  /** A pattern with `%` and `_`, or a regular expression; always written out. */
  | { readonly kind: 'like'; readonly pattern: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'number'; readonly value: number | Reference }
  | { readonly kind: 'range'; readonly from: number | Reference; readonly to: number | Reference }
  | { readonly kind: 'version'; readonly version: string }
  /** A day (`2026-01-31`) or a moment (`2026-01-31T12:00:00Z`). */
  | { readonly kind: 'moment'; readonly moment: string | Reference }
  | { readonly kind: 'moments'; readonly from: string; readonly to: string }
  /** As written: `30d`. */
  | { readonly kind: 'duration'; readonly duration: string }
  | { readonly kind: 'durations'; readonly near: string; readonly far: string }
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit }

export type OperandKind = Operand['kind']

/** True for `{ trait: … }` and the other references. */
export function isReference(value: Value): value is Reference {
  return typeof value === 'object'
}
