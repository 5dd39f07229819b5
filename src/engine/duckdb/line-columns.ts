import { VALUE_END } from '../../sql/fingerprint.ts'

/** A column of a table whose rows come from lines of text, or are read as such: one text a row, its values parted by VALUE_END. */
export interface Column {
  readonly name: string
  readonly type: 'uuid' | 'varchar' | 'blob' | 'boolean' | 'bigint' | 'integer'
}

/** SQL that reads the columns into one text: empty for null. */
export function lineSql(columns: readonly Column[], also: readonly string[] = []): string {
  const texts = [...columns.map(textSql), ...also.map((name) => `cast(${name} as varchar)`)]
  return `concat_ws(chr(31), ${texts.map((text) => `coalesce(${text}, '')`).join(', ')})`
}

const textSql = ({ name, type }: Column): string =>
  type === 'blob' ? `lower(hex(${name}))` : `cast(${name} as varchar)`

/** SQL that reads a text as a value of the column. */
export const valueSql = (text: string, { type }: Column): string =>
  type === 'blob' ? `unhex(${text})` : `cast(${text} as ${type})`

/** SQL that reads a table of lines as a relation with these columns. */
export function fromLinesSql(table: string, columns: readonly Column[]): string {
  const picked = columns.map(
    (column, place) => `${valueSql(`nullif(part[${place + 1}], '')`, column)} as ${column.name}`,
  )
  return `select ${picked.join(', ')} from (select string_split(line, chr(31)) as part from ${table})`
}

/** SQL that makes an empty relation with these columns. */
export function emptySql(columns: readonly Column[]): string {
  return `select ${columns.map(({ name, type }) => `cast(null as ${type}) as ${name}`).join(', ')} where false`
}

/** A line of text from the values of some columns, in their order. */
export function line(values: readonly (string | number | boolean | null)[]): string {
  return values.map((value) => (value === null ? '' : String(value))).join(VALUE_END)
}
