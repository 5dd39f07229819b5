import type { Reading } from './reading.ts'

/** A foreign definition as a tree of conditions, each with what became of it. */
export type Carried =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Carried[] }
  | { readonly kind: 'not'; readonly of: Carried }
  | {
      readonly kind: 'leaf'
      /** Where it stands: a line and column, or a path. */
      readonly place: string
      /** How it is written there, in short. */
      readonly source: string
      readonly reading: Reading
    }

/** The deepest that a foreign tree is followed: ours may be 60 deep, and a condition there may be a tree here. */
export const DEPTH_MAX = 40

export const TOO_DEEP = `Conditions are nested more than ${DEPTH_MAX} deep.`
