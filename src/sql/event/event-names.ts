import type { Columns, EventStream } from '../../core/audience/audience.ts'
import { findColumn } from '../../core/audience/find-column.ts'
import type { Dialect } from '../dialect.ts'
import type { Query } from '../query.ts'
import { wholeRelation } from '../relation.ts'

/** The different names in a stream of events, at most so many, as `name`; null where every row has the same. */
export function eventNamesQuery(
  { relation, name }: Pick<EventStream, 'relation' | 'name'>,
  columns: Columns | undefined,
  dialect: Dialect,
  now: number,
  most: number,
): Query | null {
  if (name.kind === 'constant') return null
  const found = columns && findColumn(name.column, columns, dialect.foldsCase)
  const column = dialect.quote(found?.column ?? name.column)
  const { sql, parameters } = wholeRelation(relation, dialect, now)
  const named = `select distinct ${dialect.cast(column, 'text')} as name from (${sql}) as stream where ${column} is not null limit ${most}`
  return { sql: named, parameters }
}
