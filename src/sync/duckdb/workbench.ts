import { RollcallError } from '../../core/error.ts'
import type { LedgerRow, PlacedRow, PlanRow } from '../../core/sync/row.ts'
import { SCRATCH, type LocalDuckDb } from '../../engine/duckdb/local.ts'
import type { LedgerFiles, RemoteLedger } from '../../store/port.ts'
import { VALUE_END } from '../../sql/fingerprint.ts'
import type {
  Comparing,
  Comparison,
  FoldedMember,
  ToSend,
  TouchedPerson,
  Workbench,
} from '../workbench.ts'
import { planLine, readLedgerRow, readPlacedRow } from './codec.ts'
import { lineSql, PLAN_COLUMNS, ROW_COLUMNS } from './columns.ts'
import { compareSteps, countsSql, findSuppressedSql, type Asked } from './compare-sql.ts'
import type { LedgerFolder } from './files.ts'
import { foldInto } from './fold-files.ts'
import { ledgerSql, type LedgerRelations } from './ledger-sql.ts'
import { planSteps, toSendSql } from './plan-sql.ts'
import { mappedValues, type People } from './people.ts'

/** The workbench of a real run: DuckDB over Parquet files, and the source that the people come from. */
export class DuckDbWorkbench implements Workbench {
  readonly #local: LocalDuckDb
  readonly #people: People
  readonly #folder: LedgerFolder
  readonly #newName: () => string
  #ledger: LedgerRelations = { members: '', rows: '' }

  constructor(local: LocalDuckDb, people: People, folder: LedgerFolder, newName: () => string) {
    this.#local = local
    this.#people = people
    this.#folder = folder
    this.#newName = newName
  }

  async compare(question: Comparing): Promise<Comparison> {
    this.#ledger = this.#relations(question.ledger.files)
    const { known, missing } = question.nobody
      ? await this.#nobody()
      : await this.#people.fingerprints('people_now')
    const asked: Asked = { ...question, onlyMaybe: question.ledger.onlyMaybe }
    await this.#keepSuppressed(question.suppressed)
    for (const { sql, values } of compareSteps(this.#ledger, asked))
      await this.#local.scratch.run(sql, values)
    const counts = await this.#local.scratch.one(countsSql(this.#ledger))
    const entering = Number(counts['entering'])
    const matched = known - entering
    // A key that stands twice meets the same ledger member twice; without those who left that cannot be seen by counting.
    const repeated = question.ignoreLeft
      ? (await this.#people.distinct('people_now')) !== known
      : matched !== Number(counts['members']) - Number(counts['left_behind']) ||
        entering !== Number(counts['entering_once'])
    return {
      members: known,
      present: Number(counts['present']),
      unusableKept: Number(counts['unusable_kept']),
      keyless: missing,
      duplicates: repeated ? await this.#people.duplicates() : { count: 0, samples: [] },
    }
  }

  /** People now as if nobody belonged; the source is not asked. */
  async #nobody(): Promise<{ known: number; missing: number }> {
    await this.#local.scratch.run('create or replace table people_now (member uuid, raw uuid)')
    return { known: 0, missing: 0 }
  }

  /** Strong keys are written as place and value, parted by a colon. */
  async #keepSuppressed(keys: readonly string[]): Promise<void> {
    await this.#local.scratch.run('create or replace table suppressed_lines (line varchar)')
    await this.#local.appendLines('suppressed_lines', once(keys))
    await this.#local.scratch.run(
      `create or replace table suppressed_keys as select cast(split_part(line, ':', 1) as integer) as place, ` +
        `line[strpos(line, ':') + 1:] as value from suppressed_lines`,
    )
  }

  async findSuppressed(
    { files, onlyMaybe }: RemoteLedger,
    keys: readonly string[],
  ): Promise<number> {
    this.#ledger = this.#relations(files)
    await this.#keepSuppressed(keys)
    await this.#local.scratch.run(findSuppressedSql(this.#ledger), { only_maybe: onlyMaybe })
    return this.#local.scratch.count('touched')
  }

