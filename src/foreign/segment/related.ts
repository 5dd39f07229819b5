import { denied, joined, loses, remarked, check, type Reading, whereAll } from '../reading.ts'
import { textOf } from './call.ts'
import { countOf } from './count.ts'
import type { Comparison, Expression } from './expression.ts'
import { ROW_WORDS, whereOf } from './where.ts'

/** A comparison that begins with `entity(…)`: rows of a relation. */
export function entityCondition(comparison: Comparison): Reading {
  const [entity, ...rest] = comparison.left.calls
  const name = entity && textOf(entity)
  if (name === undefined) return loses('"entity" takes one name.')
  const reducer = rest.at(-1)
  const counted = countOf(comparison)
  if (reducer?.name !== 'count' || counted === undefined)
    return loses('Rows can be counted here, and their number compared with a number.')
  const filters = rest.slice(0, -1)
  const other = filters.find((call) => call.name !== 'where')
  if (other !== undefined) return loses(`"${other.name}" cannot be asked of rows here.`)
  const where = whereAll(filters.flatMap(({ values }) => values).map(rowWhere))
  const related = joined([where], ([asked]) => ({
    related: name,
    ...asked,
    count: { [counted.operator]: counted.count },
  }))
  return remarked(related, check(`The model has to declare the relation "${name}".`))
}

const rowWhere = (expression: Expression): Reading =>
  expression.kind === 'not'
    ? denied(rowWhere(expression.of))
    : whereOf(expression, ROW_WORDS, (comparison) =>
        comparison.left.calls[0]?.name === 'entity'
          ? entityCondition(comparison)
          : loses('Only columns of the row, and rows that belong to it, can be compared.'),
      )
