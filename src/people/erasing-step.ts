/** What is done next about those who were erased; each step may be repeated. */
export type ErasingStep =
  /** What was collected is not yet without them. */
  | 'collected'
  /** The pieces are not. */
  | 'pieces'
  /** The store's own file is not. */
  | 'store'
  /** Only pieces that were replaced still have them, for those who may be reading them. */
  | 'replaced'
