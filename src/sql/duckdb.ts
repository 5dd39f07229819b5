import type { ColumnKind } from '../core/audience/audience.ts'
import type { Dialect } from './dialect.ts'
import { duckdbEvents } from './event/duckdb-events.ts'

const NUMBER = String.raw`'\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*'`
const DAY = String.raw`'[0-9]{4}-[0-9]{2}-[0-9]{2}'`
const CLOCK = String.raw`([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?`
const LOCAL_TIME = `'[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]${CLOCK}'`
const ZONED_TIME = `'[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]${CLOCK}(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)'`
const VERSION = String.raw`'v?[0-9]{1,15}(\.[0-9]{1,15}){0,2}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?'`

const varchar = (expression: string): string => `cast(${expression} as varchar)`

const plainNumber = (column: string): string =>
  String.raw`regexp_replace(regexp_replace(${varchar(column)}, '(\.[0-9]*?)0+$', '\1'), '\.$', '')`

const isFraction = (column: string): string =>
  `typeof(${column}) in ('DOUBLE', 'FLOAT') or starts_with(typeof(${column}), 'DECIMAL')`

function text(column: string, kind: ColumnKind): string {
  switch (kind) {
    case 'text':
      return column
    // `typeof` is settled when the statement is prepared, so only one branch of these is ever run.
    case 'number':
      return `case when ${isFraction(column)} then ${plainNumber(column)} else ${varchar(column)} end`
    case 'boolean':
    case 'day':
    case 'local-time':
    case 'instant':
    case 'list':
      return varchar(column)
    case 'object':
    case 'other':
      return (
        `case when ${isFraction(column)} then ${plainNumber(column)} ` +
        `when typeof(${column}) = 'JSON' then json_extract_string(try_cast(${varchar(column)} as json), '$') ` +
        `else ${varchar(column)} end`
      )
  }
}

const numberOfText = (value: string): string =>
  `case when regexp_full_match(${value}, ${NUMBER}) and isfinite(try_cast(${value} as double)) then try_cast(${value} as double) end`

function number(column: string, kind: ColumnKind): string {
  if (kind !== 'number') return numberOfText(text(column, kind))
  return `case when isfinite(cast(${column} as double)) then cast(${column} as double) end`
}

function instantOfText(value: string, zone: string): string {
  // A zone is only read when seconds stand before it, so they are put in.
  const whole = String.raw`regexp_replace(${value}, '([T ][0-9]{2}:[0-9]{2})(Z|[+-].*)$', '\1:00\2')`
  return (
    `case when regexp_full_match(${value}, ${DAY}) ` +
    `then epoch_ms(timezone(${zone}, try_cast(${value} as timestamp))) ` +
    `when regexp_full_match(${value}, ${LOCAL_TIME}) then epoch_ms(try_cast(${value} as timestamp)) ` +
    `when regexp_full_match(${value}, ${ZONED_TIME}) then epoch_ms(try_cast(${whole} as timestamptz)) end`
  )
}

function instant(column: string, kind: ColumnKind, zone: () => string): string {
  if (kind === 'instant' || kind === 'local-time') {
    return `case when isfinite(${column}) then epoch_ms(${column}) end`
  }
  if (kind === 'day') {
    const midnight = `timezone(${zone()}, cast(${column} as timestamp))`
    return `case when isfinite(${column}) then epoch_ms(${midnight}) end`
  }
  return instantOfText(text(column, kind), zone())
}

function json(column: string, kind: ColumnKind): string {
  if (kind === 'text') return `try_cast(${column} as json)`
  if (kind !== 'other') return `to_json(${column})`
  return `case when typeof(${column}) = 'VARCHAR' then try_cast(${varchar(column)} as json) else to_json(${column}) end`
}

function truth(value: string): string {
  const word = `lower(trim(${value}))`
  return (
    `case when ${word} in ('true', 't', 'yes', 'y', 'on', '1') then true ` +
    `when ${word} in ('false', 'f', 'no', 'n', 'off', '0') then false end`
  )
}

/** A number as text that sorts by its size: its length first. */
function sortable(digits: string): string {
  const plain = String.raw`regexp_replace(${digits}, '^0+([0-9])', '\1')`
  return `lpad(cast(length(${plain}) as varchar), 3, '0') || ${plain}`
}

