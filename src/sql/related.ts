import type { RelatedRows, ResolvedModel } from '../core/audience/audience.ts'
import type { RelatedCondition, RowWhere } from '../core/audience/related/related-condition.ts'
import { columnsOf, relationName } from '../core/audience/related/used-relations.ts'
import { assertNever } from '../core/exhaustive.ts'
import { reckonedCell } from './event/event-condition.ts'
import { peopleSql } from './event/event-scan.ts'
import { openGrouped, openRows } from './open-grouped.ts'
import { compileOperator } from './operator.ts'
import type { Query } from './query.ts'
import { relationSql } from './relation.ts'
import { keyText, type Scope } from './scope.ts'
import { twoValued } from './two-valued.ts'

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

/** A relation of a model by its whole name, and as it was declared. */
function declaredAs(relation: string, { name, relations }: ResolvedModel): [string, RelatedRows] {
  const declared = relations?.[relation]
  if (declared === undefined) throw new Error(`"${name}" has no relation "${relation}"`)
  return [relationName(name, relation), declared]
}

/** A condition over related rows as a boolean over the row that they belong to; never null. */
export function compileRelated({ relation, where, asks }: RelatedCondition, scope: Scope): string {
  const { alias, rows, inner } = openGrouped(...declaredAs(relation, scope.model), scope)
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

/** One row for each of a few rows: `meant`, how many there are and how many of them are so, and the values that the condition reads. */
export interface RelatedRowsQuery extends Query {
  readonly values: readonly { readonly column: string; readonly name: string }[]
}

/** The rows of one person that a condition looks at, those that are so first. */
export function relatedRowsQuery(
  { relation, where }: RelatedCondition,
  scope: Scope,
  person: string,
  most: number,
): RelatedRowsQuery {
  const { inner, whose: key, own } = openRows(...declaredAs(relation, scope.model), scope)
  const meant = where === null ? 'true' : compileRow(where, inner)
  const values = [...new Set(columnsOf(where))].map((name, index) => ({
    column: `t${index}`,
    name,
  }))
  const texts = values.map(({ column, name }) => `${inner.trait(name).text()} as ${column}`)
  const { dialect } = scope
  const whose = `select ${own} from ${relationSql(scope.model.relation, scope)} as model where ${keyText(scope)} = ${scope.bind(person, 'text')}`
  const rows = `select ${[`${meant} as meant`, ...texts].join(', ')} from ${peopleSql(inner)} where ${key} in (${whose})`
  const counts = `count(*) over () as rows, ${dialect.events.countIf('meant')} over () as so`
  const sql = `select *, ${counts} from (${rows}) as rows order by ${['meant desc', ...values.map(({ column }) => column)].join(', ')} limit ${scope.bind(most, 'integer')}`
  return { sql, parameters: scope.parameters.values(), values }
}
