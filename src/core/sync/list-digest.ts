import { hash } from 'node:crypto'
import type { StrongKey } from './strong.ts'

/** Equal exactly when two do-not-send lists are; it begins with how many keys the list has. */
export function listDigest(keys: ReadonlySet<StrongKey>): string {
  return `${keys.size}-${hash('sha256', [...keys].toSorted().join('\n'), 'hex')}`
}
