import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join, parse, resolve } from 'node:path'
import type { Columns } from '../core/audience/audience.ts'
import { isTraitName } from '../core/audience/operand.ts'
import { RollcallError } from '../core/error.ts'
import { suggestMapping } from '../core/match-key/mapping.ts'
import { MATCH_KEYS, MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import { LocalDuckDb } from '../engine/duckdb/local.ts'
import { attachSource, describeColumns } from '../engine/duckdb/source.ts'
import { duckdb } from '../sql/duckdb.ts'
import type { Mapping } from '../sql/fingerprint.ts'
import { proposeKey, uniqueColumns, type KeyProposal } from './key-proposal.ts'

/** What a file of people holds, as far as a first definition needs to know. */
export interface PeopleFile {
  readonly path: string
  /** As a table of a `files` source. */
  readonly table: string
  /** Null for UTF-8, and for files that say it themselves. */
  readonly encoding: string | null
  readonly rows: number
  readonly columns: readonly string[]
  readonly mapping: Mapping
  readonly key: KeyProposal
  /** Columns in which every row has a value of its own. */
  readonly unique: readonly string[]
  /** Phone numbers among the first rows, and how many of them do not say their country. */
  readonly phones: { readonly seen: number; readonly withoutCountry: number }
}

const ENDINGS = ['.csv', '.tsv', '.parquet', '.json', '.jsonl', '.ndjson'] as const
const ENCODINGS = [null, 'utf-16', 'latin-1'] as const
const SAMPLE_ROWS = 5000
/** From this share of its values on, a column is what they look like. */
const TELLING_SHARE = 0.8

/**
 * Looks at a file of people: columns, what they can be mapped to, what tells the people apart.
 * @throws RollcallError when it cannot be read, or nothing in it identifies people
 */
export async function readPeopleFile(path: string): Promise<PeopleFile> {
  await refuseUnreadable(path)
  // What does not fit into memory is spilled where nobody else may read it.
  const spillFolder = await mkdtemp(join(tmpdir(), 'rollcall-init-'))
  try {
    return await inFirstEncoding(path, spillFolder)
  } finally {
    await rm(spillFolder, { recursive: true, force: true })
  }
}

async function inFirstEncoding(path: string, spillFolder: string): Promise<PeopleFile> {
  let first: unknown
  for (const encoding of ENCODINGS) {
    await using local = await LocalDuckDb.open({ spillFolder, memoryLimit: '800MB', threads: 2 })
    try {
      return await inspect(local, path, encoding)
    } catch (error) {
      if (!(error instanceof RollcallError) || error.code !== 'source/encoding') throw error
      first ??= error
    }
  }
  throw first
}

async function refuseUnreadable(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile())
    throw new RollcallError(`Cannot find the file "${path}"`, {
      code: 'init/missing-file',
      next: 'act',
      remedy: 'Name a file of people, or leave the name out for an example',
    })
  if (found.size === 0) throw noColumns(path)
  const ending = extname(path).toLowerCase()
  if (!ENDINGS.some((known) => known === ending))
    throw new RollcallError(`Cannot read "${path}": its ending "${ending}" is not known`, {
      code: 'init/unknown-ending',
      next: 'act',
      remedy: `Give it the ending of what it is: ${ENDINGS.join(', ')}`,
    })
  const { name, base } = parse(path)
  const twins = (await readdir(dirname(resolve(path)))).filter(
    (other) =>
      other !== base &&
      parse(other).name.toLowerCase() === name.toLowerCase() &&
      ENDINGS.some((known) => known === extname(other).toLowerCase()),
  )
  if (twins.length > 0)
    throw new RollcallError(`"${base}" and "${twins[0]}" would be the same table`, {
      code: 'init/same-table',
      next: 'act',
      remedy: 'Rename one of them, or put the file into a folder of its own',
    })
}

async function inspect(
  local: LocalDuckDb,
  path: string,
  encoding: string | null,
): Promise<PeopleFile> {
  const table = parse(path).name
  const folder = dirname(resolve(path))
  await attachSource(local, { type: 'files', path: folder, encoding }, (name) => name === table)
  const from = duckdb.quote(table)
  const described = await describeColumns(local, { sql: `select * from ${from}`, parameters: {} })
  const columns = new Map([...described].filter(([name]) => isNameable(name)))
  if (columns.size === 0) throw noColumns(path)
  const { rows } = await local.source.one(`select count(*) as rows from ${from}`)
  const sample = await sampleOf(local, from, columns)
  const mapping = mappingOf(columns, sample)
  const unique = await uniqueColumns(local, from, [...columns.keys()], Number(rows))
  const key = await proposeKey(local, from, [...columns.keys()], unique, mapping)
  if (key === null || !mapping.some(([name]) => FINDING_KEYS.has(name)))
    throw noIdentifiers(path, [...columns.keys()])
  return {
    path,
    table,
    encoding,
    rows: Number(rows),
    columns: [...columns.keys()],
    mapping: withOwnId(mapping, key),
    key,
    unique,
    phones: phonesIn(sample, mapping),
  }
}

