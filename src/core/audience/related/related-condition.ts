import type { Comparison } from '../comparison.ts'
import type { InnerTree } from '../inner-tree.ts'

/** What one related row must be like: a tree over its columns and over the rows that are related to it. */
export type RowWhere = InnerTree<RowLeaf | RelatedCondition>

interface RowLeaf extends Comparison {
  readonly kind: 'column'
  /** A column, or a path into one: `address.city`. */
  readonly column: string
}

/** A condition over the rows of a declared relation that belong to a person, or to such a row. */
export interface RelatedCondition {
  readonly kind: 'related'
  readonly relation: string
  readonly where: RowWhere | null
  /** What is asked of the number of rows that are so; `all`: there are rows, and each of them is. */
  readonly asks: Comparison | 'all'
}
