import type { Columns, EventStream } from '../../core/audience/audience.ts'
import type { ValueRead } from '../../core/audience/event/check-events.ts'
import { findColumn } from '../../core/audience/find-column.ts'
import type { Dialect } from '../dialect.ts'
import type { Query } from '../query.ts'
import { wholeRelation } from '../relation.ts'
import type { Scope } from '../scope.ts'
import { eventsSql } from './event-scan.ts'
import { isSelected } from './event-selection.ts'
import { eventCell } from './event-value.ts'

/**
 * One row: for each value, in `n0`, `n1` and so on, how many events there are that should have it, and in `p0`, `p1` how many have.
 * @param scope over the model, for this query alone
 */
export function presentValuesQuery(wanted: readonly ValueRead[], scope: Scope): Query {
  const { countIf } = scope.dialect.events
  const counts = wanted.flatMap(({ of, name, names }, index) => {
    const named = (): string => isSelected({ names, where: null, sources: null }, scope)
    scope.facts.cover({ names, from: null, to: null })
    const present = `${eventCell(of, name, scope).text()} is not null`
    return [
      `${countIf(named())} as n${index}`,
      `${countIf(`${named()} and ${present}`)} as p${index}`,
    ]
  })
  const sql = `select ${counts.join(', ')} from ${eventsSql(scope)}`
  return { sql, parameters: scope.parameters.values() }
}

/** What holds the properties or the context of some events of a stream, as JSON in `held`; null where nothing does. */
export function heldValuesQuery(
  stream: EventStream,
  of: ValueRead['of'],
  columns: Columns | undefined,
  dialect: Dialect,
  now: number,
  most: number,
): Query | null {
  const holder = of === 'property' ? stream.properties : stream.context
  if (holder === null) return null
  const column = (columns && findColumn(holder, columns, dialect.foldsCase)?.column) ?? holder
  const { sql, parameters } = wholeRelation(stream.relation, dialect, now)
  const kind = columns?.get(column) ?? 'other'
  const held = dialect.events.jsonText(dialect.quote(column), kind)
  return { sql: `select ${held} as held from (${sql}) as stream limit ${most}`, parameters }
}
