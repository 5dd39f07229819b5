import { hash } from 'node:crypto'
import { extname, resolve } from 'node:path'
import { RollcallError } from '../core/error.ts'
import { suggestMapping } from '../core/match-key/mapping.ts'
import { traceValue } from '../core/match-key/trace.ts'
import { STRONG_KEYS } from '../core/sync/strong.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { readTable } from '../engine/duckdb/source.ts'
import type { DoNotSend } from '../sync/order.ts'

/** Reads the files of people who must never be sent: columns of identifiers, by their names, plain or hashed. */
export async function readDoNotSend(
  local: LocalDuckDb,
  folder: string,
  paths: readonly string[],
  context: { readonly phoneCountry: string | null; readonly currentYear: number },
): Promise<DoNotSend> {
  const keys = new Set<string>()
  for (const path of paths) {
    const { columns, rows } = await readTable(local, resolve(folder, path))
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
  return { keys, digest: hash('sha256', [...keys].toSorted().join('\n'), 'hex') }
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
