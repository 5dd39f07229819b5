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

/**
 * Rows of which each belongs to one of the model: one grouped aggregate, whoever asks.
 * @param name tells these rows from all others of the statement, and their columns in what is described
 */
export function openGrouped(
  name: string,
  { relation, key, own, relations }: RelatedRows,
  scope: Scope,
): GroupedScope {
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
  return scope.joins.grouped(name, (rows) => {
    const columns = related?.get(name)
    const inner = openScope(dialect, below, { now, timeZone, columns, related }, parameters)
    const whose = inner.trait(key).text()
    const sql = () =>
      `select ${whose} as rollcall_person, ${rows.selected()} from ${peopleSql(inner)}${rows.limits()} group by ${whose}`
    const on = { column: 'rollcall_person', equals: scope.trait(own).text() }
    return { inner, relation: sql, on }
  })
}
