import type { Cells } from '../core/match-key/rows.ts'
import { strongBits, strongKeys, type StrongKey } from '../core/sync/strong.ts'
import type { DoNotSend } from './order.ts'

/** May this strong key not be sent: is it on the do-not-send list, or was its owner erased? */
export const isWithheld = ({ keys, erased }: DoNotSend, key: StrongKey): boolean =>
  keys.has(key) || (erased?.kindOf(key) ?? null) !== null

/** Does a row of this member hold what may not be sent? */
export function isRowWithheld(
  doNotSend: DoNotSend,
  { member, cells }: { readonly member: string; readonly cells: Cells },
): boolean {
  const { keys, erased } = doNotSend
  if (keys.size === 0 && erased === undefined) return false
  return (
    erased?.hasMember(member) === true ||
    strongKeys(cells, strongBits(cells)).some((key) => isWithheld(doNotSend, key))
  )
}
