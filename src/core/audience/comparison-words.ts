import { assertNever } from '../exhaustive.ts'
import type { Comparison } from './comparison.ts'
import { durationWords } from './duration.ts'
import { isReference, type Operand, type Reference, type Value } from './operand-shape.ts'
import { OPERATORS } from './operator.ts'

const SHOWN_MAX = 5

function referenceWords(reference: Reference): string {
  if ('trait' in reference) return `the value of ${reference.trait}`
  if ('step' in reference) return `${reference.property} of step ${reference.step}`
  return `its ${reference.property}`
}

function valueWords(value: Value): string {
  if (isReference(value)) return referenceWords(value)
  return typeof value === 'string' ? `“${value}”` : String(value)
}

function listWords(values: readonly Value[]): string {
  const words = values.slice(0, SHOWN_MAX).map(valueWords)
  const more = values.length - words.length
  return more > 0 ? `${words.join(', ')} and ${more} more` : words.join(', ')
}

/** What stands on the right of an operator, in words. */
export function operandWords(operand: Operand): string {
  switch (operand.kind) {
    case 'none':
      return ''
    case 'flag':
      return operand.flag ? 'known' : 'not known'
    case 'any':
    case 'text':
    case 'number':
      return valueWords(operand.value)
    case 'many':
    case 'texts':
      return listWords(operand.values)
    case 'like':
    case 'pattern':
      return `“${operand.pattern}”`
    case 'range':
      return `${valueWords(operand.from)} to ${valueWords(operand.to)}`
    case 'version':
      return operand.version
    case 'moment':
      return typeof operand.moment === 'string' ? operand.moment : referenceWords(operand.moment)
    case 'moments':
      return `${operand.from} to ${operand.to}`
    case 'duration':
      return durationWords(operand.duration)
    case 'durations':
      return `${durationWords(operand.near)} to ${durationWords(operand.far)}`
    case 'calendar':
      return operand.unit
    default:
      return assertNever(operand)
  }
}

/** A comparison as it follows its subject: `is at least 100`. */
export function comparisonWords({ operator, operand, ignoreCase }: Comparison): string {
  const words = OPERATORS[operator].words.replace('…', () => operandWords(operand))
  return `${words}${ignoreCase ? ' (capitals or not)' : ''}`
}
