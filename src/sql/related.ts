import type { RelatedCondition, RowWhere } from '../core/audience/related/related-condition.ts'
import { relationName } from '../core/audience/related/used-relations.ts'
import { assertNever } from '../core/exhaustive.ts'
import { reckonedCell } from './event/event-condition.ts'
import { openGrouped } from './open-grouped.ts'
import { compileOperator } from './operator.ts'
import type { Scope } from './scope.ts'
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

/** A condition over related rows as a boolean over the row that they belong to; never null. */
export function compileRelated({ relation, where, asks }: RelatedCondition, scope: Scope): string {
  const { model } = scope
  const declared = model.relations?.[relation]
  if (declared === undefined) throw new Error(`"${model.name}" has no relation "${relation}"`)
  const { alias, rows, inner } = openGrouped(relationName(model.name, relation), declared, scope)
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
