import type { ResolvedModel } from '../core/audience/audience.ts'
import type { RelatedCondition, RowWhere } from '../core/audience/related/related-condition.ts'
import { relationName } from '../core/audience/related/used-relations.ts'
import { assertNever } from '../core/exhaustive.ts'
import { reckonedCell } from './event/event-condition.ts'
import { peopleSql } from './event/event-scan.ts'
import type { GroupedRows } from './grouped-rows.ts'
import { compileOperator } from './operator.ts'
import { openScope } from './open-scope.ts'
import { type Scope } from './scope.ts'
import { twoValued } from './two-valued.ts'

/** Rows that conditions look at, seen from whose they are. */
interface RelatedScope {
  readonly alias: string
  readonly rows: GroupedRows
  /** Over one of the rows. */
  readonly inner: Scope
}

/** One grouped aggregate for each relation, whoever asks. */
function openRelated(relation: string, scope: Scope): RelatedScope {
  const { dialect, model, parameters, now, timeZone, related } = scope
  const declared = model.relations?.[relation]
  if (declared === undefined) throw new Error(`"${model.name}" has no relation "${relation}"`)
  const { key, own, relations } = declared
  const name = relationName(model.name, relation)
  const below: ResolvedModel = {
    ...model,
    name,
    relation: declared.relation,
    key,
    relations,
    events: [],
    computed: {},
  }
  return scope.joins.grouped(relation, (rows) => {
    const columns = related?.get(name)
    const inner = openScope(dialect, below, { now, timeZone, columns, related }, parameters)
    const whose = inner.trait(key).text()
    const sql = () =>
      `select ${whose} as rollcall_person, ${rows.selected()} from ${peopleSql(inner)} group by ${whose}`
    const on = { column: 'rollcall_person', equals: scope.trait(own).text() }
    return { inner, relation: sql, on }
  })
}

function compileRow(where: RowWhere, scope: Scope): string {
  switch (where.kind) {
    case 'all':
      return `(${where.of.map((one) => compileRow(one, scope)).join(' and ')})`
    case 'any':
      return `(${where.of.map((one) => compileRow(one, scope)).join(' or ')})`
    case 'not':
      return `(not ${compileRow(where.of, scope)})`
    case 'column':
      return twoValued(compileOperator(where, scope.trait(where.column), scope))
    case 'related':
      return compileRelated(where, scope)
    default:
      return assertNever(where)
  }
}

/** A condition over related rows as a boolean over the row that they belong to; never null. */
export function compileRelated({ relation, where, asks }: RelatedCondition, scope: Scope): string {
  const { alias, rows, inner } = openRelated(relation, scope)
  const counted = (of: RowWhere | null): string => {
    const column = rows.aggregate(JSON.stringify(of), () =>
      scope.dialect.events.countIf(of === null ? 'true' : compileRow(of, inner)),
    )
    return `coalesce(${alias}.${column}, 0)`
  }
  if (asks !== 'all')
    return twoValued(compileOperator(asks, reckonedCell(counted(where), scope), scope))
  const all = counted(null)
  return `(${all} > 0 and ${counted(where)} = ${all})`
}
