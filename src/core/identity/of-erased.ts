import { identifierKey, type Identifier } from './identifier.ts'

/**
 * Whether a message is of somebody who was erased: the most trusted of its identifiers that identifies anybody says who it is.
 * What stands behind an erased one would make the same person anew; an erased one behind another is only left out, so that who
 * uses the same phone next may go on.
 * @param identifiers The most trusted first.
 * @param keys Of identifiers that identify nobody, and of those that were erased.
 */
export function isOfErased(
  identifiers: readonly Identifier[],
  keys: {
    readonly isShared: (key: string) => boolean
    readonly isErased: (key: string) => boolean
  },
): boolean {
  const first = identifiers.map(identifierKey).find((key) => !keys.isShared(key))
  return first !== undefined && keys.isErased(first)
}
