import { carriedBits } from '../../src/core/sync/carry.ts'
import { isSent } from '../../src/core/sync/count.ts'
import type { FoldedRow } from '../../src/core/sync/fold.ts'
import { isUnheld, type LedgerRow, type PlacedRow, type PlanRow } from '../../src/core/sync/row.ts'
import {
  EXTERN_ID_BIT,
  namingBits,
  STRONG_KEYS,
  strongBits,
  strongKeys,
  type StrongKey,
} from '../../src/core/sync/strong.ts'
import type { LedgerFiles, RemoteLedger } from '../../src/store/port.ts'
import { isDue } from '../../src/sync/evaluate.ts'
import type {
  Comparing,
  Comparison,
  FoldedMember,
  TouchedPerson,
  ToSend,
  Workbench,
} from '../../src/sync/workbench.ts'
import type { SourcePerson } from './people.ts'

/** What a ledger file holds of one member. No rows and no fingerprint: the member is gone. */
export interface LedgerEntry {
  readonly member: string
  readonly raw: string | null
  readonly rows: readonly LedgerRow[]
}

/** The files of all runs: written once, never changed. */
export class ArrayFiles {
  readonly ledgers = new Map<string, readonly LedgerEntry[]>()
  readonly plans = new Map<string, readonly PlacedRow[]>()
  #unread: unknown[] = []

  writeLedger(entries: readonly LedgerEntry[]): string {
    const name = `ledger-${this.ledgers.size}`
    this.ledgers.set(name, entries)
    this.#unread.push(entries)
    return name
  }

  writePlan(name: string, rows: readonly PlacedRow[]): void {
    this.plans.set(name, rows)
    this.#unread.push(rows)
  }

  readLedger({ base, overlays }: LedgerFiles): ReadonlyMap<string, LedgerEntry> {
    const entries = new Map<string, LedgerEntry>()
    for (const name of base === null ? overlays : [base, ...overlays])
      for (const entry of this.ledgers.get(name) ?? missing(name)) entries.set(entry.member, entry)
    return entries
  }

  readPlan(name: string): readonly PlacedRow[] {
    return this.plans.get(name) ?? missing(name)
  }

  /** All that was written since the last call. */
  written(): string {
    const text = this.#unread.length === 0 ? '' : JSON.stringify(this.#unread)
    this.#unread = []
    return text
  }
}

function missing(name: string): never {
  throw new Error(`There is no file ${name}`)
}

const CHUNK = 3

/** Laid out as lists: the plainest way to do what the real workbench does as SQL over files. */
export class ArrayWorkbench implements Workbench {
  readonly #files: ArrayFiles
  readonly #source: () => readonly SourcePerson[]
  readonly #refusing: () => ReadonlySet<string>
  #touched: readonly TouchedPerson[] = []
  #untouched: readonly LedgerEntry[] = []

  constructor(
    files: ArrayFiles,
    source: () => readonly SourcePerson[],
    refusing: () => ReadonlySet<string>,
  ) {
    this.#files = files
    this.#source = source
    this.#refusing = refusing
  }

  async compare(question: Comparing): Promise<Comparison> {
    const { ledger, nobody } = question
    const only = question.only === null ? null : new Set(question.only)
    const source = new Map(
      nobody ? [] : this.#source().map((person) => [person.member, person] as const),
    )
    const entries = this.#files.readLedger(ledger.files)
    const touched: TouchedPerson[] = []
    const untouched: LedgerEntry[] = []
    for (const member of [...new Set([...source.keys(), ...entries.keys()])].toSorted()) {
      const person = source.get(member)
      const entry = asBelieved(entries.get(member) ?? { member, raw: null, rows: [] }, ledger)
      const refuses = !nobody && this.#refusing().has(member)
      const kind = only?.has(member) === false ? 'none' : kindOf(person, entry, question, refuses)
      if (kind === 'none') untouched.push(entry)
      else
        touched.push({
          member,
          kind,
          raw: person?.raw ?? null,
          ledger: entry.rows,
          values: kind === 'changed' ? (person?.values ?? null) : null,
        })
    }
    this.#touched = touched
    this.#untouched = untouched
    const isAsked = (member: string): boolean => only?.has(member) !== false
    return {
      members:
        [...source.keys()].filter(isAsked).length +
        [...entries.values()].filter((entry) => !isAsked(entry.member) && belonged(entry)).length,
      withoutConsent: 0,
      unusableKept: untouched.filter((entry) => entry.raw !== null && isRowless(entry)).length,
      present: [...entries.values()].filter(({ rows }) => rows.some((row) => row.inU)).length,
      keyless: 0,
      duplicates: { count: 0, samples: [] },
    }
  }