/** What a definition can name, and SQL can quote. */
const isNameable = (name: string): boolean => isTraitName(name) && !name.includes('\u0000')

/** Keys by which Meta can find people whom it was not told about before. */
const FINDING_KEYS: ReadonlySet<MatchKey> = new Set(['EMAIL', 'PHONE', 'MADID'])

type Sample = readonly Readonly<Record<string, string>>[]

async function sampleOf(local: LocalDuckDb, from: string, columns: Columns): Promise<Sample> {
  const texts = [...columns.keys()].map(
    (name) => `coalesce(cast(${duckdb.quote(name)} as varchar), '') as ${duckdb.quote(name)}`,
  )
  const rows = await local.source.all(
    `select ${texts.join(', ')} from ${from} limit ${SAMPLE_ROWS}`,
  )
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])),
  )
}

/** By the columns' names, and by what stands in those whose names say nothing. */
function mappingOf(columns: Columns, sample: Sample): Mapping {
  const named = new Map<MatchKey, readonly string[]>(
    suggestMapping([...columns.keys()])
      // A value is chosen, and a scoped id needs the app or page that only its owner knows.
      .filter(({ key }) => MATCH_KEYS[key].role !== 'value' && !('scope' in MATCH_KEYS[key]))
      .map(({ key, columns: own }) => [key, own]),
  )
  const taken = new Set([...named.values()].flat())
  for (const name of columns.keys()) {
    if (taken.has(name)) continue
    const key = keyByValues(sample.map((row) => row[name] ?? '').filter((text) => text !== ''))
    if (key !== null) named.set(key, [...(named.get(key) ?? []), name])
  }
  return MATCH_KEY_NAMES.flatMap((key): [MatchKey, readonly string[]][] => {
    const own = named.get(key)
    return own === undefined ? [] : [[key, own]]
  })
}

const LOOKS_LIKE: readonly (readonly [MatchKey, RegExp])[] = [
  ['EMAIL', /^\s*[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+\s*$/],
  ['PHONE', /^\s*(?:\+|00)[\d\s().-]{7,20}\s*$/],
]

function keyByValues(values: readonly string[]): MatchKey | null {
  for (const [key, pattern] of LOOKS_LIKE) {
    const alike = values.filter((text) => pattern.test(text)).length
    if (alike > 0 && alike >= values.length * TELLING_SHARE) return key
  }
  return null
}

/** An id of one's own tells Meta which rows are one person. */
function withOwnId(mapping: Mapping, key: KeyProposal): Mapping {
  const has = mapping.some(([name]) => name === 'EXTERN_ID')
  return has || key.kind !== 'id' ? mapping : [['EXTERN_ID', [key.column]], ...mapping]
}

const WITH_COUNTRY = /^\s*(?:\+|00)/
const LOCAL_DIGITS_MIN = 6

function phonesIn(sample: Sample, mapping: Mapping): PeopleFile['phones'] {
  const columnsOf = (key: MatchKey): readonly string[] => new Map(mapping).get(key) ?? []
  let seen = 0
  let withoutCountry = 0
  for (const row of sample) {
    const hasCountry = columnsOf('COUNTRY').some((name) => (row[name] ?? '').trim() !== '')
    for (const name of columnsOf('PHONE')) {
      const text = row[name] ?? ''
      const isHash = /^[0-9a-f]{64}$/i.test(text.trim())
      if (isHash || text.replaceAll(/\D/g, '').length < LOCAL_DIGITS_MIN) continue
      seen += 1
      if (!hasCountry && !WITH_COUNTRY.test(text)) withoutCountry += 1
    }
  }
  return { seen, withoutCountry }
}

function noColumns(path: string): RollcallError {
  return new RollcallError(`There is nothing in "${basename(path)}"`, {
    code: 'init/empty-file',
    next: 'act',
    remedy: 'Its first line must name the columns, such as customer_id,email,phone',
  })
}

function noIdentifiers(path: string, columns: readonly string[]): RollcallError {
  return new RollcallError(
    `No column of "${basename(path)}" looks like an e-mail address, a phone number or an advertising id: ${columns.join(', ')}`,
    {
      code: 'init/no-identifiers',
      next: 'act',
      remedy:
        'Name the columns in the first line, such as email, phone or madid; Meta finds nobody without one of them',
    },
  )
}
