import { agreesSql, type Agreement, agreement } from './consent-sql.ts'
import { factsOf, IDENTIFIERS, ORDER, SEEN, SEEN_COLUMNS } from './facts-sql.ts'
import { literal, quoted, type ProfileColumn, type ProfileColumns } from './profile-columns.ts'

const place = (prefix: 'c' | 'i' | 't', index: number): string => quoted(`${prefix}${index}`)

/** The value of a trait among rows of all of one thing's traits, and the same as its column. */
export const pickTrait = ({ name }: ProfileColumn, index: number): string =>
  `any_value(value) filter (where name = ${literal(name)}) as ${place('t', index)}`
export const readTrait = ({ column, read }: ProfileColumn, index: number): string =>
  `${read(place('t', index))} as ${quoted(column)}`

/**
 * The people with all their columns, however many: what is kept of a person is gathered once for all of them. That fits into
 * memory for a million people or so, since lists of texts do not spill.
 */
export function wideProfilesSql({ identifiers, traits, consent }: ProfileColumns): string {
  const lists = identifiers.map(
    ({ name }, index) =>
      `list(value order by time desc, value) filter (where name = ${literal(name)}) as ${place('i', index)}`,
  )
  const agreeing = consent.map(({ column, source }) => `${agreesSql(source)} as ${quoted(column)}`)
  const consenting =
    consent.length === 0
      ? ''
      : ` left join (select ${['person', ...agreeing].join(', ')} from (${factsOf(`'trait', 'consent'`, 'fact, name, value, time, id')}) group by person) as consenting using (person)`
  const columns = [
    ...consent.map(({ column }) => quoted(column)),
    ...identifiers.map(({ column }, index) => `${place('i', index)} as ${quoted(column)}`),
    ...traits.map(readTrait),
  ]
  return (
    `with seen as (${SEEN}), ` +
    `identifiers as (select ${['person', ...lists].join(', ')} from (${IDENTIFIERS}) group by person), ` +
    `latest as (select person, name, nullif(arg_max(value, ${ORDER}), 'null') as value ` +
    `from (${factsOf(`'trait'`, 'name, value, time, id')}) group by person, name), ` +
    `traits as (select ${['person', ...traits.map(pickTrait)].join(', ')} from latest group by person) ` +
    `select ${['seen.person', ...columns, SEEN_COLUMNS].join(', ')} ` +
    `from seen left join identifiers using (person) left join traits using (person)${consenting}`
  )
}

/**
 * The same people with a few columns. Each is found by sorting and joined by itself, which spills where memory ends and is faster
 * than gathering, but takes the longer to plan the more there are.
 */
export function narrowProfilesSql({ identifiers, traits, consent }: ProfileColumns): string {
  const parts = [
    ...consent.map(({ column, source }, index) => ({
      sql: agreedSql(agreement(source)),
      name: place('c', index),
      column,
      read: (value: string) => value,
    })),
    ...identifiers.map(({ name, column, read }, index) => ({
      sql: valuesSql(name),
      name: place('i', index),
      column,
      read,
    })),
    ...traits.map(({ name, column, read }, index) => ({
      sql: latestSql(name),
      name: place('t', index),
      column,
      read,
    })),
  ]
  const columns = parts.map(
    ({ name, column, read }) => `${read(`${name}.value`)} as ${quoted(column)}`,
  )
  const joins = parts.map(
    ({ sql, name }) => ` left join (${sql}) as ${name} on ${name}.person = seen.person`,
  )
  return `select ${['seen.person', ...columns, SEEN_COLUMNS].join(', ')} from (${SEEN}) as seen${joins.join('')}`
}

/** Of each person's rows the last one. A function of the window instead of an aggregate: it can be sorted on the disk. */
const lastSql = (rows: string, value: string, order: string): string =>
  `select person, ${value} as value from (select *, lead(person) over (partition by person order by ${order}) as later from (${rows})) where later is null`

const latestSql = (trait: string): string =>
  lastSql(
    `${factsOf(`'trait'`, 'value, time, id')} and name = ${literal(trait)}`,
    `nullif(value, 'null')`,
    'time, id',
  )

const agreedSql = ({ isSaid, says }: Agreement): string =>
  lastSql(
    `select person, time, id, ${says} as says from (${factsOf(`'trait', 'consent'`, 'fact, name, value, time, id')}) where ${isSaid}`,
    'says',
    'time, id, not says',
  )

/** The values that people have as identifiers of a kind. Most have one, and only of those who have more a list is gathered. */
const valuesSql = (kind: string): string =>
  `with theirs as (select person, value, time, count(*) over (partition by person) as count from (${IDENTIFIERS}) where name = ${literal(kind)}) ` +
  `select person, [value] as value from theirs where count = 1 ` +
  `union all select person, list(value order by time desc, value) as value from theirs where count > 1 group by person`
