import { MATCH_KEY_NAMES } from '../../core/match-key/table.ts'
import type { FoldedRow } from '../../core/sync/fold.ts'
import type { Cause, LedgerRow, Operation, PlacedRow, PlanRow } from '../../core/sync/row.ts'
import { VALUE_END } from '../../sql/fingerprint.ts'
import { line, PLAN_COLUMNS, ROW_COLUMNS } from './columns.ts'

/** Rows as lines of text and back, in the order of their columns. */

const CELLS = MATCH_KEY_NAMES.length
const ROW_PARTS = ROW_COLUMNS.length - CELLS

function rowParts(row: LedgerRow): (string | number | boolean | null)[] {
  return [
    row.member,
    row.row,
    row.value,
    row.inU,
    row.inL,
    // What the platform says may hold anything; it must stay on its line.
    row.quarantine?.replaceAll(VALUE_END, ' ') ?? null,
    row.assertedAt,
    row.desired,
    ...row.cells,
  ]
}

export function planLine(row: PlanRow): string {
  return line([...rowParts(row), row.raw, row.valueNext, row.operation, row.cause, row.held])
}

export function foldedLine(row: FoldedRow): string {
  return line([...rowParts(row), row.settled, row.coverable])
}

export function readLedgerRow(text: string): LedgerRow {
  return rowOf(text.split(VALUE_END))
}

function rowOf(parts: readonly string[]): LedgerRow {
  const cells = parts.slice(ROW_PARTS, ROW_PARTS + CELLS)
  const asserted = orNull(parts[6])
  return {
    member: parts[0] ?? '',
    row: orNull(parts[1]),
    value: orNull(parts[2]),
    inU: parts[3] === 'true',
    inL: parts[4] === 'true',
    quarantine: orNull(parts[5]),
    assertedAt: asserted === null ? null : Number(asserted),
    desired: parts[7] === 'true',
    cells: cells.map(orNull),
  }
}

/** Reads a line of a plan's columns and, after them, the position. */
export function readPlacedRow(text: string): PlacedRow {
  const parts = text.split(VALUE_END)
  const at = ROW_COLUMNS.length
  return {
    ...rowOf(parts),
    raw: orNull(parts[at]),
    valueNext: orNull(parts[at + 1]),
    operation: parts[at + 2] as Operation,
    cause: parts[at + 3] as Cause,
    held: Number(parts[at + 4]),
    position: Number(parts[PLAN_COLUMNS.length]),
  }
}

function orNull(part: string | undefined): string | null {
  return part === undefined || part === '' ? null : part
}