  async *touched(): AsyncGenerator<readonly TouchedPerson[]> {
    const { scratch } = this.#local
    const known = `(${this.#ledger.rows}) as ledger semi join touched using (member)`
    const ledger = new Grouped(
      this.#local.lines(
        `select ${lineSql(ROW_COLUMNS)} from ${known} order by member, match_row`,
        await scratch.count(known),
      ),
    )
    await this.#readValues()
    const people = this.#local.lines(
      `select concat_ws(chr(31), touched.member, kind, coalesce(cast(raw as varchar), ''), read.member is not null, coalesce(only_maybe, false), coalesce(line, '')) ` +
        `from touched left join touched_values as read using (member) order by touched.member`,
      await scratch.count('touched'),
    )
    for await (const lines of people) {
      const chunk: TouchedPerson[] = []
      for (const text of lines) {
        const person = this.#readPerson(text)
        const rows = await ledger.of(person.member)
        chunk.push({ ...person, ledger: person.onlyMaybe ? rows.map(doubted) : rows })
      }
      yield chunk
    }
  }

  /** The source is only asked when somebody in it changed. */
  async #readValues(): Promise<void> {
    const { scratch } = this.#local
    const changed = `touched where kind = 'changed'`
    if ((await scratch.count(changed)) === 0)
      await scratch.run('create or replace table touched_values (member uuid, line varchar)')
    else
      await this.#people.readValues('touched_values', `(select member from ${SCRATCH}.${changed})`)
  }

  #readPerson(text: string): Omit<TouchedPerson, 'ledger'> & { readonly onlyMaybe: boolean } {
    const [member = '', kind, raw, read, onlyMaybe, ...values] = text.split(VALUE_END)
    if (kind === 'changed' && read !== 'true') throw changedMeanwhile()
    return {
      member,
      kind: kind === 'changed' || kind === 'kept' ? kind : 'left',
      raw: raw === undefined || raw === '' ? null : raw,
      onlyMaybe: onlyMaybe === 'true',
      values: kind === 'changed' ? mappedValues(this.#people.places, values) : null,
    }
  }

  async plan(name: string, rows: AsyncIterable<readonly PlanRow[]>): Promise<number> {
    await this.#local.scratch.run('create or replace table plan_lines (line varchar)')
    const count = await this.#local.appendLines('plan_lines', mapChunks(rows, planLine))
    const file = `${name}.parquet`
    for (const sql of planSteps(this.#ledger, this.#folder.path(file)))
      await this.#local.scratch.run(sql)
    await this.#folder.makeDurable(file)
    return count
  }

  async *toSend(
    plan: string,
    operation: 'add' | 'remove',
    rowsMax: number,
  ): AsyncGenerator<readonly PlacedRow[]> {
    let batch: PlacedRow[] = []
    let group = ''
    const wanted = `${this.#planSql(plan)} where send_group in (${operation === 'remove' ? '0, 1' : '2, 3'})`
    const lines = this.#local.lines(
      `select ${lineSql(PLAN_COLUMNS, ['file_row_number', 'send_group'])} from ${wanted} order by file_row_number`,
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
        batch.push(readPlacedRow(text))
      }
    if (batch.length > 0) yield batch
  }

  async countToSend(plan: string): Promise<ToSend> {
    const counts = await this.#local.scratch.one(toSendSql(this.#planSql(plan)))
    const causes = await this.#local.scratch.all(
      `select cause, count(*) as rows from ${this.#planSql(plan)} where send_group < 4 group by cause`,
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

  async rowsAt(plan: string, offset: number, count: number): Promise<readonly PlacedRow[]> {
    const rows: PlacedRow[] = []
    const lines = this.#local.lines(
      `select ${lineSql(PLAN_COLUMNS, ['file_row_number'])} from ${this.#planSql(plan)} ` +
        `where file_row_number >= $first and file_row_number < $end order by file_row_number`,
      count,
      { first: offset, end: offset + count },
    )
    for await (const chunk of lines) rows.push(...chunk.map(readPlacedRow))
    return rows
  }

  async *byMember(plan: string): AsyncGenerator<readonly (readonly PlacedRow[])[]> {
    const lines = this.#local.lines(
      `select ${lineSql(PLAN_COLUMNS, ['file_row_number'])} from ${this.#planSql(plan)} order by member, match_row`,
      await this.#local.scratch.count(this.#planSql(plan)),
    )
    let open: PlacedRow[] = []
    for await (const chunk of lines) {
      const members: PlacedRow[][] = []
      for (const text of chunk) {
        const row = readPlacedRow(text)
        if (open.length > 0 && open[0]?.member !== row.member) {
          members.push(open)
          open = []
        }
        open.push(row)
      }
      yield members
    }
    if (open.length > 0) yield [open]
  }

  async fold(
    ledger: RemoteLedger,
    members: AsyncIterable<readonly FoldedMember[]>,
  ): Promise<LedgerFiles> {
    return foldInto(ledger.files, members, {
      local: this.#local,
      folder: this.#folder,
      relations: (of, keepGone) => this.#relations(of, keepGone),
      newName: this.#newName,
    })
  }

  #relations(files: Pick<LedgerFiles, 'base' | 'overlays'>, keepGone = false): LedgerRelations {
    return ledgerSql(files, (file) => this.#folder.path(file), keepGone)
  }

  #planSql(plan: string): string {
    const path = this.#folder.path(`${plan}.parquet`).replaceAll("'", "''")
    return `read_parquet('${path}', file_row_number = true)`
  }
}

/** The ledger is not to be believed: what it has as surely in is only possibly in. */
const doubted = (row: LedgerRow): LedgerRow => ({ ...row, inL: false })

function changedMeanwhile(): RollcallError {
  return new RollcallError('The source changed while it was being read', {
    code: 'source/changed-meanwhile',
    next: 'retry',
    remedy: 'Run it again when nothing writes to the source; nothing was sent',
  })
}

async function* once<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  yield items
}

async function* mapChunks<From, To>(
  chunks: AsyncIterable<readonly From[]>,
  map: (item: From) => To,
): AsyncGenerator<To[]> {
  for await (const chunk of chunks) yield chunk.map(map)
}

/** Ledger rows sorted by member, handed out member by member as a second sorted stream asks for them. */
class Grouped {
  readonly #lines: AsyncGenerator<string[]>
  #chunk: readonly string[] = []
  #place = 0

  constructor(lines: AsyncGenerator<string[]>) {
    this.#lines = lines
  }

  async of(member: string): Promise<LedgerRow[]> {
    const rows: LedgerRow[] = []
    for (;;) {
      if (this.#place >= this.#chunk.length) {
        const next = await this.#lines.next()
        if (next.done === true) return rows
        this.#chunk = next.value
        this.#place = 0
      }
      const text = this.#chunk[this.#place] ?? ''
      if (!text.startsWith(member)) return rows
      rows.push(readLedgerRow(text))
      this.#place += 1
    }
  }
}
