import { MATCH_KEY_NAMES } from '../../src/core/match-key/table.ts'
import type { Batch } from '../../src/core/sync/batch.ts'
import type { PlacedRow } from '../../src/core/sync/row.ts'
import type { Machine } from './machine.ts'
import type { Mark } from './people.ts'

/**
 * What the durable records say is surely in and may be in the audience, read off them without the code that is examined:
 * the ledger's files, and on top of them the open plan with its journal.
 */
export interface Bounds {
  readonly remoteId: string
  readonly lower: readonly (readonly Mark[])[]
  readonly upper: readonly (readonly Mark[])[]
  /** The strong keys in the upper bound, by member. */
  readonly upperOf: ReadonlyMap<string, ReadonlySet<Mark>>
}

/** The strong keys in the order of their bits. */
const STRONG = ['EXTERN_ID', 'EMAIL', 'PHONE', 'MADID', 'APPUID', 'PAGEUID'] as const
const PLACES = STRONG.map((key) => MATCH_KEY_NAMES.indexOf(key))

/** The rows of one set, by member and row. */
type Rows = Map<string, { readonly member: string; readonly marks: readonly Mark[] }>

export async function boundsOf(machine: Machine, sync: string): Promise<Bounds | null> {
  const { store } = machine
  const { remote } = await store.state(sync)
  if (remote === null) return null
  const lower: Rows = new Map()
  const upper: Rows = new Map()
  for (const row of await machine.ledgerRows(remote.files)) {
    if (row.row === null) continue
    const entry = { member: row.member, marks: marksOf(row.cells) }
    if (row.inU) upper.set(idOf(row), entry)
    if (row.inL && !remote.onlyMaybe) lower.set(idOf(row), entry)
  }
  const plan = await store.openPlan(sync)
  if (plan !== null && plan.remoteId === remote.remoteId) {
    const rows = await machine.planRows(plan.file)
    const batches = await store.batches(plan.id)
    if (plan.replacement === 'none') for (const batch of batches) apply(batch, rows, lower, upper)
    else if (batches.length > 0) beginReplacement(rows, lower, upper)
  }
  return {
    remoteId: remote.remoteId,
    lower: [...lower.values()].map(({ marks }) => marks),
    upper: [...upper.values()].map(({ marks }) => marks),
    upperOf: byMember(upper),
  }
}

function byMember(rows: Rows): ReadonlyMap<string, ReadonlySet<Mark>> {
  const found = new Map<string, Set<Mark>>()
  for (const { member, marks } of rows.values())
    found.set(member, new Set([...(found.get(member) ?? []), ...marks]))
  return found
}

const idOf = ({ member, row }: { member: string; row: string | null }): string => `${member}/${row}`

export function marksOf(cells: readonly (string | null)[]): Mark[] {
  return STRONG.flatMap((key, bit) => {
    const cell = cells[PLACES[bit] ?? -1] ?? null
    return cell === null ? [] : [`${key}:${cell}`]
  })
}

const isExtern = (mark: Mark): boolean => mark.startsWith('EXTERN_ID:')

/** The keys that a removal of this row may carry, by the rule as it is written down. */
function carriedOf({ cells, held, cause }: PlacedRow): Mark[] {
  const marks = marksOf(cells)
  if (cause === 'erased') return marks
  const isHeld = (mark: Mark): boolean =>
    (held & (1 << STRONG.findIndex((key) => mark.startsWith(`${key}:`)))) !== 0
  const exclusive = marks.filter((mark) => !isHeld(mark))
  return marks.every(isExtern) ? exclusive : exclusive.filter((mark) => !isExtern(mark))
}

function apply(batch: Batch, rows: readonly PlacedRow[], lower: Rows, upper: Rows): void {
  const { offset, count, outcome, operation } = batch
  if (outcome?.kind === 'refused') return
  for (const row of rows.slice(offset, offset + count)) {
    const { position } = row
    const named =
      outcome?.kind === 'accepted' && outcome.named.some((name) => name.position === position)
    const counts = outcome?.kind === 'accepted' && !named && !batch.fenced.includes(position)
    // Whoever shares anything with somebody erased is in the same plan, and in doubt from then on.
    if (row.cause === 'erased') for (const other of rows) if (!other.inL) lower.delete(idOf(other))
    if (operation === 'remove') applyRemoval(row, counts, lower, upper)
    else applyAdd(row, counts, named, lower, upper)
  }
}

function applyRemoval(row: PlacedRow, counts: boolean, lower: Rows, upper: Rows): void {
  const carried = carriedOf(row)
  for (const [id, { member, marks }] of lower)
    if (member === row.member || marks.some((mark) => carried.includes(mark))) lower.delete(id)
  if (!counts) return
  const rest = marksOf(row.cells).filter((mark) => !carried.includes(mark) && !isExtern(mark))
  if (rest.length === 0) upper.delete(idOf(row))
  else upper.set(idOf(row), { member: row.member, marks: rest })
}

function applyAdd(row: PlacedRow, counts: boolean, named: boolean, lower: Rows, upper: Rows): void {
  const entry = { member: row.member, marks: marksOf(row.cells) }
  if (!named) upper.set(idOf(row), entry)
  if (named) lower.delete(idOf(row))
  if (counts) lower.set(idOf(row), entry)
}

function beginReplacement(rows: readonly PlacedRow[], lower: Rows, upper: Rows): void {
  lower.clear()
  for (const row of rows)
    if (row.desired && row.row !== null)
      upper.set(idOf(row), { member: row.member, marks: marksOf(row.cells) })
}
