import { resolve } from 'node:path'
import { RollcallError } from '../core/error.ts'
import {
  matchRows,
  type Cells,
  type MappedValues,
  type RowContext,
} from '../core/match-key/rows.ts'
import { suggestMapping } from '../core/match-key/mapping.ts'
import type { MatchKey } from '../core/match-key/table.ts'
import { STRONG_KEYS, strongBits, strongKeys, type StrongKey } from '../core/sync/strong.ts'
import { readTable } from '../engine/duckdb/source.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { sentRows } from '../sync/sent-rows.ts'
import { mask } from './mask.ts'
import { layOutValues } from './member-values.ts'
import { setUpSync } from './sync-setup.ts'
import type { Workspace } from './workspace.ts'

const SAMPLES_MAX = 5

/** A definition's people beside those of a file, told to be the same by any strong key that they share. */
export interface Compared {
  readonly sync: string
  /** Without those who were erased and are in the source all the same. */
  readonly ours: number
  readonly erased: number
  readonly theirs: number
  /** Of ours, who is in the file too; and the rest. */
  readonly both: number
  readonly onlyOurs: number
  readonly onlyTheirs: number
  /** Lines of the file, and people of ours, without a usable strong key: nothing can be said of them. */
  readonly unusableOurs: number
  readonly unusableTheirs: number
  /** The columns of the file that were compared by. */
  readonly columns: readonly string[]
  /** A strong value of a few of them, masked unless asked. */
  readonly samples: {
    readonly onlyOurs: readonly string[]
    readonly onlyTheirs: readonly string[]
  }
}

interface Options {
  /** The file of those who are in the audience now, plain or hashed. */
  readonly path: string
  readonly now: number
  readonly reveal: boolean
}

/** Who would be only ours and only theirs if a sync took an audience over. Reads only; asks the platform nothing about people. */
export async function compare(
  workspace: Workspace,
  key: string,
  { path, now, reveal }: Options,
): Promise<Compared> {
  await using setup = await setUpSync(workspace, key, now, () => {})
  const { opened, reading, ports } = setup
  const show = (text: string): string => (reveal ? text : mask(text))
  const { isSuppressed: _, ...plain } = ports.rows
  const theirs = await readTheirs(opened.local, resolve(path), plain)
  const people = await layOutValues(opened, reading)
  let both = 0
  let erased = 0
  let onlyOurs = 0
  let unusableOurs = 0
  const samples: string[] = []
  for await (const chunk of people.stream(reading.mapping))
    for (const { member, values } of chunk) {
      const sent = sentRows(values, ports.rows, false, true)
      const keys = keysIn(sent.rows)
      if (sent.erased || ports.doNotSend.erased?.hasMember(member) === true) erased += 1
      else if (keys.length === 0) unusableOurs += 1
      else if (theirs.meet(keys)) both += 1
      else {
        onlyOurs += 1
        if (samples.length < SAMPLES_MAX) samples.push(show(sampleOf(values)))
      }
    }
  return {
    sync: key,
    ours: people.known - erased,
    erased,
    theirs: theirs.count,
    both,
    onlyOurs,
    onlyTheirs: theirs.unmet().count,
    unusableOurs,
    unusableTheirs: theirs.unusable,
    columns: theirs.columns,
    samples: { onlyOurs: samples, onlyTheirs: theirs.unmet().samples.map(show) },
  }
}

/** The people of the file, by their strong keys; who was met is remembered. */
class Theirs {
  readonly columns: readonly string[]
  count = 0
  unusable = 0
  readonly #lines = new Map<StrongKey, number[]>()
  readonly #samples: string[] = []
  readonly #met = new Set<number>()

  constructor(columns: readonly string[]) {
    this.columns = columns
  }

  add(values: MappedValues, context: RowContext): void {
    const keys = keysIn(matchRows(values, context).rows)
    if (keys.length === 0) {
      this.unusable += 1
      return
    }
    const line = this.count
    this.count += 1
    this.#samples.push(sampleOf(values))
    for (const key of keys) this.#lines.set(key, [...(this.#lines.get(key) ?? []), line])
  }

  meet(keys: readonly StrongKey[]): boolean {
    const lines = keys.flatMap((key) => this.#lines.get(key) ?? [])
    for (const line of lines) this.#met.add(line)
    return lines.length > 0
  }

  unmet(): { readonly count: number; readonly samples: readonly string[] } {
    const samples = this.#samples.filter((_, line) => !this.#met.has(line)).slice(0, SAMPLES_MAX)
    return { count: this.count - this.#met.size, samples }
  }
}

async function readTheirs(local: LocalDuckDb, path: string, context: RowContext): Promise<Theirs> {
  const { columns, rows } = await readTable(local, path)
  const mapping = suggestMapping(columns)
  const strong = mapping.filter(({ key }) => STRONG_KEYS.includes(key))
  if (strong.length === 0) throw noIdentifiers(path, columns)
  const theirs = new Theirs(strong.flatMap((suggested) => suggested.columns))
  for await (const chunk of rows)
    for (const cells of chunk) {
      const values: Partial<Record<MatchKey, readonly string[]>> = {}
      for (const { key, columns: named } of mapping)
        values[key] = named.map((column) => cells[columns.indexOf(column)] ?? '')
      theirs.add(values, context)
    }
  return theirs
}

const keysIn = (rows: readonly Cells[]): readonly StrongKey[] => [
  ...new Set(rows.flatMap((cells) => strongKeys(cells, strongBits(cells)))),
]

/** The first strong value of a person, as it was written. */
function sampleOf(values: MappedValues): string {
  for (const key of STRONG_KEYS.toReversed())
    for (const value of values[key] ?? []) if (String(value).trim() !== '') return String(value)
  return ''
}

function noIdentifiers(path: string, columns: readonly string[]): RollcallError {
  return new RollcallError(
    `"${path}" has no column that holds an identifier: ${columns.join(', ')}`,
    {
      code: 'compare/no-identifiers',
      next: 'act',
      remedy: 'Name its columns in the first line, such as email, phone or external_id',
    },
  )
}
