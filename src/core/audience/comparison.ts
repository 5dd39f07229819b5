import { assertNever } from '../exhaustive.ts'
import { isReference, type Operand, type Reference, type Value } from './operand-shape.ts'
import type { OperatorName } from './operator.ts'

/** What is asked of a value, whatever the value is of. */
export interface Comparison {
  readonly operator: OperatorName
  readonly operand: Operand
  readonly ignoreCase: boolean
}

function valuesOf(operand: Operand): readonly Value[] {
  switch (operand.kind) {
    case 'any':
    case 'text':
    case 'number':
      return [operand.value]
    case 'many':
    case 'texts':
      return operand.values
    case 'range':
      return [operand.from, operand.to]
    case 'moment':
      return [operand.moment]
    case 'none':
    case 'flag':
    case 'like':
    case 'pattern':
    case 'version':
    case 'moments':
    case 'duration':
    case 'durations':
    case 'calendar':
      return []
    default:
      return assertNever(operand)
  }
}

/** Every reference on the right of an operator. */
export function referencesOf(operand: Operand): readonly Reference[] {
  return valuesOf(operand).filter(isReference)
}

/** The values on the right of an operator that are written out. */
export function literalsOf(operand: Operand): readonly Value[] {
  return valuesOf(operand).filter((value) => !isReference(value))
}
