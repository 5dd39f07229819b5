import { MATCH_KEY_NAMES } from '../../core/match-key/table.ts'
import type { FoldedRow } from '../../core/sync/fold.ts'
import type { Cells } from '../../core/match-key/rows.ts'
import {
  CAUSES,
  OPERATIONS,
  type Cause,
  type LedgerRow,
  type Operation,
  type PlacedRow,
  type PlanRow,
} from '../../core/sync/row.ts'
import { VALUE_END } from '../../sql/fingerprint.ts'
import { PLAN_COLUMNS, ROW_COLUMNS } from './columns.ts'

/** Rows as lines of text and back, in the order of their columns. */

const ROW_PARTS = ROW_COLUMNS.length - MATCH_KEY_NAMES.length

export function planLine(row: PlanRow): string {
  return `${rowText(row)}${text(row.raw)}${text(row.valueNext)}${VALUE_END}${row.operation}${VALUE_END}${row.cause}${VALUE_END}${row.held}`
}

export function foldedLine(row: FoldedRow): string {
  return `${rowText(row)}${VALUE_END}${row.settled}${VALUE_END}${row.coverable}`
}

function rowText(row: LedgerRow): string {
  // What the platform says may hold anything; it must stay on its line.
  const quarantine = row.quarantine?.replaceAll(VALUE_END, ' ') ?? null
  let line = `${row.member}${text(row.row)}${text(row.value)}${VALUE_END}${row.inU}${VALUE_END}${row.inL}${text(quarantine)}${VALUE_END}${row.assertedAt ?? ''}${VALUE_END}${row.desired}`
  for (const cell of row.cells) line += text(cell)
  return line
}

/** A value behind the sign that parts it from the one before; null is nothing. */
const text = (value: string | null): string => (value === null ? VALUE_END : VALUE_END + value)

export function readLedgerRow(line: string): LedgerRow {
  return ledgerRow(line.split(VALUE_END))
}

function ledgerRow(parts: readonly string[]): LedgerRow {
  return {
    member: parts[0] ?? '',
    row: orNull(parts[1]),
    value: orNull(parts[2]),
    inU: parts[3] === 'true',
    inL: parts[4] === 'true',
    quarantine: orNull(parts[5]),
    assertedAt: momentOf(parts[6]),
    desired: parts[7] === 'true',
    cells: cellsOf(parts),
  }
}

/** Reads a line of a plan's columns and, after them, the position. */
export function readPlacedRow(line: string): PlacedRow {
  const parts = line.split(VALUE_END)
  const at = ROW_COLUMNS.length
  return {
    ...ledgerRow(parts),
    raw: orNull(parts[at]),
    valueNext: orNull(parts[at + 1]),
    operation: operationOf(parts[at + 2]),
    cause: causeOf(parts[at + 3]),
    held: Number(parts[at + 4]),
    position: Number(parts[PLAN_COLUMNS.length]),
  }
}

function cellsOf(parts: readonly string[]): Cells {
  const cells: (string | null)[] = []
  for (let place = ROW_PARTS; place < ROW_COLUMNS.length; place += 1)
    cells.push(orNull(parts[place]))
  return cells
}

const momentOf = (part: string | undefined): number | null =>
  part === undefined || part === '' ? null : Number(part)

const orNull = (part: string | undefined): string | null =>
  part === undefined || part === '' ? null : part

function operationOf(part: string | undefined): Operation {
  const known = OPERATIONS.find((operation) => operation === part)
  if (known === undefined) throw new Error(`Cannot read the operation "${part}" of a plan`)
  return known
}

function causeOf(part: string | undefined): Cause {
  const known = CAUSES.find((cause) => cause === part)
  if (known === undefined) throw new Error(`Cannot read the cause "${part}" of a plan`)
  return known
}
