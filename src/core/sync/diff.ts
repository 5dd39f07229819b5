import {
  isUnheld,
  type Cause,
  type DesiredRow,
  type LedgerRow,
  type PlanRow,
  type TouchedMember,
} from './row.ts'
import { emptyCells } from '../match-key/rows.ts'
import { suppressedRows } from './suppress.ts'
import type { StrongKey } from './strong.ts'

/** `mirror` adds and removes; `add_only` never removes; `remove_only` only removes those who leave. */
export type Mode = 'mirror' | 'add_only' | 'remove_only'

export interface DiffRules {
  readonly mode: Mode
  /** Is this row's last accepted add so old that it should be asserted again? */
  readonly isDue: (row: LedgerRow) => boolean
  /** Is this key on the do-not-send list? Rows that hold one are removed in every mode. */
  readonly isSuppressed: (key: StrongKey) => boolean
}

/**
 * Works out what one member's match rows need: adds = D \ L, removes = U \ D. Pure, and about this member alone; which keys
 * a removal may carry depends on everybody and is filled in afterwards (`held`).
 */
export function diffMember(
  member: TouchedMember,
  desired: readonly DesiredRow[],
  rules: DiffRules,
): PlanRow[] {
  const wanted = new Map(desired.map((row) => [row.row, row]))
  const isNew = member.ledger.length === 0
  const suppressed = suppressedRows(member.ledger, rules.isSuppressed)
  const rows: PlanRow[] = []
  for (const known of member.ledger) {
    if (known.row === null) continue
    const want = wanted.get(known.row)
    wanted.delete(known.row)
    if (want === undefined) rows.push(unwanted(member, known, rules, suppressed.has(known)))
    else if (known.quarantine !== null)
      rows.push({ ...unwanted(member, known, rules, false), quarantine: known.quarantine })
    else rows.push(wantedAndKnown(member, known, want, rules))
  }
  const removes = rows.some((row) => row.operation === 'remove')
  const kept = removes ? rows.map((row) => returning(row, rules)) : rows
  for (const want of wanted.values())
    kept.push(wantedAndUnknown(member, want, isNew ? 'entered' : 'changed', rules))
  return kept
}

function wantedAndUnknown(
  { member, raw }: TouchedMember,
  want: DesiredRow,
  cause: Cause,
  { mode }: DiffRules,
): PlanRow {
  const adds = mode !== 'remove_only'
  return {
    member,
    raw,
    row: want.row,
    value: null,
    valueNext: want.value,
    inU: false,
    inL: false,
    quarantine: null,
    assertedAt: null,
    cells: want.cells,
    desired: true,
    operation: adds ? 'add' : 'none',
    cause: adds ? cause : 'none',
    held: 0,
  }
}

function wantedAndKnown(
  { raw }: TouchedMember,
  known: LedgerRow,
  want: DesiredRow,
  { mode, isDue }: DiffRules,
): PlanRow {
  const cause: Cause = !known.inL
    ? 'unsure'
    : known.value !== want.value
      ? 'value'
      : isDue(known)
        ? 'reassert'
        : 'none'
  const adds = mode !== 'remove_only' && cause !== 'none'
  return {
    ...known,
    raw,
    cells: want.cells,
    valueNext: want.value,
    desired: true,
    operation: adds ? 'add' : 'none',
    cause: adds ? cause : 'none',
    held: 0,
  }
}

function unwanted(
  { raw, kind }: TouchedMember,
  known: LedgerRow,
  { mode }: DiffRules,
  suppressed: boolean,
): PlanRow {
  const cause = suppressed
    ? 'suppressed'
    : kind === 'left' || kind === 'withdrawn'
      ? kind
      : 'changed'
  const removes = known.inU && (isUnheld(cause) || mode !== 'add_only')
  return {
    ...known,
    raw,
    valueNext: known.value,
    quarantine: null,
    desired: false,
    operation: removes ? 'remove' : 'none',
    cause: removes ? cause : 'none',
    held: 0,
  }
}

/** The platform keeps people, not rows: a removal of one row may take the person out, so what stays is added again. */
function returning(row: PlanRow, { mode }: DiffRules): PlanRow {
  return row.desired && row.operation === 'none' && mode === 'mirror'
    ? { ...row, operation: 'add', cause: 'returning' }
    : row
}

/** For a replacement of the whole audience: everybody in D is sent, and nobody has to be removed. */
export function replacing(row: PlanRow): PlanRow {
  return row.desired && row.row !== null
    ? { ...row, operation: 'add', cause: row.cause === 'none' ? 'reassert' : row.cause }
    : { ...row, operation: 'none', cause: 'none' }
}

/** A member who belongs and has no usable row: kept in mind, so that they are not read again until they change. */
export function rowless({ member, raw }: TouchedMember): PlanRow {
  return {
    member,
    raw,
    row: null,
    value: null,
    valueNext: null,
    inU: false,
    inL: false,
    quarantine: null,
    assertedAt: null,
    cells: emptyCells,
    desired: raw !== null,
    operation: 'none',
    cause: 'none',
    held: 0,
  }
}
