import { EXTERN_ID_BIT, strongBits } from './strong.ts'
import type { PlanRow } from './row.ts'

/**
 * The strong keys that the removal of a row may carry: those that no row of D holds, so that nobody who belongs is hit, and
 * EXTERN_ID only if the row has no other strong key. Of somebody who is erased they are all carried: whoever shares one is out of L
 * and added again by the same plan.
 * @returns Bits of `STRONG_KEYS`; 0 when there is nothing to carry and the row is covered.
 */
export function carriedBits({
  cells,
  held,
  cause,
}: Pick<PlanRow, 'cells' | 'held' | 'cause'>): number {
  const strong = strongBits(cells)
  if (cause === 'erased') return strong
  const exclusive = strong & ~held
  return strong === EXTERN_ID_BIT ? exclusive : exclusive & ~EXTERN_ID_BIT
}
