import type { Carried } from './carried.ts'

/** A foreign definition that cannot be read: where, and why. */
export interface Unreadable {
  readonly kind: 'unreadable'
  /** A line and column, or empty for the whole. */
  readonly place: string
  readonly message: string
}

/** A foreign definition as its reader understood it. */
export type ForeignReading =
  | Unreadable
  | {
      readonly kind: 'read'
      /** The audience's name there. */
      readonly name: string | null
      readonly tree: Carried
    }

export const unreadable = (place: string, message: string): Unreadable => ({
  kind: 'unreadable',
  place,
  message,
})
