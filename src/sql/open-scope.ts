import type { Columns, ResolvedModel } from '../core/audience/audience.ts'
import { computedTrait } from '../core/audience/computed/used-computed.ts'
import { findColumn } from '../core/audience/find-column.ts'
import type { Reference } from '../core/audience/operand-shape.ts'
import { cellBelow, type Bind, type Cell } from './cell.ts'
import type { Dialect } from './dialect.ts'
import { measuredCell } from './event/event-condition.ts'
import { Facts } from './event/facts.ts'
import { Joins } from './joins.ts'
import type { EvaluationContext, Parameters, Scope } from './scope.ts'

/** The column that a trait begins with and the steps below it: as it is described, or as it is written. */
export function columnFor(
  name: string,
  columns: Columns | undefined,
  { foldsCase }: Dialect,
): { readonly column: string; readonly steps: readonly string[] } {
  const [first = name, ...rest] = name.split('.')
  return (columns && findColumn(name, columns, foldsCase)) ?? { column: first, steps: rest }
}

/** A scope over one model. Rows of the model go by the name `model`; its computed traits are facts beside them. */
export function openScope(
  dialect: Dialect,
  model: ResolvedModel,
  context: EvaluationContext,
  parameters: Parameters,
): Scope {
  const { columns, timeZone } = context
  const bind: Bind = (value, type) => dialect.cast(dialect.parameter(parameters.add(value)), type)
  const cells = { dialect, timeZone, bind }
  const trait = (name: string): Cell => {
    const { column, steps } = columnFor(name, columns, dialect)
    const computed = computedTrait(column, model)
    if (computed !== undefined) return measuredCell(computed, scope)
    const own = `model.${dialect.quote(column)}`
    return cellBelow(own, columns?.get(column) ?? 'other', steps, cells)
  }
  const reference = (named: Reference): Cell => {
    if ('trait' in named) return trait(named.trait)
    throw new Error(`There is no event to take "${named.property}" from`)
  }
  const scope: Scope = {
    ...context,
    ...cells,
    parameters,
    model,
    trait,
    reference,
    facts: new Facts(),
    joins: new Joins<Scope>(),
  }
  return scope
}
