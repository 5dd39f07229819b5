import { hash } from 'node:crypto'
import type { ExternMemory } from './extern-memory.ts'
import { isMatched } from './match-rate.ts'
import { identityOf, marksOf, type Row } from './match-keys.ts'
import type { Held, Membership } from './membership.ts'

const HELD_ROWS_A_LINE = 10_000
const EXTERN = 'EXTERN_ID:'

interface StoredRow {
  readonly identity: string
  readonly row: Row
  readonly marks: readonly string[]
  readonly matched: boolean
}

const isExtern = (mark: string): boolean => mark.startsWith(EXTERN)

/** Stored rows, found by any mark they carry. Few marks are shared, so most stand for one row and not for a set. */
class RowIndex {
  readonly byIdentity = new Map<string, StoredRow>()
  readonly #byMark = new Map<string, StoredRow | Set<StoredRow>>()
  matched = 0

  put(stored: StoredRow): void {
    const earlier = this.byIdentity.get(stored.identity)
    if (earlier !== undefined) this.drop(earlier)
    this.byIdentity.set(stored.identity, stored)
    if (stored.matched) this.matched += 1
    for (const mark of stored.marks) {
      const there = this.#byMark.get(mark)
      if (there === undefined) this.#byMark.set(mark, stored)
      else if (there instanceof Set) there.add(stored)
      else this.#byMark.set(mark, new Set([there, stored]))
    }
  }

  drop(stored: StoredRow): void {
    this.byIdentity.delete(stored.identity)
    if (stored.matched) this.matched -= 1
    for (const mark of stored.marks) {
      const there = this.#byMark.get(mark)
      if (there instanceof Set) there.delete(stored)
      if (there === stored || (there instanceof Set && there.size === 0)) this.#byMark.delete(mark)
    }
  }

  dropSharing(mark: string): void {
    const there = this.#byMark.get(mark)
    if (there instanceof Set) for (const stored of there) this.drop(stored)
    else if (there !== undefined) this.drop(there)
  }
}

function store(index: RowIndex, row: Row): StoredRow {
  const marks = marksOf(row)
  const stored = {
    identity: hash('sha1', identityOf(row), 'base64'),
    row,
    marks,
    matched: isMatched(marks[0] ?? ''),
  }
  index.put(stored)
  return stored
}

function* heldRows(index: RowIndex): Generator<Held> {
  let rows: Row[] = []
  for (const { row } of index.byIdentity.values()) {
    rows.push(row)
    if (rows.length === HELD_ROWS_A_LINE) {
      yield { of: 'rows', rows }
      rows = []
    }
  }
  if (rows.length > 0) yield { of: 'rows', rows }
}

/** Takes out what a removal row shares a mark with, or what its EXTERN_ID stands for when it carries nothing else. */
function removeRow(index: RowIndex, memory: ExternMemory, row: Row, at: number): void {
  const marks = marksOf(row)
  for (const mark of marks) {
    if (!isExtern(mark)) {
      index.dropSharing(mark)
      continue
    }
    const remembered = memory.recall(mark.slice(EXTERN.length), at)
    if (remembered === undefined) continue
    index.dropSharing(mark)
    if (marks.length === 1) for (const target of remembered) index.dropSharing(target)
  }
}

/**
 * An audience as the set of match rows that were sent. A row is told from another by every cell but its attributes;
 * sent again it replaces itself. A removal row takes out each row that shares a strong key with it. An EXTERN_ID
 * counts only while the account remembers it, and one that stands alone also reaches what its rows matched elsewhere.
 */
export function rowsMembership(memory: ExternMemory): Membership {
  const index = new RowIndex()
  return {
    get size() {
      return index.byIdentity.size
    },
    get matched() {
      return index.matched
    },
    add: (batch, at) => {
      for (const row of batch.rows) {
        const { marks } = store(index, row)
        const extern = marks.find(isExtern)
        if (extern === undefined) continue
        memory.remember(
          extern.slice(EXTERN.length),
          marks.filter((mark) => mark !== extern),
          at,
        )
      }
    },
    remove: (batch, at) => {
      for (const row of batch.rows) removeRow(index, memory, row, at)
    },
    rows: function* () {
      for (const { row } of index.byIdentity.values()) yield row
    },
    people: () => new Set(),
    held: () => heldRows(index),
    restore: (held) => {
      if (held.of === 'rows') for (const row of held.rows) store(index, row)
    },
  }
}
