import {
  DuckDBInstance,
  listValue,
  LIST,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { Query, SqlValue } from '../../src/sql/query.ts'
import type { Cell } from './comparison-meaning.ts'
import type { Person } from './evaluator.ts'
import { COLUMNS } from './people.ts'

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

export function literal(cell: Cell): string {
  if (cell === null) return 'null'
  if (typeof cell === 'string') return quoted(cell)
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
  if ('day' in cell) return `date ${quoted(cell.day)}`
  if ('time' in cell) return `epoch_ms(${cell.time}::bigint)`
  if ('fields' in cell) {
    const fields = Object.entries(cell.fields).map(
      ([name, value]) => `${quoted(name)}: ${literal(value)}`,
    )
    return `{${fields.join(', ')}}`
  }
  return `[${cell.map(literal).join(', ')}]::varchar[]`
}

function isTexts(value: SqlValue): value is readonly string[] {
  return Array.isArray(value)
}

/** A database in memory that holds the people, in a zone that is nobody's, so that nothing may depend on it. */
export async function openPeople(people: readonly Person[]): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run("set timezone = 'Pacific/Auckland'")
  await addPeople(connection, 'people', people)
  return connection
}

/** A table of people of its own. */
export async function addPeople(
  connection: DuckDBConnection,
  table: string,
  people: readonly Person[],
): Promise<void> {
  const columns = Object.entries(COLUMNS).map(
    ([name, { type }]) => `"${name.replaceAll('"', '""')}" ${type}`,
  )
  await connection.run(`create table ${table} (id varchar, ${columns.join(', ')})`)
  const names = ['id', ...Object.keys(COLUMNS)]
  const rows = people.map(
    (person) =>
      `(${names
        .map((name) => {
          const cell = literal(person[name] ?? null)
          // A time without zone becomes one with zone in UTC, not in the session's zone.
          return name === 'updated' && cell !== 'null' ? `timezone('UTC', ${cell})` : cell
        })
        .join(', ')})`,
  )
  await connection.run(`insert into ${table} values ${rows.join(', ')}`)
}

/** Runs a compiled query and gives its rows as plain values. */
export async function run(
  connection: DuckDBConnection,
  { sql, parameters }: Query,
): Promise<DuckDBValue[][]> {
  const values: Record<string, DuckDBValue> = {}
  const types: Record<string, DuckDBType> = {}
  for (const [name, value] of Object.entries(parameters)) {
    values[name] = isTexts(value) ? listValue(value) : value
    if (isTexts(value)) types[name] = LIST(VARCHAR)
  }
  const reader = await connection.runAndReadAll(sql, values, types)
  return reader.getRows()
}
