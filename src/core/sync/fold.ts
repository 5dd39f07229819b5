import { carriedBits } from './carry.ts'
import type { Mode } from './diff.ts'
import type { LedgerRow, PlacedRow } from './row.ts'
import { EXTERN_ID_BIT, restrictTo, strongBits } from './strong.ts'
import type { Verdict } from './verdict.ts'

/** What became of a whole-audience replacement that a plan carried. */
export type Replacement = 'none' | 'begun' | 'finished'

export interface FoldRules {
  readonly mode: Mode
  readonly replacement: Replacement
  readonly verdictOf: (position: number) => Verdict
  /** Is an add of this row unsettled, so that it may still arrive? */
  readonly addUnsettled: (row: PlacedRow) => boolean
  /** Is a removal that hits this row unsettled, so that it may still leave? */
  readonly removalUnsettled: (row: PlacedRow) => boolean
}

export interface FoldedRow extends LedgerRow {
  /** Nothing is left to do for it. A member all of whose rows are settled is not looked at again until they change. */
  readonly settled: boolean
  /** Of a row that is not desired: it leaves U as soon as each of its keys is in a row of both U and D. */
  readonly coverable: boolean
  /** See `PlanRow.held`. */
  readonly held: number
}

/**
 * Turns one member's plan rows and what became of them into their next ledger rows.
 * An intent alone moves the bounds apart: a removal that may have happened takes every row of the member out of L, an add that
 * may have happened puts its row into U. Only an acceptance that no unsettled request can undo moves them together.
 * @returns Rows in U, in quarantine, or none when the platform needs nothing remembered of this member.
 */
export function foldMember(rows: readonly PlacedRow[], rules: FoldRules): FoldedRow[] {
  const outcomes = rows.map((row) => ({ row, verdict: rules.verdictOf(row.position) }))
  const hit = outcomes.some(({ row, verdict }) => row.operation === 'remove' && verdict.sent)
  return outcomes.flatMap(({ row, verdict }) => {
    if (row.row === null) return []
    if (rules.replacement !== 'none') return foldReplaced(row, verdict, rules)
    return row.desired ? [foldWanted(row, verdict, hit, rules)] : foldUnwanted(row, verdict, rules)
  })
}

function foldWanted(
  row: PlacedRow,
  { sent, unsure, acceptedAt, invalid }: Verdict,
  hit: boolean,
  { mode }: FoldRules,
): FoldedRow {
  const accepted = row.operation === 'add' && acceptedAt !== null
  const added = row.operation === 'add' && sent
  const named = row.operation === 'add' && invalid !== null
  // A row that was not in U before is known to be out again once the platform calls it invalid.
  const inU = named ? row.inU || unsure : row.inU || added || mode === 'remove_only'
  const inL = accepted || (row.inL && !hit && !named)
  const value = accepted ? row.valueNext : added && !named ? null : row.value
  return {
    ...row,
    inU,
    inL,
    value,
    quarantine: named ? invalid : null,
    assertedAt: accepted ? acceptedAt : row.assertedAt,
    settled: named ? !inU : mode === 'remove_only' ? inU : inL && inU && value === row.valueNext,
    coverable: false,
  }
}

function foldUnwanted(row: PlacedRow, verdict: Verdict, rules: FoldRules): FoldedRow[] {
  const removed = row.operation === 'remove' && verdict.acceptedAt !== null
  const carried = carriedBits(row)
  const rest = strongBits(row.cells) & ~carried & ~EXTERN_ID_BIT
  const inU = row.inU && !(removed && rest === 0)
  if (!inU && row.quarantine === null) return []
  return [
    {
      ...row,
      cells: removed && rest !== 0 ? restrictTo(row.cells, rest) : row.cells,
      inU,
      inL: false,
      settled: !inU || rules.mode === 'add_only',
      coverable: inU && (removed || carried === 0) && !rules.addUnsettled(row),
    },
  ]
}

/** A replacement that is finished makes both bounds equal to D; one that only began makes L empty and U the union. */
function foldReplaced(row: PlacedRow, verdict: Verdict, rules: FoldRules): FoldedRow[] {
  const finished = rules.replacement === 'finished'
  const named = verdict.invalid !== null
  const inU = finished ? (row.desired && !named) || rules.addUnsettled(row) : row.inU || row.desired
  const inL = finished && row.desired && verdict.acceptedAt !== null && !rules.removalUnsettled(row)
  const quarantine = named ? verdict.invalid : row.desired ? null : row.quarantine
  if (!inU && quarantine === null) return []
  return [
    {
      ...row,
      inU,
      inL,
      quarantine,
      value: inL ? row.valueNext : null,
      assertedAt: inL ? verdict.acceptedAt : row.assertedAt,
      settled: row.desired && !named ? inL : !inU,
      coverable: false,
    },
  ]
}
