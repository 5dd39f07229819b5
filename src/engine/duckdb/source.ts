import { readdir } from 'node:fs/promises'
import { extname, join, parse } from 'node:path'
import { RollcallError } from '../../core/error.ts'
import type { Columns } from '../../core/audience/audience.ts'
import type { Query } from '../../sql/query.ts'
import { duckdb } from '../../sql/duckdb.ts'
import { VALUE_END } from '../../sql/fingerprint.ts'
import { csvRelation } from './csv.ts'
import { SAVE_IT } from './encoding.ts'
import type { LocalDuckDb } from './local.ts'
import type { Row } from './session.ts'

/** Data that DuckDB reads where it lies. */
export type LocalSource =
  | { readonly type: 'files'; readonly path: string; readonly encoding: string | null }
  | { readonly type: 'duckdb'; readonly path: string }

type Reader = (path: string, encoding: string | null) => Promise<string>

const json =
  (format: 'auto' | 'newline_delimited'): Reader =>
  async (path) =>
    Promise.resolve(`read_json(${text(path)}, format = '${format}')`)

/** How a file becomes a table, by its ending. */
const READERS: Readonly<Record<string, Reader>> = {
  '.csv': csvRelation,
  '.tsv': csvRelation,
  '.parquet': async (path) => Promise.resolve(`read_parquet(${text(path)})`),
  '.json': json('auto'),
  '.jsonl': json('newline_delimited'),
  '.ndjson': json('newline_delimited'),
}

/**
 * Lets the local DuckDB read a source. Nothing is ever written to it: a database is attached read-only.
 * @param mentions Whether a table of this name is asked for; a broken file that nobody asks for does no harm.
 */
export async function attachSource(
  local: LocalDuckDb,
  source: LocalSource,
  mentions: (table: string) => boolean,
): Promise<void> {
  if (source.type === 'duckdb') {
    await local.source.run(`attach ${text(source.path)} as source_database (read_only)`)
    await local.source.run('use source_database')
    return
  }
  const files = await listFiles(source.path)
  for (const file of files) {
    const { name, ext } = parse(file)
    const reader = READERS[ext.toLowerCase()]
    if (reader === undefined || !mentions(name)) continue
    const relation = await reader(join(source.path, file), source.encoding ?? 'utf-8')
    await local.source.run(
      `create or replace view ${duckdb.quote(name)} as select * from ${relation}`,
    )
  }
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const files = await readdir(folder)
    return files.filter((file) => READERS[extname(file).toLowerCase()] !== undefined).toSorted()
  } catch (error) {
    throw new RollcallError(`Cannot read the folder "${folder}" of a source`, {
      code: 'source/missing',
      next: 'act',
      remedy: 'Check the path of the source; it is taken relative to the definition file',
      cause: error,
    })
  }
}

/** SQL that reads one file beside the sources, by its ending; what has no known ending is read as CSV. */
export async function fileRelation(path: string): Promise<string> {
  const reader = READERS[extname(path).toLowerCase()] ?? csvRelation
  return reader(path, null)
}

/** The columns of such a file and what each holds. */
export async function describeRelation(local: LocalDuckDb, relation: string): Promise<Columns> {
  return columnsIn(
    await local.scratch.all(`describe select * from ${relation}`).catch(withoutSource),
  )
}

/** A table read from one file, its cells as text. */
export interface ReadTable {
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<readonly (readonly string[])[]>
}

/** Reads a file beside the sources, such as a list, by its ending; what has no known ending is read as CSV. */
export async function readTable(local: LocalDuckDb, path: string): Promise<ReadTable> {
  const relation = await fileRelation(path)
  const described = await local.scratch
    .all(`describe select * from ${relation}`)
    .catch(withoutSource)
  const columns = described.map((row) => String(row['column_name']))
  const cells = columns.map(
    (column) => `replace(coalesce(cast(${duckdb.quote(column)} as varchar), ''), chr(31), ' ')`,
  )
  const count = await local.scratch.count(relation).catch(withoutSource)
  return {
    columns,
    rows: cellsOf(local.lines(`select ${cells.join(' || chr(31) || ')} from ${relation}`, count)),
  }
}

async function* cellsOf(lines: AsyncIterable<readonly string[]>): AsyncGenerator<string[][]> {
  try {
    for await (const chunk of lines) yield chunk.map((line) => line.split(VALUE_END))
  } catch (error) {
    withoutSource(error)
  }
}

/** There is no source whose encoding could be named. */
function withoutSource(error: unknown): never {
  if (!(error instanceof RollcallError) || error.code !== 'source/encoding') throw error
  const { message, code, next } = error
  throw new RollcallError(message, { code, next, remedy: SAVE_IT })
}

/** The columns of a statement and what each holds. */
export async function describeColumns(local: LocalDuckDb, query: Query): Promise<Columns> {
  return columnsIn(await local.source.all(`describe ${query.sql}`, query.parameters))
}

const columnsIn = (described: readonly Row[]): Columns =>
  new Map(
    described.map((row) => [
      String(row['column_name']),
      duckdb.columnKind(String(row['column_type'])),
    ]),
  )

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