  async findSuppressed(ledger: RemoteLedger, keys: readonly StrongKey[]): Promise<number> {
    const listed = new Set(keys)
    const entries = [...this.#files.readLedger(ledger.files).values()].map((entry) =>
      asBelieved(entry, ledger),
    )
    return this.#find(entries, 'kept', ({ rows }) => rows.some((row) => holdsOne(row, listed)))
  }

  async findWithdrawn(ledger: RemoteLedger): Promise<number> {
    const refusing = this.#refusing()
    const entries = [...this.#files.readLedger(ledger.files).values()].map((entry) =>
      asBelieved(entry, ledger),
    )
    const isFound = ({ member, rows }: LedgerEntry): boolean =>
      refusing.has(member) && rows.some((row) => row.inU)
    return this.#find(entries, 'withdrawn', isFound)
  }

  #find(
    entries: readonly LedgerEntry[],
    kind: TouchedPerson['kind'],
    isFound: (entry: LedgerEntry) => boolean,
  ): number {
    this.#touched = entries
      .filter(isFound)
      .map(({ member, rows }) => ({ member, kind, raw: null, ledger: rows, values: null }))
      .toSorted((a, b) => (a.member < b.member ? -1 : 1))
    this.#untouched = entries.filter((entry) => !isFound(entry))
    return this.#touched.length
  }

  async *touched(): AsyncGenerator<readonly TouchedPerson[]> {
    for (let at = 0; at < this.#touched.length; at += CHUNK)
      yield this.#touched.slice(at, at + CHUNK)
  }

  async plan(name: string, rows: AsyncIterable<readonly PlanRow[]>): Promise<number> {
    const all: PlanRow[] = []
    for await (const chunk of rows) all.push(...chunk)
    const kept = this.#untouched.flatMap((entry) => entry.rows).filter((row) => row.inU)
    const held = new Set(
      [...all, ...kept]
        .filter((row) => row.desired && row.row !== null)
        .flatMap((row) => strongKeys(row.cells, strongBits(row.cells))),
    )
    const known = all.map((row) => (row.desired ? row : { ...row, held: heldBits(row, held) }))
    const losing = new Set(
      known.filter((row) => row.operation === 'remove' && isSent(row)).map((row) => row.member),
    )
    const placed = known
      .map((row): PlanRow =>
        row.cause === 'returning' && !losing.has(row.member)
          ? { ...row, operation: 'none', cause: 'none' }
          : row,
      )
      .map((row, index) => ({ row, index }))
      .toSorted((a, b) => orderOf(a.row) - orderOf(b.row) || a.index - b.index)
    this.#files.writePlan(
      name,
      placed.map(({ row }, position) => ({ ...row, position })),
    )
    return placed.length
  }

  async *toSend(
    plan: string,
    operation: 'add' | 'remove',
    rowsMax: number,
  ): AsyncGenerator<readonly PlacedRow[]> {
    const rows = this.#files
      .readPlan(plan)
      .filter((row) => row.operation === operation && isSent(row))
    let chunk: PlacedRow[] = []
    for (const row of rows) {
      const [first] = chunk
      if (first !== undefined && (chunk.length === rowsMax || orderOf(first) !== orderOf(row))) {
        yield chunk
        chunk = []
      }
      chunk.push(row)
    }
    if (chunk.length > 0) yield chunk
  }

  async countToSend(plan: string): Promise<ToSend> {
    const rows = this.#files.readPlan(plan)
    const sent = rows.filter(isSent)
    const adds = sent.filter((row) => row.operation === 'add')
    const removes = sent.filter((row) => row.operation === 'remove')
    const causes: Record<string, number> = {}
    for (const { cause } of sent) causes[cause] = (causes[cause] ?? 0) + 1
    return {
      add: adds.length,
      remove: removes.length,
      covered: rows.filter((row) => row.operation === 'remove' && !isSent(row)).length,
      allExtern: adds.every((row) => (strongBits(row.cells) & EXTERN_ID_BIT) !== 0),
      removing: new Set(removes.filter(({ cause }) => !isUnheld(cause)).map(({ member }) => member))
        .size,
      causes,
    }
  }

  async discard(plan: string): Promise<void> {
    this.#files.plans.delete(plan)
    return Promise.resolve()
  }

  async rowsAt(plan: string, offset: number, count: number): Promise<readonly PlacedRow[]> {
    return this.#files.readPlan(plan).slice(offset, offset + count)
  }

  async *byMember(plan: string): AsyncGenerator<readonly (readonly PlacedRow[])[]> {
    const members = new Map<string, PlacedRow[]>()
    for (const row of this.#files.readPlan(plan)) {
      const rows = members.get(row.member)
      if (rows === undefined) members.set(row.member, [row])
      else rows.push(row)
    }
    const sorted = [...members].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, rows]) => rows)
    for (let at = 0; at < sorted.length; at += CHUNK) yield sorted.slice(at, at + CHUNK)
  }

  async fold(
    { files }: RemoteLedger,
    members: AsyncIterable<readonly FoldedMember[]>,
  ): Promise<LedgerFiles> {
    const folded: FoldedMember[] = []
    for await (const chunk of members) folded.push(...chunk)
    const next = new Map(this.#files.readLedger(files))
    for (const { member, rows } of folded) next.set(member, { member, raw: null, rows })
    const kept = new Set(
      [...next.values()]
        .flatMap(({ rows }) => rows)
        .filter((row) => row.inU && row.desired && row.row !== null)
        .flatMap((row) => strongKeys(row.cells, strongBits(row.cells))),
    )
    const entries = folded.map((member) => entryOf(member, kept))
    for (const entry of entries) next.set(entry.member, entry)
    return this.#written(files, entries, [...next.values()])
  }

  #written(
    { base, overlays, baseRows, overlayRows }: LedgerFiles,
    entries: readonly LedgerEntry[],
    all: readonly LedgerEntry[],
  ): LedgerFiles {
    if (base !== null && overlays.length < 2)
      return {
        base,
        overlays: [...overlays, this.#files.writeLedger(entries)],
        baseRows,
        overlayRows: overlayRows + rowCount(entries),
      }
    const present = all.filter((entry) => !isGone(entry))
    return {
      base: this.#files.writeLedger(present),
      overlays: [],
      baseRows: rowCount(present),
      overlayRows: 0,
    }
  }
}

