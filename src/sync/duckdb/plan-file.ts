import type { PlacedRow } from '../../core/sync/row.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import { VALUE_END } from '../../sql/fingerprint.ts'
import type { ToSend } from '../workbench.ts'
import { readPlacedRow } from './codec.ts'
import { lineSql } from '../../engine/duckdb/line-columns.ts'
import { PLAN_COLUMNS } from './columns.ts'
import { fileSql } from './file-sql.ts'
import { toSendSql } from './plan-sql.ts'
import { SortedLines } from './sorted-lines.ts'

/** So many members are handed on at a time. */
const CHUNK_MEMBERS = 1024

/**
 * A plan's file, read. It lies in the order of sending, and within each `send_group` of it in the order of members, so nothing
 * has to be sorted again: a scan of one file keeps its order.
 */
export class PlanFile {
  readonly #local: LocalDuckDb
  readonly #relation: string

  constructor(local: LocalDuckDb, path: string) {
    this.#local = local
    this.#relation = fileSql(path, PLAN_COLUMNS, true)
  }

  /** See `Workbench.toSend`. */
  async *toSend(
    operation: 'add' | 'remove',
    rowsMax: number,
  ): AsyncGenerator<readonly PlacedRow[]> {
    let batch: PlacedRow[] = []
    let group = ''
    const wanted = `${this.#relation} where send_group in (${operation === 'remove' ? '0, 1' : '2, 3'})`
    const lines = this.#local.lines(
      `select ${lineSql(PLAN_COLUMNS, ['file_row_number', 'send_group'])} from ${wanted}`,
      await this.#local.scratch.count(wanted),
    )
    for await (const chunk of lines)
      for (const text of chunk) {
        const next = text.slice(text.lastIndexOf(VALUE_END) + 1)
        if (batch.length >= rowsMax || (batch.length > 0 && next !== group)) {
          yield batch
          batch = []
        }
        group = next
        batch.push(following(batch, readPlacedRow(text)))
      }
    if (batch.length > 0) yield batch
  }

  async countToSend(): Promise<ToSend> {
    const counts = await this.#local.scratch.one(toSendSql(this.#relation))
    const causes = await this.#local.scratch.all(
      `select cause, count(*) as rows from ${this.#relation} where send_group < 4 group by cause`,
    )
    return {
      add: Number(counts['add']),
      remove: Number(counts['remove']),
      covered: Number(counts['covered']),
      removing: Number(counts['removing']),
      allExtern: Number(counts['add_without_extern']) === 0,
      causes: Object.fromEntries(causes.map((row) => [String(row['cause']), Number(row['rows'])])),
    }
  }

  async rowsAt(offset: number, count: number): Promise<readonly PlacedRow[]> {
    const rows: PlacedRow[] = []
    const lines = this.#local.lines(
      `select ${lineSql(PLAN_COLUMNS, ['file_row_number'])} from ${this.#relation} ` +
        `where file_row_number >= $first and file_row_number < $end order by file_row_number`,
      count,
      { first: offset, end: offset + count },
    )
    for await (const chunk of lines) rows.push(...chunk.map(readPlacedRow))
    return rows
  }

  /** The rows member by member: what each group has of them, side by side. */
  async *byMember(): AsyncGenerator<readonly (readonly PlacedRow[])[]> {
    const groups = await this.#groups()
    try {
      let members: PlacedRow[][] = []
      for (;;) {
        const member = leastMember(groups)
        if (member === null) break
        const rows: PlacedRow[] = []
        for (const group of groups)
          for (const text of await group.of(member)) rows.push(readPlacedRow(text))
        members.push(rows)
        if (members.length < CHUNK_MEMBERS) continue
        yield members
        members = []
      }
      if (members.length > 0) yield members
    } finally {
      for (const group of groups) await group.close()
    }
  }

  async #groups(): Promise<readonly SortedLines[]> {
    const groups = await this.#local.scratch.all(
      `select send_group, count(*) as rows from ${this.#relation} group by send_group`,
    )
    return Promise.all(
      groups.map(async ({ send_group: group, rows }) =>
        SortedLines.open(
          this.#local.lines(
            `select ${lineSql(PLAN_COLUMNS, ['file_row_number'])} from ${this.#relation} where send_group = $group`,
            Number(rows),
            { group: Number(group) },
          ),
        ),
      ),
    )
  }
}

/** A batch is a range of positions: what is in it is told by the first and their number. */
function following(batch: readonly PlacedRow[], row: PlacedRow): PlacedRow {
  const last = batch.at(-1)
  if (last !== undefined && row.position !== last.position + 1)
    throw new Error(`Cannot send a plan: ${row.position} comes after ${last.position}`)
  return row
}

function leastMember(groups: readonly SortedLines[]): string | null {
  let least: string | null = null
  for (const { member } of groups)
    if (member !== null && (least === null || member < least)) least = member
  return least
}
