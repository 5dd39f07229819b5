import { hash } from 'node:crypto'
import type { StrongKey } from './strong.ts'

/** Equal exactly when two do-not-send lists are; it begins with how many keys the list has. */
export function listDigest(keys: ReadonlySet<StrongKey>): string {
  return `${keys.size}-${hash('sha256', [...keys].toSorted().join('\n'), 'hex')}`
}

/** How many keys the list of this digest has; null where the digest does not say it. */
export function listedCount(digest: string | null): number | null {
  const digits = /^(\d+)-/.exec(digest ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}
