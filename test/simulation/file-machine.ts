import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ColumnKind } from '../../src/core/audience/audience.ts'
import { MATCH_KEY_NAMES } from '../../src/core/match-key/table.ts'
import { LocalDuckDb } from '../../src/engine/duckdb/local.ts'
import type { Row } from '../../src/engine/duckdb/session.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import type { Reading } from '../../src/sql/fingerprint.ts'
import { openStore } from '../../src/store/sqlite/open-store.ts'
import { readLedgerRow } from '../../src/sync/duckdb/codec.ts'
import { lineSql } from '../../src/engine/duckdb/line-columns.ts'
import { ROW_COLUMNS } from '../../src/sync/duckdb/columns.ts'
import { ParquetFolder } from '../../src/engine/duckdb/parquet-folder.ts'
import { ledgerSql } from '../../src/sync/duckdb/ledger-sql.ts'
import { LocalPeople, type Refusing } from '../../src/sync/duckdb/people.ts'
import { DuckDbWorkbench } from '../../src/sync/duckdb/workbench.ts'
import type { Comparing, Workbench } from '../../src/sync/workbench.ts'
import type { Machine } from './machine.ts'
import type { SourcePerson } from './people.ts'

const SECRET = 'simulated'

/** What a member is called in the files. */
function memberHash(key: string): string {
  const digest = hash('md5', SECRET + key, 'hex')
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20),
  ].join('-')
}

/** So few that every world goes through several slices. */
const AT_A_TIME = { joined: 3, valued: 3 }

const READING: Reading = {
  members: { sql: 'select * from simulated_people', parameters: {} },
  keyColumn: 'id',
  mapping: MATCH_KEY_NAMES.map((key) => [key, [`v_${key}`]] as const),
  columns: new Map(MATCH_KEY_NAMES.map((key): [string, ColumnKind] => [`v_${key}`, 'list'])),
  secret: SECRET,
  settings: '',
  holdout: { share: 0, salt: '' },
}

const REFUSING: Refusing = {
  everywhere: { sql: 'select * from refusing_people', parameters: {} },
  inAudience: { sql: 'select * from refusing_people', parameters: {} },
}

