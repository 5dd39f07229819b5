import type { Written } from '../../core/audience/written.ts'
import { assertNever } from '../../core/exhaustive.ts'
import {
  check,
  denied,
  group,
  joined,
  loses,
  writes,
  type Reading,
  type Remark,
} from '../reading.ts'
import { textOf } from './call.ts'
import type { Comparator, Comparison, Value } from './expression.ts'

/** A value, or a reference to one, as it is written here; undefined for what cannot stand there. */
type Operand = string | number | boolean | Written | undefined

/** The comparators whose operator here takes the value as it stands. */
const OPERATORS = {
  equals: 'eq',
  differs: 'ne',
  greater_than: 'gt',
  at_least: 'gte',
  less_than: 'lt',
  at_most: 'lte',
  starts_with: 'starts_with',
  ends_with: 'ends_with',
  before_date: 'before',
  after_date: 'after',
} as const satisfies Partial<Record<Comparator, string>>

const ZONED = /(?:Z|[+-]\d{2}:?\d{2})$/

function operandOf(value: Value): Operand {
  switch (value.kind) {
    case 'literal':
      return value.value
    case 'duration':
      return value.duration
    case 'chain': {
      const [call] = value.calls
      if (call === undefined || value.calls.length > 1 || value.as !== null) return undefined
      const [inside] = call.values
      if (call.name === 'property' && inside?.kind === 'parent') {
        const property = inside.of.kind === 'literal' ? String(inside.of.value) : undefined
        return property === undefined ? undefined : { step: 1, property }
      }
      const name = textOf(call)
      if (name === undefined) return undefined
      return call.name === 'trait' || call.name === 'property' ? { [call.name]: name } : undefined
    }
    case 'parent':
    case 'excluded':
      return undefined
    default:
      return assertNever(value)
  }
}

const UNCLEAR = 'What it is compared with cannot be carried over.'

/** `{ trait: plan }` and the comparison, as one condition. */
export function compared(subject: Written, { comparator, right }: Comparison): Reading {
  const operands = right.map(operandOf)
  const [first] = operands
  if (operands.includes(undefined)) return loses(UNCLEAR)
  const one = (operator: string, ...remarks: readonly Remark[]): Reading =>
    first === undefined || operands.length > 1
      ? loses(`"${comparator}" takes one value.`)
      : writes({ ...subject, [operator]: first }, ...remarks)
  switch (comparator) {
    case 'equals':
    case 'differs':
    case 'greater_than':
    case 'at_least':
    case 'less_than':
    case 'at_most':
    case 'starts_with':
    case 'ends_with':
      return one(OPERATORS[comparator])
    case 'exists':
    case 'absent':
      return writes({ ...subject, exists: comparator === 'exists' })
    case 'contains':
      return contains(subject, operands)
    case 'omits':
      return denied(contains(subject, operands))
    case 'one_of':
      return writes({ ...subject, in: operands })
    case 'none_of': {
      const reason =
        'Here it asks that there is a value. For those without one too, write "not" around "in".'
      return writes({ ...subject, not_in: operands }, check(reason))
    }
    case 'before_date':
    case 'after_date': {
      const zone = typeof first === 'string' && !ZONED.test(first)
      const reason = 'The time has no zone: a day is one of the workspace here, a time is UTC.'
      return one(OPERATORS[comparator], ...(zone ? [check(reason)] : []))
    }
    case 'within_last':
    case 'within_next':
    case 'before_last':
    case 'after_next':
      return one(comparator)
    default:
      return assertNever(comparator)
  }
}

/** Any of some texts in it. */
function contains(subject: Written, operands: readonly Operand[]): Reading {
  const [only] = operands
  return operands.length === 1
    ? writes({ ...subject, contains: only })
    : writes({ ...subject, contains_any: operands })
}

/** Conditions on one event, or one row, joined. */
export function tree(kind: 'and' | 'or', readings: readonly Reading[]): Reading {
  return joined(readings, (written) => group(kind === 'and' ? 'all' : 'any', written))
}