function versionKey(value: string): string {
  const part = (pattern: string): string =>
    sortable(`coalesce(nullif(regexp_extract(${value}, '${pattern}', 1), ''), '0')`)
  const numbers = [
    part(String.raw`^v?([0-9]+)`),
    part(String.raw`^v?[0-9]+\.([0-9]+)`),
    part(String.raw`^v?[0-9]+\.[0-9]+\.([0-9]+)`),
  ]
  const pre = `regexp_extract(${value}, '^[^-+]*-([0-9A-Za-z.-]+)', 1)`
  const sorted = `case when regexp_full_match(x, '[0-9]+') then '0' || ${sortable('x')} else '1' || x end`
  const tail = `case when ${pre} = '' then '2' else array_to_string(list_transform(string_split(${pre}, '.'), lambda x: ${sorted}), ' ') end`
  return `case when regexp_full_match(${value}, ${VERSION}) then ${numbers.join(` || ' ' || `)} || ' ' || ${tail} end`
}

const NUMBER_TYPE = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/

function columnKind(type: string): ColumnKind {
  if (type.endsWith(']')) return 'list'
  if (type === 'VARCHAR') return 'text'
  if (NUMBER_TYPE.test(type)) return 'number'
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'DATE') return 'day'
  if (type === 'TIMESTAMP WITH TIME ZONE') return 'instant'
  if (type.startsWith('TIMESTAMP')) return 'local-time'
  return type.startsWith('STRUCT') || type.startsWith('MAP') || type === 'JSON' ? 'object' : 'other'
}

const sign = (character: string): string => `chr(${character.codePointAt(0) ?? 0})`

const CAST_TYPES = {
  text: 'varchar',
  number: 'double',
  integer: 'bigint',
  boolean: 'boolean',
} as const

export const duckdb: Dialect = {
  name: 'duckdb',
  foldsCase: true,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  parameter: (name) => `$${name}`,
  cast: (expression, type) => `cast(${expression} as ${CAST_TYPES[type]})`,
  columnKind,
  text,
  number,
  truth,
  instant,
  field: (column, kind, pointer) => `json_extract(${json(column, kind)}, ${pointer})`,
  elements: (column, kind) => `json_extract_string(${json(column, kind)}, '$[*]')`,
  listHasText: (list, value, fold) =>
    `list_contains(list_transform(${list}, lambda x: ${fold('x')}), ${value})`,
  listHasNumber: (list, value) =>
    `list_contains(list_transform(${list}, lambda x: ${numberOfText('x')}), ${value})`,
  listHasInk: (list) =>
    String.raw`len(list_filter(${list}, lambda x: regexp_matches(x, '\S'))) > 0`,
  isList: (column) => `ends_with(typeof(${column}), ']')`,
  lower: (value) => `lower(${value})`,
  contains: (value, part) => `contains(${value}, ${part})`,
  startsWith: (value, part) => `starts_with(${value}, ${part})`,
  endsWith: (value, part) => `ends_with(${value}, ${part})`,
  like: (value, pattern) => String.raw`${value} like ${pattern} escape '\'`,
  matches: (value, pattern, ignoreCase) =>
    `regexp_matches(${value}, ${pattern}, '${ignoreCase ? 'i' : 'c'}')`,
  hasInk: (value) => String.raw`regexp_matches(${value}, '\S')`,
  versionKey,
  fraction: (value) => `cast('0x' || md5(${value})[1:13] as bigint) / 4503599627370496.0::double`,
  concat: (left, right) => `${left} || ${right}`,
  unnest: (parameter) => `select unnest(cast(${parameter} as varchar[]))`,
  timestamp: (parameter) => `epoch_ms(cast(${parameter} as bigint))`,
  digest: (value) => `cast(md5(${value}) as uuid)`,
  hint: (value) => `hash(${value})`,
  byteLength: (value) => `strlen(${value})`,
  literal: sign,
  joined: (list, between) =>
    `array_to_string(list_transform(cast(${list} as varchar[]), lambda x: replace(coalesce(x, ''), ${sign(between)}, ' ')), ${sign(between)})`,
  // Without a collation, texts are in this order.
  byBytes: (value) => value,
  events: duckdbEvents,
}