/** A machine of real parts: DuckDB, Parquet files and SQLite in a folder of its own. Each worker has an engine of its own. */
export async function fileMachine(): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-simulated-'))
  const engines: Promise<LocalDuckDb>[] = []
  const openEngine = async (): Promise<LocalDuckDb> => {
    const engine = LocalDuckDb.open({
      spillFolder: join(folder, `spill-${engines.length}`),
      memoryLimit: '200MB',
      threads: 1,
    })
    engines.push(engine)
    return engine
  }
  const local = await openEngine()
  const store = await openStore(join(folder, 'store.db'))
  const files = new ParquetFolder(join(folder, 'ledger'))
  await files.prepare()
  const seen = new Set<string>()
  const keys = new Map<string, string>()
  let names = 0
  return {
    store,
    patienceMs: 20_000,
    workbench: (source, settings, refusing) =>
      new ProcessWorkbench(async () => {
        const own = await openEngine()
        const people = new LocalPeople(own, { ...READING, settings }, duckdb, REFUSING)
        const newName = (): string => `ledger-${(names += 1)}`
        const workbench = new DuckDbWorkbench(own, people, files, newName, AT_A_TIME)
        // The source is what it is at the moment of the comparison, as in the machine of arrays.
        const compare = workbench.compare.bind(workbench)
        const findWithdrawn = workbench.findWithdrawn.bind(workbench)
        workbench.compare = async (question: Comparing) => {
          await fillSource(own, source(), refusing(), keys)
          return compare(question)
        }
        workbench.findWithdrawn = async (ledger) => {
          await fillSource(own, source(), refusing(), keys)
          return findWithdrawn(ledger)
        }
        return workbench
      }),
    ledgerRows: async (ledger) => {
      const { rows } = ledgerSql(ledger, (file) => files.path(file))
      const count = await local.scratch.count(`(${rows}) as ledger`)
      const all = await collect(
        local.lines(`select ${lineSql(ROW_COLUMNS)} from (${rows}) as ledger`, count),
      )
      return all.map(readLedgerRow).map((row) => ({ ...row, member: keys.get(row.member) ?? '' }))
    },
    planRows: async (file) => {
      const reader = new DuckDbWorkbench(
        local,
        new LocalPeople(local, READING, duckdb),
        files,
        () => '',
      )
      const rows = []
      for await (const members of reader.byMember(file)) rows.push(...members.flat())
      return rows
        .toSorted((a, b) => a.position - b.position)
        .map((row) => ({ ...row, member: keys.get(row.member) ?? '' }))
    },
    written: async () => {
      const fresh = readdirSync(files.path('')).filter((file) => !seen.has(file))
      for (const file of fresh) seen.add(file)
      const texts = fresh.map(async (file) => {
        const parquet = `read_parquet('${files.path(file)}')`
        const columns = await local.scratch.all(`describe select * from ${parquet}`)
        const shown = columns.map(shownColumn).join(', ')
        const rows = await local.scratch.all(
          `select cast(to_json(parquet) as varchar) as line from (select ${shown} from ${parquet}) as parquet`,
        )
        return rows.map((row) => String(row['line'])).join('\n')
      })
      return [...(await Promise.all(texts)), dumpOf(join(folder, 'store.db'))].join('\n')
    },
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]()
      for (const engine of engines) await (await engine)[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The 32 bytes of a hash as digits, since they may read like anything; other bytes as the text that they may be. */
function shownColumn({ column_name: name, column_type: type }: Row): string {
  const column = String(name)
  if (type !== 'BLOB') return column
  return `case when octet_length(${column}) = 32 then hex(${column}) else cast(${column} as varchar) end as ${column}`
}

/** A workbench whose engine is opened when it is first asked. */
class ProcessWorkbench implements Workbench {
  readonly #open: () => Promise<Workbench>
  #opened: Promise<Workbench> | undefined

  constructor(open: () => Promise<Workbench>) {
    this.#open = open
  }

  async #own(): Promise<Workbench> {
    this.#opened ??= this.#open()
    return this.#opened
  }

  async compare(...values: Parameters<Workbench['compare']>): ReturnType<Workbench['compare']> {
    return (await this.#own()).compare(...values)
  }

  async findSuppressed(
    ...values: Parameters<Workbench['findSuppressed']>
  ): ReturnType<Workbench['findSuppressed']> {
    return (await this.#own()).findSuppressed(...values)
  }

  async findWithdrawn(
    ...values: Parameters<Workbench['findWithdrawn']>
  ): ReturnType<Workbench['findWithdrawn']> {
    return (await this.#own()).findWithdrawn(...values)
  }

  async *touched(): ReturnType<Workbench['touched']> {
    yield* (await this.#own()).touched()
  }

  async plan(...values: Parameters<Workbench['plan']>): ReturnType<Workbench['plan']> {
    return (await this.#own()).plan(...values)
  }

  async *toSend(...values: Parameters<Workbench['toSend']>): ReturnType<Workbench['toSend']> {
    yield* (await this.#own()).toSend(...values)
  }

  async countToSend(
    ...values: Parameters<Workbench['countToSend']>
  ): ReturnType<Workbench['countToSend']> {
    return (await this.#own()).countToSend(...values)
  }

  async discard(...values: Parameters<Workbench['discard']>): ReturnType<Workbench['discard']> {
    return (await this.#own()).discard(...values)
  }

  async rowsAt(...values: Parameters<Workbench['rowsAt']>): ReturnType<Workbench['rowsAt']> {
    return (await this.#own()).rowsAt(...values)
  }

  async *byMember(...values: Parameters<Workbench['byMember']>): ReturnType<Workbench['byMember']> {
    yield* (await this.#own()).byMember(...values)
  }

  async fold(...values: Parameters<Workbench['fold']>): ReturnType<Workbench['fold']> {
    return (await this.#own()).fold(...values)
  }
}

/** Every row of every table, read through a connection of its own. */
function dumpOf(path: string): string {
  using database = new DatabaseSync(path, { readOnly: true })
  const tables = database.prepare(`select name from sqlite_master where type = 'table'`).all()
  return tables
    .map(({ name }) => JSON.stringify(database.prepare(`select * from "${String(name)}"`).all()))
    .join('\n')
}

async function fillSource(
  local: LocalDuckDb,
  people: readonly SourcePerson[],
  refusing: ReadonlySet<string>,
  keys: Map<string, string>,
): Promise<void> {
  const columns = MATCH_KEY_NAMES.map((key) => `"v_${key}" varchar[]`).join(', ')
  await local.source.run(`create or replace table simulated_people (id varchar, ${columns})`)
  await local.source.run('create or replace table refusing_people (id varchar)')
  for (const id of refusing)
    await local.source.run('insert into refusing_people values ($id)', { id })
  for (const { member, values } of people) {
    keys.set(memberHash(member), member)
    const lists = MATCH_KEY_NAMES.map((key) => (values[key] ?? []).map(String))
    const parameters = Object.fromEntries(lists.map((list, place) => [`v${place}`, list]))
    const placed = lists.map((_, place) => `cast($v${place} as varchar[])`).join(', ')
    await local.source.run(`insert into simulated_people values ($id, ${placed})`, {
      ...parameters,
      id: member,
    })
  }
}

async function collect(chunks: AsyncIterable<readonly string[]>): Promise<string[]> {
  const all: string[] = []
  for await (const chunk of chunks) all.push(...chunk)
  return all
}
