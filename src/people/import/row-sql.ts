import type { Columns } from '../../core/audience/audience.ts'
import { duckdb } from '../../sql/duckdb.ts'
import { literal } from '../profile-columns.ts'
import type { ImportMapping, SingleTarget } from './mapping.ts'

/** The parts of a row's line, in their order. */
export const ROW_PARTS = [
  'user_id',
  'anonymous_id',
  'group_id',
  'event',
  'id',
  'time',
  'traits',
  'properties',
  'context',
  'trait',
  'property',
  'external',
] as const

/** From here on a number is milliseconds since the epoch and no longer seconds: year 5138 of the one, 1973 of the other. */
const MILLISECONDS_FROM = 1e11

/**
 * SQL that reads each row of a file as one line of text: ids as text, the time in milliseconds, the others as JSON. Numbers
 * for a time are seconds or milliseconds since the epoch.
 */
export function rowSql(
  relation: string,
  columns: Columns,
  { single, named }: ImportMapping,
  timeZone: string,
): string {
  const text = (target: SingleTarget): string => {
    const column = single[target]
    if (column === undefined) return `''`
    return `coalesce(replace(cast(${duckdb.quote(column)} as varchar), chr(31), ' '), '')`
  }
  const parts: Record<(typeof ROW_PARTS)[number], string> = {
    user_id: text('user_id'),
    anonymous_id: text('anonymous_id'),
    group_id: text('group_id'),
    event: text('event'),
    id: text('id'),
    time: single.time === undefined ? `''` : timeSql(single.time, columns, timeZone),
    traits: text('traits'),
    properties: text('properties'),
    context: text('context'),
    trait: objectSql(named.trait, columns),
    property: objectSql(named.property, columns),
    external: objectSql(named.external, columns),
  }
  for (const target of ['traits', 'properties', 'context'] as const) {
    const column = single[target]
    if (column !== undefined && columns.get(column) !== 'text')
      parts[target] = `coalesce(cast(to_json(${duckdb.quote(column)}) as varchar), '')`
  }
  return `select ${ROW_PARTS.map((part) => parts[part]).join(' || chr(31) || ')} as line from ${relation}`
}

function timeSql(column: string, columns: Columns, timeZone: string): string {
  const kind = columns.get(column) ?? 'other'
  const quoted = duckdb.quote(column)
  const number = duckdb.number(quoted, kind)
  const instant = kind === 'number' ? 'null' : duckdb.instant(quoted, kind, () => literal(timeZone))
  const epoch = `case when abs(${number}) >= ${MILLISECONDS_FROM} then ${number} else ${number} * 1000 end`
  return `coalesce(cast(coalesce(${instant}, try_cast(${epoch} as bigint)) as varchar), '')`
}

/** JSON has no word for a number that is not finite. */
function valueSql(column: string, columns: Columns): string {
  const quoted = duckdb.quote(column)
  return columns.get(column) === 'number'
    ? `case when isfinite(cast(${quoted} as double)) then ${quoted} end`
    : quoted
}

function objectSql(named: Readonly<Record<string, string>>, columns: Columns): string {
  const fields = Object.entries(named).map(
    ([name, column]) => `${literal(name)}: ${valueSql(column, columns)}`,
  )
  return fields.length === 0 ? `''` : `cast(to_json({${fields.join(', ')}}) as varchar)`
}
