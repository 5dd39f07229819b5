import { extname } from 'node:path'
import { count, counted } from '../core/counted.ts'
import { RollcallError } from '../core/error.ts'
import { suggestMapping } from '../core/match-key/mapping.ts'
import { type MatchKey } from '../core/match-key/table.ts'
import { traceValue, type ValueTrace } from '../core/match-key/trace.ts'
import { STRONG_KEYS, type StrongKey } from '../core/sync/strong.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { readTable } from '../engine/duckdb/source.ts'
import { duckdb } from '../sql/duckdb.ts'

export interface ListContext {
  readonly phoneCountry: string | null
  readonly currentYear: number
  /** Columns that some sync maps to EXTERN_ID: a column of a list that is called so holds the same ids. */
  readonly idColumns: readonly string[]
}

/** Some lines of a list: how many, the first of them by their places below the header, and the match keys concerned. */
export interface Lines {
  readonly count: number
  readonly first: readonly number[]
  readonly keys: readonly MatchKey[]
}

/** What a list holds, beside its keys. */
export interface ReadList {
  readonly path: string
  /** How many lines name somebody by just these strong keys; a set of them is a number, as in `strongBits`. */
  readonly linesBy: ReadonlyMap<number, number>
  /** Columns that hold an EXTERN_ID in some line. */
  readonly idColumns: readonly string[]
  /** Lines with an identifier that cannot be read beside one that can. */
  readonly partly: Lines
}

interface Column {
  readonly key: MatchKey
  readonly name: string
  readonly place: number
}

/**
 * Reads a list and adds its keys to `keys`.
 * @throws RollcallError where somebody on it could not be recognised: whoever stands in such a line would be sent.
 */
export async function readList(
  local: LocalDuckDb,
  path: string,
  context: ListContext,
  keys: Set<StrongKey>,
): Promise<ReadList> {
  const { columns, rows } = await readTable(local, path)
  const strong = strongColumns(columns, context.idColumns)
  if (strong.length === 0) throw noIdentifiers(path, columns)
  const countryPlace = columns.indexOf(
    suggestMapping(columns).find(({ key }) => key === 'COUNTRY')?.columns[0] ?? '',
  )
  const linesBy = new Map<number, number>()
  const idColumns = new Set<string>()
  const partly = new LineTally()
  const unusable = new LineTally()
  let line = 0
  for await (const chunk of rows)
    for (const row of chunk) {
      line += 1
      const country = row[countryPlace] ?? null
      let bits = 0
      const turnedDown: MatchKey[] = []
      for (const { key, name, place } of strong) {
        const trace = traceValue(key, row[place] ?? null, { ...context, country })
        if (isTurnedDown(trace)) turnedDown.push(key)
        if (trace.sent === null) continue
        const bit = STRONG_KEYS.indexOf(key)
        bits |= 1 << bit
        keys.add(`${bit}:${trace.sent}`)
        if (key === 'EXTERN_ID') idColumns.add(name)
      }
      if (bits !== 0) linesBy.set(bits, (linesBy.get(bits) ?? 0) + 1)
      if (bits !== 0 && turnedDown.length > 0) partly.add(line, turnedDown)
      if (bits === 0 && row.some((cell) => cell.trim() !== '')) unusable.add(line, turnedDown)
    }
  if (unusable.count > 0) throw unusableLines(path, unusable)
  return { path, linesBy, idColumns: [...idColumns], partly }
}

const isTurnedDown = ({ sent, reason }: ValueTrace): boolean => sent === null && reason !== 'empty'

/** Columns of strong keys, found by their names. A column that a sync takes its ids from goes before one that only sounds like ids. */
export function strongColumns(columns: readonly string[], idColumns: readonly string[]): Column[] {
  const suggested = suggestMapping(columns).filter(({ key }) => STRONG_KEYS.includes(key))
  const others = suggested.filter(({ key }) => key !== 'EXTERN_ID')
  const taken = new Set(others.flatMap((one) => one.columns))
  const mapped = columns.filter(
    (name) => !taken.has(name) && idColumns.some((id) => isSameColumn(id, name)),
  )
  const ids = suggested.find(({ key }) => key === 'EXTERN_ID')?.columns ?? []
  const all = [...others, { key: 'EXTERN_ID', columns: mapped.length > 0 ? mapped : ids } as const]
  return all.flatMap(({ key, columns: named }) =>
    named.map((name) => ({ key, name, place: columns.indexOf(name) })),
  )
}

/** As the engine tells names of columns apart. */
export const isSameColumn = (left: string, right: string): boolean =>
  duckdb.foldsCase ? left.toLowerCase() === right.toLowerCase() : left === right

const FIRST_MAX = 3

class LineTally implements Lines {
  count = 0
  readonly first: number[] = []
  readonly #keys = new Set<MatchKey>()

  get keys(): readonly MatchKey[] {
    return [...this.#keys]
  }

  add(line: number, keys: readonly MatchKey[]): void {
    this.count += 1
    if (this.first.length < FIRST_MAX) this.first.push(line)
    for (const key of keys) this.#keys.add(key)
  }
}

/** `data rows 3, 8, 12 …`: the first row below the header is 1. */
export function placesOf({ count: all, first }: Lines): string {
  const more = all > first.length ? ' …' : ''
  return `${all === 1 ? 'data row' : 'data rows'} ${first.map(count).join(', ')}${more}`
}

function unusableLines(path: string, lines: Lines): RollcallError {
  const [key] = lines.keys
  return new RollcallError(
    `The do-not-send list "${path}" has ${counted(lines.count, 'line', 'lines')} without an identifier that can be read (${placesOf(lines)})`,
    {
      code: 'do-not-send/unusable-lines',
      next: 'act',
      remedy:
        key === undefined
          ? 'Write an identifier into each, or delete them: their cells of identifiers are empty. Nobody is sent meanwhile.'
          : `Mend or delete them; "rollcall match-key ${key} VALUE" says what is wrong with one. Nobody is sent meanwhile.`,
    },
  )
}

function noIdentifiers(path: string, columns: readonly string[]): RollcallError {
  return new RollcallError(
    `The do-not-send list "${path}" (${extname(path)}) has no column that holds an identifier: ${columns.join(', ')}`,
    {
      code: 'do-not-send/no-identifiers',
      next: 'act',
      remedy: 'Name its columns in the first line, such as email, phone or external_id',
    },
  )
}
