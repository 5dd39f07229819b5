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
import { planLine, readLedgerRow } from './codec.ts'
import { lineSql } from '../../engine/duckdb/line-columns.ts'
import { ROW_COLUMNS } from './columns.ts'
import {
  askedSql,
  compareSteps,
  countsSql,
  othersSql,
  refusingSteps,
  suppressedSteps,
  type Asked,
} from './compare-sql.ts'
import type { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import { foldInto } from './fold-files.ts'
import { ledgerSql, type LedgerRelations } from './ledger-sql.ts'
import { mappedValues, type People } from './people.ts'
import { PlanFile } from './plan-file.ts'
import { PLANNED, plannedSql, planSteps } from './plan-sql.ts'
import { slices } from './slices.ts'
import { laySuppressed } from './suppressed-keys.ts'
import { SortedLines } from './sorted-lines.ts'
import { takeLines } from './take-lines.ts'

/** The workbench of a real run: DuckDB over Parquet files, and the source that the people come from. */
export class DuckDbWorkbench implements Workbench {
  readonly #local: LocalDuckDb
  readonly #people: People
  readonly #folder: ParquetFolder
  readonly #newName: () => string
  readonly #atATime: AtATime
  #ledger: LedgerRelations = { members: '', rows: '' }

  /** @param atATime How many people are joined, and laid out with their values, at a time. */
  constructor(
    local: LocalDuckDb,
    people: People,
    folder: ParquetFolder,
    newName: () => string,
    atATime = AT_A_TIME,
  ) {
    this.#local = local
    this.#people = people
    this.#folder = folder
    this.#newName = newName
    this.#atATime = atATime
  }

  async compare(question: Comparing): Promise<Comparison> {
    this.#ledger = this.#relations(question.ledger.files)
    const { known, missing, withoutConsent } = question.nobody
      ? await this.#nobody()
      : await this.#everybody()
    const { ledger, now, others } =
      question.only === null
        ? { ledger: this.#ledger, now: known, others: 0 }
        : await this.#among(question.only)
    const asked: Asked = {
      ...question,
      onlyMaybe: question.ledger.onlyMaybe,
      slices: slicesOf(now, this.#atATime.joined),
    }
    await laySuppressed(this.#local, question.suppressed)
    for (const { sql, values } of compareSteps(ledger, asked))
      await this.#local.scratch.run(sql, values)
    const counts = await this.#local.scratch.one(countsSql(ledger, this.#ledger))
    const entering = Number(counts['entering'])
    const matched = now - entering
    // A key that stands twice meets the same ledger member twice; without those who left that cannot be seen by counting.
    const repeated = question.ignoreLeft
      ? (await this.#people.distinct('people_now')) !== now
      : matched !== Number(counts['members']) - Number(counts['left_behind']) ||
        entering !== Number(counts['entering_once'])
    // No engine tells one of two rows with the same key from the other: then nobody knows whether their person agrees.
    const torn = await this.#local.scratch.count('people_now semi join refusing using (member)')
    for (const done of ['people_now', 'refusing'])
      await this.#local.scratch.run(`drop table ${done}`)
    return {
      members: now + others,
      withoutConsent,
      present: Number(counts['present']),
      unusableKept: Number(counts['unusable_kept']),
      keyless: missing,
      duplicates: repeated ? await this.#people.duplicates() : { count: torn, samples: [] },
    }
  }

  /** People now as if nobody belonged; the source is not asked. */
  async #nobody(): Promise<Counted> {
    await this.#local.scratch.run(
      'create or replace table people_now (member uuid, hint ubigint, raw uuid)',
    )
    await this.#local.scratch.run('create or replace table refusing (member uuid)')
    return { known: 0, missing: 0, withoutConsent: 0 }
  }

  async #everybody(): Promise<Counted> {
    const counted = await this.#people.fingerprints('people_now')
    return { ...counted, withoutConsent: await this.#people.withoutConsent('refusing') }
  }

  /** Leaves these members alone in `people_now`. @returns the ledger of them, how many belong, and how many others do */
  async #among(
    keys: readonly string[],
  ): Promise<{ ledger: LedgerRelations; now: number; others: number }> {
    const { scratch } = this.#local
    await this.#people.members('asked_members', keys)
    await scratch.run('delete from people_now where member not in (from asked_members)')
    const { others } = await scratch.one(othersSql(this.#ledger))
    const now = await scratch.count('people_now')
    return { ledger: askedSql(this.#ledger), now, others: Number(others) }
  }

  async findSuppressed(
    { files, onlyMaybe }: RemoteLedger,
    keys: readonly string[],
  ): Promise<number> {
    this.#ledger = this.#relations(files)
    await laySuppressed(this.#local, keys)
    for (const { sql, values } of suppressedSteps(this.#ledger, onlyMaybe))
      await this.#local.scratch.run(sql, values)
    return this.#local.scratch.count('touched')
  }

  async findWithdrawn({ files, onlyMaybe }: RemoteLedger): Promise<number> {
    this.#ledger = this.#relations(files)
    const { scratch } = this.#local
    const isEmpty = (await scratch.count(`(${this.#ledger.members}) as ledger where in_u`)) === 0
    if (isEmpty) return 0
    await this.#people.withoutConsent('refusing')
    for (const { sql, values } of refusingSteps(this.#ledger, onlyMaybe))
      await scratch.run(sql, values)
    await scratch.run('drop table refusing')
    return scratch.count('touched')
  }

  async *touched(): AsyncGenerator<readonly TouchedPerson[]> {
    const count = await this.#local.scratch.count('touched')
    for (const slice of slicesOf(count, this.#atATime.valued)) yield* this.#touchedIn(slice)
  }

  async *#touchedIn(slice: string): AsyncGenerator<readonly TouchedPerson[]> {
    const { scratch } = this.#local
    const touched = `(select * from touched where ${slice}) as touched`
    const known = `(select * from (${this.#ledger.rows}) as rows where ${slice}) as ledger semi join ${touched} using (member)`
    const ledger = await SortedLines.open(
      this.#local.lines(
        `select ${lineSql(ROW_COLUMNS)} from ${known} order by member, match_row`,
        await scratch.count(known),
      ),
    )
    await this.#readValues(slice)
    const people = this.#local.lines(
      `select concat_ws(chr(31), touched.member, cast(kind as varchar), coalesce(cast(raw as varchar), ''), read.member is not null, coalesce(only_maybe, false), coalesce(line, '')) ` +
        `from ${touched} left join touched_values as read using (member) order by touched.member`,
      await scratch.count(touched),
    )
    for await (const lines of people) {
      const chunk: TouchedPerson[] = []
      for (const text of lines) {
        const person = this.#readPerson(text)
        const rows = (await ledger.of(person.member)).map(readLedgerRow)
        chunk.push({ ...person, ledger: person.onlyMaybe ? rows.map(doubted) : rows })
      }
      yield chunk
    }
    await scratch.run('drop table touched_values')
  }

  /** The source is only asked when somebody in it changed. */
  async #readValues(slice: string): Promise<void> {
    const { scratch } = this.#local
    const changed = `touched where kind = 'changed' and ${slice}`
    if ((await scratch.count(changed)) === 0)
      await scratch.run('create or replace table touched_values (member uuid, line varchar)')
    else
      await this.#people.readValues(
        'touched_values',
        `(select member, hint from ${SCRATCH}.${changed})`,
      )
  }

  #readPerson(text: string): Omit<TouchedPerson, 'ledger'> & { readonly onlyMaybe: boolean } {
    const [member = '', kind, raw, read, onlyMaybe, ...values] = text.split(VALUE_END)
    if (kind === 'changed' && read !== 'true') throw changedMeanwhile()
    return {
      member,
      kind: kind === 'changed' || kind === 'kept' || kind === 'withdrawn' ? kind : 'left',
      raw: raw === undefined || raw === '' ? null : raw,
      onlyMaybe: onlyMaybe === 'true',
      values: kind === 'changed' ? mappedValues(this.#people.places, values) : null,
    }
  }

  async plan(name: string, rows: AsyncIterable<readonly PlanRow[]>): Promise<number> {
    await this.#local.scratch.run(PLANNED)
    const count = await takeLines(this.#local, mapChunks(rows, planLine), plannedSql)
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
    yield* this.#plan(plan).toSend(operation, rowsMax)
  }

  async countToSend(plan: string): Promise<ToSend> {
    return this.#plan(plan).countToSend()
  }

  async discard(plan: string): Promise<void> {
    await this.#folder.remove(plan)
  }

  async rowsAt(plan: string, offset: number, count: number): Promise<readonly PlacedRow[]> {
    return this.#plan(plan).rowsAt(offset, count)
  }

  async *byMember(plan: string): AsyncGenerator<readonly (readonly PlacedRow[])[]> {
    yield* this.#plan(plan).byMember()
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

  #plan(plan: string): PlanFile {
    return new PlanFile(this.#local, this.#folder.path(`${plan}.parquet`))
  }
}

/**
 * So many fit into the memory that a run has, so nothing is spilled: of the narrow join more than with their values. Reading the
 * source once more for each million costs less than spilling everybody's values, encrypted.
 */
const AT_A_TIME: AtATime = { joined: 2_500_000, valued: 1_000_000 }

interface Counted {
  readonly known: number
  readonly missing: number
  readonly withoutConsent: number
}

interface AtATime {
  readonly joined: number
  readonly valued: number
}

const slicesOf = (people: number, atATime: number): readonly string[] =>
  slices('member', Math.ceil(people / atATime))

/** The ledger is not to be believed: what it has as surely in is only possibly in. */
const doubted = (row: LedgerRow): LedgerRow => ({ ...row, inL: false })

function changedMeanwhile(): RollcallError {
  return new RollcallError('The source changed while it was being read', {
    code: 'source/changed-meanwhile',
    next: 'retry',
    remedy: 'Run it again when nothing writes to the source; nothing was sent',
  })
}

async function* mapChunks<From, To>(
  chunks: AsyncIterable<readonly From[]>,
  map: (item: From) => To,
): AsyncGenerator<To[]> {
  for await (const chunk of chunks) yield chunk.map(map)
}
