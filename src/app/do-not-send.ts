import { hash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
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
    for await (const chunk of rows)
      for (const row of chunk)
        for (const { key, place } of strong) {
          const { sent } = traceValue(key, row[place] ?? null, { ...context, country: null })
          if (sent !== null) keys.add(`${STRONG_KEYS.indexOf(key)}:${sent}`)
        }
  }
  return keys
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
