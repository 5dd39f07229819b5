import type { CountOperator } from '../did.ts'
import type { Comparator, Comparison } from './expression.ts'

const OPERATORS: Partial<Record<Comparator, CountOperator>> = {
  equals: 'eq',
  differs: 'ne',
  greater_than: 'gt',
  at_least: 'gte',
  less_than: 'lt',
  at_most: 'lte',
}

/** A comparison of a count with a number. */
export function countOf({
  comparator,
  right,
}: Comparison): { readonly operator: CountOperator; readonly count: unknown } | undefined {
  const operator = OPERATORS[comparator]
  const [value] = right
  if (operator === undefined || value === undefined || right.length > 1) return undefined
  return value.kind === 'literal' ? { operator, count: value.value } : undefined
}

/** The operator by which a comparator compares two counts. */
export const countOperator = (comparator: Comparator): CountOperator | undefined =>
  OPERATORS[comparator]
