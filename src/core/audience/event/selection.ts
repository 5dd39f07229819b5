import type { Comparison } from '../comparison.ts'
import type { InnerTree } from '../inner-tree.ts'

/** What one event must be like: a tree over its properties and its context. */
export type EventWhere = InnerTree<EventLeaf>

export interface EventLeaf extends Comparison {
  readonly kind: 'property' | 'context'
  /** A property, or a path into one: `cart.total`. */
  readonly name: string
}

/** Some of a person's events, of whatever time. */
export interface EventSelection {
  /** Null: of any name. */
  readonly names: readonly string[] | null
  readonly where: EventWhere | null
  readonly sources: {
    readonly kind: 'include' | 'exclude'
    readonly of: readonly string[]
  } | null
}
