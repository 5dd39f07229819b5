import type { Comparison } from '../comparison.ts'

/** The word that says by itself what a count of at least one, or of none, says. */
export function plainWord({ operator, operand }: Comparison): 'did' | 'did_not' | undefined {
  if (operator === 'gte' && operand.kind === 'number' && operand.value === 1) return 'did'
  return operator === 'eq' && operand.kind === 'any' && operand.value === 0 ? 'did_not' : undefined
}