const rowCount = (entries: readonly LedgerEntry[]): number =>
  entries.reduce((sum, { rows }) => sum + rows.length, 0)

/** Whether the ledger has it that they belong. */
const belonged = ({ raw, rows }: LedgerEntry): boolean =>
  raw !== null || rows.some((row) => row.desired)

const isGone = ({ raw, rows }: LedgerEntry): boolean => raw === null && rows.length === 0

const isRowless = ({ rows }: LedgerEntry): boolean => rows.every((row) => row.row === null)

/** L is empty whatever the files say when the ledger is not to be believed. */
const asBelieved = (entry: LedgerEntry, { onlyMaybe }: RemoteLedger): LedgerEntry =>
  onlyMaybe ? { ...entry, rows: entry.rows.map((row) => ({ ...row, inL: false })) } : entry

function kindOf(
  person: SourcePerson | undefined,
  entry: LedgerEntry,
  { everyone, ignoreLeft, now, reassertMs, suppressed }: Comparing,
  isRefusing: boolean,
): TouchedPerson['kind'] | 'none' {
  const keys = new Set<StrongKey>(suppressed)
  const isSuppressed = entry.rows.some((row) => holdsOne(row, keys))
  if (person === undefined && isRefusing) return isGone(entry) ? 'none' : 'withdrawn'
  if (person === undefined) return isGone(entry) || (ignoreLeft && !isSuppressed) ? 'none' : 'left'
  if (entry.raw !== person.raw || isSuppressed) return 'changed'
  return everyone || entry.rows.some((row) => isDue(row, now, reassertMs)) ? 'kept' : 'none'
}

const holdsOne = ({ cells }: LedgerRow, keys: ReadonlySet<StrongKey>): boolean =>
  strongKeys(cells, strongBits(cells)).some((key) => keys.has(key))

function heldBits({ cells }: PlanRow, held: ReadonlySet<StrongKey>): number {
  let bits = 0
  for (const bit of STRONG_KEYS.keys())
    if (strongKeys(cells, 1 << bit).some((key) => held.has(key))) bits |= 1 << bit
  return bits
}

/** Removals before adds before what is not sent; within each, with and without EXTERN_ID apart. */
function orderOf(row: PlanRow): number {
  if (!isSent(row)) return 4
  const bits = row.operation === 'remove' ? carriedBits(row) : strongBits(row.cells)
  return (row.operation === 'remove' ? 0 : 2) + ((bits & EXTERN_ID_BIT) === 0 ? 1 : 0)
}

function entryOf({ member, raw, rows }: FoldedMember, kept: ReadonlySet<StrongKey>): LedgerEntry {
  const left = rows.filter(
    (row) =>
      !row.coverable || !strongKeys(row.cells, namingBits(row.cells)).every((key) => kept.has(key)),
  )
  return {
    member,
    raw: left.every(({ settled }) => settled) ? raw : null,
    rows: left.map(ledgerRow),
  }
}

const ledgerRow = (row: FoldedRow): LedgerRow => ({
  member: row.member,
  row: row.row,
  value: row.value,
  inU: row.inU,
  inL: row.inL,
  quarantine: row.quarantine,
  assertedAt: row.assertedAt,
  cells: row.cells,
  desired: row.desired,
})
