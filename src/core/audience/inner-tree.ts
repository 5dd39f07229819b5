/** A tree inside a condition: over one event, or over one related row. */
export type InnerTree<Leaf> =
  | { readonly kind: 'all'; readonly of: readonly InnerTree<Leaf>[] }
  | { readonly kind: 'any'; readonly of: readonly InnerTree<Leaf>[] }
  | { readonly kind: 'not'; readonly of: InnerTree<Leaf> }
  | Leaf
