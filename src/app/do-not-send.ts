import { hash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { counted } from '../core/counted.ts'
import { RollcallError } from '../core/error.ts'
import { suggestMapping } from '../core/match-key/mapping.ts'
import { traceValue } from '../core/match-key/trace.ts'
import { STRONG_KEYS, type StrongKey } from '../core/sync/strong.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { readTable } from '../engine/duckdb/source.ts'
import type { DoNotSend } from '../sync/order.ts'

interface ListContext {
  readonly phoneCountry: string | null
  readonly currentYear: number
}

/** The files of people who must never be sent, read again when one of them changes. */
export class ListedDoNotSend implements DoNotSend {
  readonly #local: LocalDuckDb
  readonly #paths: readonly string[]
  readonly #context: ListContext
  #state = ''
  keys: ReadonlySet<StrongKey> = new Set()
  digest = ''

  private constructor(local: LocalDuckDb, paths: readonly string[], context: ListContext) {
    this.#local = local
    this.#paths = paths
    this.#context = context
  }

  /** @param paths Relative to `folder`. */
  static async read(
    local: LocalDuckDb,
    folder: string,
    paths: readonly string[],
    context: ListContext,
  ): Promise<ListedDoNotSend> {
    const list = new ListedDoNotSend(
      local,
      paths.map((path) => resolve(folder, path)),
      context,
    )
    await list.refresh()
    return list
  }

  refresh = async (): Promise<void> => {
    const files = await Promise.all(this.#paths.map(async (path) => stat(path).catch(() => null)))
    const state = files.map((file) => `${file?.mtimeMs}/${file?.size}`).join()
    if (state === this.#state && this.digest !== '') return
    const keys = await readKeys(this.#local, this.#paths, this.#context)
    this.keys = keys
    this.digest = hash('sha256', [...keys].toSorted().join('\n'), 'hex')
    this.#state = state
  }
}

/** Columns of identifiers, found by their names, plain or hashed. */
async function readKeys(
  local: LocalDuckDb,
  paths: readonly string[],
  context: ListContext,
): Promise<ReadonlySet<StrongKey>> {
  const keys = new Set<StrongKey>()
  for (const path of paths) {
    const { columns, rows } = await readTable(local, path)
    const strong = suggestMapping(columns).flatMap(({ key, columns: named }) =>
      STRONG_KEYS.includes(key)
        ? named.map((column) => ({ key, place: columns.indexOf(column) }))
        : [],
    )
    if (strong.length === 0) throw noIdentifiers(path, columns)
    let unusable = 0
    for await (const chunk of rows)
      for (const row of chunk) {
        const sent = strong.flatMap(({ key, place }) => {
          const value = traceValue(key, row[place] ?? null, { ...context, country: null }).sent
          return value === null ? [] : [`${STRONG_KEYS.indexOf(key)}:${value}`]
        })
        if (sent.length === 0 && row.some((cell) => cell.trim() !== '')) unusable += 1
        for (const key of sent) keys.add(key)
      }
    if (unusable > 0) throw unusableLines(path, unusable)
  }
  return keys
}

/** Whoever stands in such a line would be sent. */
function unusableLines(path: string, count: number): RollcallError {
  return new RollcallError(
    `The do-not-send list "${path}" has ${counted(count, 'line', 'lines')} without an identifier that can be read`,
    {
      code: 'do-not-send/unusable-lines',
      next: 'act',
      remedy:
        'Mend or delete them; "rollcall match-key EMAIL VALUE" says what is wrong with one. Nobody is sent meanwhile.',
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
