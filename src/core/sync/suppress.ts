import type { LedgerRow, PlanRow, TouchedMember } from './row.ts'
import { EXTERN_ID_BIT, strongBits, strongKeys, type StrongKey } from './strong.ts'

/** The rows of one member that the do-not-send list takes out: those that hold a listed key, and all of somebody listed by their own id. */
export function suppressedRows(
  ledger: readonly LedgerRow[],
  isSuppressed: (key: StrongKey) => boolean,
): ReadonlySet<LedgerRow> {
  const holds = ({ cells }: LedgerRow, bits: number): boolean =>
    strongKeys(cells, bits).some(isSuppressed)
  const whole = ledger.some((row) => holds(row, EXTERN_ID_BIT))
  return new Set(whole ? ledger : ledger.filter((row) => holds(row, strongBits(row.cells))))
}

/**
 * A member's plan rows when the source is not asked: what the do-not-send list names goes, everything else stays as it was. The
 * member is looked at again by the next evaluation, which adds what the removal may have taken out beside.
 */
export function suppressMember(
  { ledger }: TouchedMember,
  isSuppressed: (key: StrongKey) => boolean,
): PlanRow[] {
  const suppressed = suppressedRows(ledger, isSuppressed)
  return ledger.map((row) => {
    const goes = suppressed.has(row)
    const removes = goes && row.inU
    return {
      ...row,
      raw: null,
      valueNext: row.value,
      // Not in the audience as far as anybody knows, and not to be kept in mind either.
      quarantine: goes ? null : row.quarantine,
      desired: row.desired && !goes,
      operation: removes ? 'remove' : 'none',
      cause: removes ? 'suppressed' : 'none',
      held: 0,
    }
  })
}
