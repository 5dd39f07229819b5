import { assertNever } from '../exhaustive.ts'
import type { Condition, TraitCondition } from './condition.ts'
import { isReference, type Operand, type Value } from './operand-shape.ts'
import { durationWords } from './duration.ts'
import { OPERATORS } from './operator.ts'

const SHOWN_MAX = 5

function valueWords(value: Value): string {
  if (isReference(value)) return `the value of ${value.trait}`
  return typeof value === 'string' ? `“${value}”` : String(value)
}

function listWords(values: readonly Value[]): string {
  const words = values.slice(0, SHOWN_MAX).map(valueWords)
  const more = values.length - words.length
  return more > 0 ? `${words.join(', ')} and ${more} more` : words.join(', ')
}

function momentWords(moment: string | { readonly trait: string }): string {
  return typeof moment === 'string' ? moment : `the value of ${moment.trait}`
}

function operandWords(operand: Operand): string {
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
      return momentWords(operand.moment)
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

function traitWords({ trait, operator, operand, ignoreCase }: TraitCondition): string {
  const words = OPERATORS[operator].words.replace('…', () => operandWords(operand))
  return `${trait} ${words}${ignoreCase ? ' (capitals or not)' : ''}`
}

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`

function within(condition: Condition): string {
  const several = (condition.kind === 'all' || condition.kind === 'any') && condition.of.length > 1
  return several ? `(${describe(condition)})` : describe(condition)
}

/** A tree as one sentence in plain words, without a full stop: what people see in lists, plans and histories. */
export function describe(condition: Condition): string {
  switch (condition.kind) {
    case 'everyone':
      return 'everyone'
    case 'all':
      return condition.of.map(within).join(' and ')
    case 'any':
      return condition.of.map(within).join(' or ')
    case 'not':
      return `not (${describe(condition.of)})`
    case 'trait':
      return traitWords(condition)
    case 'has':
      return `has ${condition.identifier}`
    case 'sample':
      return `in the part from ${percent(condition.from)} to ${percent(condition.to)} of everyone, drawn by “${condition.salt}”`
    case 'list':
      return `in the list ${condition.path}`
    case 'sql':
      return `where ${condition.sql}`
    default:
      return assertNever(condition)
  }
}
