import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey } from '../match-key/table.ts'
import type { Cells } from '../match-key/rows.ts'

/** The keys that identify a person. A set of them is a number: bit i stands for `STRONG_KEYS[i]`. */
export const STRONG_KEYS: readonly MatchKey[] = MATCH_KEY_NAMES.filter(
  (key) => MATCH_KEYS[key].role === 'strong',
)

/** Where each strong key stands in `Cells`. */
export const STRONG_PLACES: readonly number[] = STRONG_KEYS.map((key) =>
  MATCH_KEY_NAMES.indexOf(key),
)

/** Meta forgets it after 90 days and ranks it below the hashed keys, so several rules leave it aside. */
export const EXTERN_ID_BIT = 1 << STRONG_KEYS.indexOf('EXTERN_ID')

/** Which strong keys a row has. */
export function strongBits(cells: Cells): number {
  let bits = 0
  for (const [bit, place] of STRONG_PLACES.entries())
    if ((cells[place] ?? null) !== null) bits |= 1 << bit
  return bits
}

/** The strong keys that a row is known by: EXTERN_ID only where it is all there is. */
export function namingBits(cells: Cells): number {
  const strong = strongBits(cells)
  return strong === EXTERN_ID_BIT ? strong : strong & ~EXTERN_ID_BIT
}

/** A strong key with its value as one text, equal exactly when both are. */
export type StrongKey = string

/** The strong keys of a row that are in `bits`, each as one text. */
export function strongKeys(cells: Cells, bits: number): StrongKey[] {
  const keys: StrongKey[] = []
  for (const [bit, place] of STRONG_PLACES.entries()) {
    const cell = cells[place] ?? null
    if (cell !== null && (bits & (1 << bit)) !== 0) keys.push(`${bit}:${cell}`)
  }
  return keys
}

/** The same row with no strong key outside `bits`, and no weak key at all. Values stay, since a removal must carry them. */
export function restrictTo(cells: Cells, bits: number): Cells {
  return cells.map((cell, place) => {
    const key = MATCH_KEY_NAMES[place]
    if (key === undefined || MATCH_KEYS[key].role === 'value') return cell
    const bit = STRONG_PLACES.indexOf(place)
    return bit >= 0 && (bits & (1 << bit)) !== 0 ? cell : null
  })
}
