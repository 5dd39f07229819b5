import type { Columns } from '../core/audience/audience.ts'
import type { MatchKey } from '../core/match-key/table.ts'
import type { Dialect } from './dialect.ts'
import type { Query, SqlValue } from './query.ts'

/** Parts values from values and rows of a list from each other, in texts that leave the engine. Neither stands in a value. */
export const VALUE_END = '\u001f'
export const ITEM_END = '\u001e'

/** What a sync reads of a member: for each match key the columns that hold it. */
export type Mapping = readonly (readonly [MatchKey, readonly string[]])[]

export interface Reading {
  /** The audience's rows, as `compileAudience` gives them. */
  readonly members: Query
  readonly keyColumn: string
  readonly mapping: Mapping
  readonly columns: Columns
  /** Keys the members' hashes; only those who have it can tell whether somebody is in the ledger. */
  readonly secret: string
  /** Everything beside the columns that decides what a member's rows are: the mapping, the normaliser's version. */
  readonly settings: string
  /** A stable share of the members who are never sent, in [0, 1). */
  readonly holdout: { readonly share: number; readonly salt: string }
}

/**
 * Who belongs now: `member`, null where the key is missing, `hint`, a quick hash of the key, and `raw`, a fingerprint of every
 * mapped column's text. A value's length stands before it, so that no two different rows read the same.
 */
export function fingerprintQuery(reading: Reading, dialect: Dialect): Query {
  const { members, settings } = reading
  const parts = mappedColumns(reading).map((column) =>
    framed(textOf(column, reading, dialect), dialect),
  )
  const parameters: Record<string, SqlValue> = { ...members.parameters }
  const member = memberSql(reading, dialect, parameters)
  parameters['settings'] = settings
  const raw = dialect.digest([dialect.parameter('settings'), ...parts].join(' || '))
  const sql = `select ${member} as member, ${hintSql(reading, dialect)} as hint, ${raw} as raw from (${members.sql}) as people${keptSql(reading, dialect, parameters)}`
  return { sql, parameters }
}

/**
 * The values of the members in the relation `wanted` of (member, hint), from the same session: for each one text, its mapped
 * columns in the mapping's order, parted by VALUE_END and the elements of lists by ITEM_END. Only keys whose hint is wanted are
 * digested, which for everybody would cost several times the reading.
 */
export function valuesQuery(reading: Reading, dialect: Dialect, wanted: string): Query {
  const parameters: Record<string, SqlValue> = { ...reading.members.parameters }
  const member = memberSql(reading, dialect, parameters)
  const values = mappedColumns(reading).map((column) => cleanText(column, reading, dialect))
  const line = values.join(` || ${dialect.literal(VALUE_END)} || `)
  const hinted = `select * from (${reading.members.sql}) as people where ${hintSql(reading, dialect)} in (select hint from ${wanted} as wanted)`
  const sql =
    `select wanted.member, ${line} as line from (select *, ${member} as rollcall_member from (${hinted}) as people) as people ` +
    `join ${wanted} as wanted on wanted.member = people.rollcall_member`
  return { sql, parameters }
}

/** The members alone, as `fingerprintQuery` tells them apart: those without a key are left out. */
export function membersQuery(reading: Reading, dialect: Dialect): Query {
  const parameters: Record<string, SqlValue> = { ...reading.members.parameters }
  const member = memberSql(reading, dialect, parameters)
  const key = dialect.cast(dialect.quote(reading.keyColumn), 'text')
  // Not by what is asked for being null: that would be digested twice.
  const sql = `select ${member} as member from (${reading.members.sql}) as people where ${key} <> ''`
  return { sql, parameters }
}

/** How many there are, less those held out, as `people`. */
export function sizeQuery(reading: Reading, dialect: Dialect): Query {
  const parameters: Record<string, SqlValue> = { ...reading.members.parameters }
  const kept = keptSql(reading, dialect, parameters)
  const sql = `select count(*) as people from (${reading.members.sql}) as people${kept}`
  return { sql, parameters }
}

/** The members of the keys in the relation `keys` of (key), each once. */
export function membersOfKeysQuery({ secret }: Reading, dialect: Dialect, keys: string): Query {
  const member = dialect.digest(`${dialect.parameter('secret')} || key`)
  return { sql: `select distinct ${member} as member from ${keys}`, parameters: { secret } }
}

type Keyed = Pick<Reading, 'members' | 'keyColumn'>

/** How many members have no key, as `missing`. */
export function missingKeysQuery({ members, keyColumn }: Keyed, dialect: Dialect): Query {
  const key = dialect.cast(dialect.quote(keyColumn), 'text')
  const sql = `select count(*) as missing from (${members.sql}) as people where ${key} is null or ${key} = ''`
  return { sql, parameters: members.parameters }
}

/** Keys that stand more than once among the members, a few of them, and how many there are. */
export function duplicateKeysQuery({ members, keyColumn }: Keyed, dialect: Dialect): Query {
  const key = dialect.cast(dialect.quote(keyColumn), 'text')
  const sql = `select ${key} as key, count(*) over () as duplicates from (${members.sql}) as people where ${key} is not null and ${key} <> '' group by 1 having count(*) > 1 order by 1 limit 5`
  return { sql, parameters: members.parameters }
}

/** Each mapped column once, in the order in which values come out. */
export function mappedColumns({ mapping }: Pick<Reading, 'mapping'>): readonly string[] {
  return [...new Set(mapping.flatMap(([, columns]) => columns))]
}

function memberSql(
  { keyColumn, secret }: Reading,
  dialect: Dialect,
  parameters: Record<string, SqlValue>,
): string {
  parameters['secret'] = secret
  const key = dialect.cast(dialect.quote(keyColumn), 'text')
  return `case when ${key} <> '' then ${dialect.digest(`${dialect.parameter('secret')} || ${key}`)} end`
}

const hintSql = ({ keyColumn }: Keyed, dialect: Dialect): string =>
  dialect.hint(dialect.cast(dialect.quote(keyColumn), 'text'))

/** Those held out: the same people at every run, told by their key alone. */
function keptSql(
  { keyColumn, holdout }: Reading,
  dialect: Dialect,
  parameters: Record<string, SqlValue>,
): string {
  if (holdout.share === 0) return ''
  parameters['holdout_salt'] = `${holdout.salt}:`
  parameters['holdout'] = holdout.share
  const key = dialect.cast(dialect.quote(keyColumn), 'text')
  const fraction = dialect.fraction(`${dialect.parameter('holdout_salt')} || ${key}`)
  return ` where coalesce(${fraction} >= ${dialect.cast(dialect.parameter('holdout'), 'number')}, true)`
}

function textOf(column: string, { columns }: Reading, dialect: Dialect): string {
  const quoted = dialect.quote(column)
  return columns.get(column) === 'list'
    ? dialect.joined(quoted, ITEM_END)
    : dialect.cast(quoted, 'text')
}

function framed(text: string, dialect: Dialect): string {
  return `coalesce(${dialect.cast(dialect.byteLength(text), 'text')} || ':' || ${text}, '-')`
}

/** As people would write it: numbers plain, and without the signs that part values from each other. */
function cleanText(column: string, reading: Reading, dialect: Dialect): string {
  const quoted = dialect.quote(column)
  const kind = reading.columns.get(column) ?? 'other'
  const text = kind === 'list' ? dialect.joined(quoted, ITEM_END) : dialect.text(quoted, kind)
  return `coalesce(replace(${text}, ${dialect.literal(VALUE_END)}, ' '), '')`
}
