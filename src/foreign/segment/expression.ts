/** From where to where something stands in the text. */
interface Span {
  readonly from: number
  readonly to: number
}

/** A query, or a part of one. */
export type Expression = Span &
  (
    | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
    | { readonly kind: 'not' | 'any' | 'all'; readonly of: Expression }
    | Comparison
    | Value
  )

/** `trait('plan') = 'pro'`, and `trait('plan').equals('pro')`. */
export interface Comparison extends Span {
  readonly kind: 'comparison'
  readonly left: Chain
  readonly comparator: Comparator
  readonly right: readonly Value[]
}

/** What gives a value: a chain of calls, or a value that is written out. */
export type Value = Chain | Literal | Duration | Parent | Excluded

/** `event('Login').within(7 days).count()`. */
export interface Chain extends Span {
  readonly kind: 'chain'
  readonly calls: readonly Call[]
  /** `max(property('spend') as string)`. */
  readonly as: string | null
}

export interface Call extends Span {
  readonly name: string
  readonly values: readonly Expression[]
}

interface Literal extends Span {
  readonly kind: 'literal'
  readonly value: string | number | boolean
}

/** As this language writes it: `7d`. */
export interface Duration extends Span {
  readonly kind: 'duration'
  readonly duration: string
}

/** `parent: …`, relative to the event around. */
interface Parent extends Span {
  readonly kind: 'parent'
  readonly of: Value
}

/** `{ exclude: 'one', 'two' }`. */
interface Excluded extends Span {
  readonly kind: 'excluded'
  readonly names: readonly string[]
}

/** What ends a chain and makes it true or false. */
export const COMPARATORS = [
  'equals',
  'differs',
  'absent',
  'exists',
  'greater_than',
  'at_least',
  'less_than',
  'at_most',
  'contains',
  'omits',
  'starts_with',
  'ends_with',
  'one_of',
  'none_of',
  'before_date',
  'after_date',
  'within_last',
  'within_next',
  'before_last',
  'after_next',
] as const

export type Comparator = (typeof COMPARATORS)[number]

/** The signs that may stand for a comparator. */
export const SIGNS: Readonly<Record<string, Comparator>> = {
  '=': 'equals',
  '==': 'equals',
  '!=': 'differs',
  '>': 'greater_than',
  '>=': 'at_least',
  '<': 'less_than',
  '<=': 'at_most',
}
