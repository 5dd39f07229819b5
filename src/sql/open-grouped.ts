import type { RelatedRows, ResolvedModel } from '../core/audience/audience.ts'
import { peopleSql } from './event/event-scan.ts'
import type { GroupedRows } from './grouped-rows.ts'
import { openScope } from './open-scope.ts'
import type { Scope } from './scope.ts'

/** Rows that conditions look at, seen from whose they are. */
interface GroupedScope {
  readonly alias: string
  readonly rows: GroupedRows
  /** Over one of the rows. */
  readonly inner: Scope
}

/** One of the rows as a scope, the column that says whose it is, and what that equals. */
interface RowScope {
  readonly inner: Scope
  readonly whose: string
  readonly own: string
}

/** A scope over rows of which each belongs to one of the model. */
export function openRows(
  name: string,
  { relation, key, own, relations }: RelatedRows,
  scope: Scope,
): RowScope {
  const { dialect, model, parameters, now, timeZone, related } = scope
  const below: ResolvedModel = {
    ...model,
    name,
    relation,
    key,
    relations,
    events: [],
    computed: {},
  }
  const columns = related?.get(name)
  const inner = openScope(dialect, below, { now, timeZone, columns, related }, parameters)
  return { inner, whose: inner.trait(key).text(), own: scope.trait(own).text() }
}

/**
 * Rows of which each belongs to one of the model: one grouped aggregate, whoever asks.
 * @param name tells these rows from all others of the statement, and their columns in what is described
 */
export function openGrouped(name: string, rows: RelatedRows, scope: Scope): GroupedScope {
  return scope.joins.grouped(name, (grouped) => {
    const { inner, whose, own } = openRows(name, rows, scope)
    const sql = () =>
      `select ${whose} as rollcall_person, ${grouped.selected()} from ${peopleSql(inner)}${grouped.limits()} group by ${whose}`
    return { inner, relation: sql, on: { column: 'rollcall_person', equals: own } }
  })
}
