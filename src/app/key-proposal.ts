import { STRONG_KEYS } from '../core/sync/strong.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import { duckdb } from '../sql/duckdb.ts'
import type { Mapping } from '../sql/fingerprint.ts'

/** What tells one person of a file from another. */
export type KeyProposal =
  /** An id: it stays when an address or a number changes. */
  | { readonly kind: 'id'; readonly column: string }
  /** An e-mail address or the like: whoever changes it is another person from then on. */
  | { readonly kind: 'identifier'; readonly column: string }
  /** No column does: the first of some identifiers that a person has, one row for each. */
  | {
      readonly kind: 'made'
      readonly parts: readonly KeyPart[]
      /** Rows that have none of them, and rows of people who have a row already: both are left out. */
      readonly without: number
      readonly repeated: number
    }

/** A column of a made key. Addresses are the same in capitals and small letters; ids may not be. */
export interface KeyPart {
  readonly column: string
  readonly ignoreCase: boolean
}

/** The column that a made key goes by. */
export const MADE_KEY = 'rollcall_key'

const ID_NAME =
  /(?:^|[\s_-])(?:id|uuid|guid|key|pk|no|nr|number|num|code)$|[a-z](?:Id|ID|Uuid)$|^id/i
/** Values that may well be unique in a small file and say nothing of who it is. */
const NO_ID_NAME =
  /name|date|time|amount|total|price|spent|value|notes?$|comment|address|street|title/i

/** Columns in which every row has a value of its own. Rough counts rule most of them out in one pass. */
export async function uniqueColumns(
  local: LocalDuckDb,
  from: string,
  columns: readonly string[],
  rows: number,
): Promise<readonly string[]> {
  const rough = columns.map((name, place) => {
    const text = textSql(name)
    return `count(${text}) = count(*) and approx_count_distinct(${text}) >= count(*) * 0.8 as c${place}`
  })
  const likely = await local.source.one(`select ${rough.join(', ')} from ${from}`)
  const unique: string[] = []
  for (const [place, name] of columns.entries()) {
    if (likely[`c${place}`] !== true) continue
    const { distinct } = await local.source.one(
      `select count(distinct ${textSql(name)}) as distinct from ${from}`,
    )
    if (Number(distinct) === rows) unique.push(name)
  }
  return unique
}

/** Blank is absent. */
const textSql = (name: string): string => `nullif(trim(cast(${duckdb.quote(name)} as varchar)), '')`

/** The column, or failing that the expression, by which people are told apart; null when nothing identifies them. */
export async function proposeKey(
  local: LocalDuckDb,
  from: string,
  columns: readonly string[],
  unique: readonly string[],
  mapping: Mapping,
): Promise<KeyProposal | null> {
  const mapped = new Map(mapping)
  const own = mapped.get('EXTERN_ID') ?? []
  const taken = new Set(mapping.flatMap(([, named]) => named))
  const free = unique.filter((name) => !taken.has(name) && !NO_ID_NAME.test(name))
  const id =
    unique.find((name) => own.includes(name)) ??
    free.find((name) => ID_NAME.test(name)) ??
    free.find((name) => name === columns[0])
  if (id !== undefined) return { kind: 'id', column: id }
  const parts = STRONG_KEYS.flatMap((key) =>
    (mapped.get(key) ?? []).map((column) => ({ column, ignoreCase: key === 'EMAIL' })),
  )
  const only = parts.find(({ column }) => unique.includes(column))
  if (only !== undefined) return { kind: 'identifier', column: only.column }
  return parts.length === 0 ? null : made(local, from, parts)
}

async function made(
  local: LocalDuckDb,
  from: string,
  parts: readonly KeyPart[],
): Promise<KeyProposal> {
  const key = madeKeySql(parts)
  const counts = await local.source.one(
    `select count(*) - count(${key}) as without, count(${key}) - count(distinct ${key}) as repeated from ${from}`,
  )
  return {
    kind: 'made',
    parts,
    without: Number(counts['without']),
    repeated: Number(counts['repeated']),
  }
}

/** The first identifier that a row has. */
function madeKeySql(parts: readonly KeyPart[]): string {
  const texts = parts.map(({ column, ignoreCase }) =>
    ignoreCase ? `lower(${textSql(column)})` : textSql(column),
  )
  return texts.length === 1 ? (texts[0] ?? '') : `coalesce(${texts.join(', ')})`
}

/** A model's SQL with a made key: one row for each person, always the same one. */
export function madeKeyModel(
  table: string,
  parts: readonly KeyPart[],
  columns: readonly string[],
): string {
  const order = columns.map((name) => duckdb.quote(name)).join(', ')
  return [
    `select *, ${madeKeySql(parts)} as ${MADE_KEY}`,
    `from ${duckdb.quote(table)}`,
    `where ${MADE_KEY} is not null`,
    `qualify row_number() over (partition by ${MADE_KEY} order by ${order}) = 1`,
  ].join('\n')
}
