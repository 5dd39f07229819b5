import { durationMs } from '../core/audience/duration.ts'
import type { Comparison } from '../core/audience/comparison.ts'
import {
  isReference,
  type Literal,
  type Reference,
  type Value,
} from '../core/audience/operand-shape.ts'
import type { OperatorName } from '../core/audience/operator.ts'
import { versionKey } from '../core/audience/version.ts'
import { assertNever } from '../core/exhaustive.ts'
import { calendarSpan, momentSpan, type Span } from './calendar.ts'
import type { Cell } from './cell.ts'
import type { Scope } from './scope.ts'

const SIGNS: Readonly<Record<string, string>> = {
  eq: '=',
  ne: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  before: '<',
  after: '>',
  since: '>=',
  until: '<=',
}

/** The sign of a plain comparison: `semver_gte` and `gte` are `>=`. */
export function signOf(operator: OperatorName): string {
  const sign = SIGNS[operator.replace(/^semver_/, '')]
  if (sign === undefined) throw new Error(`The operator ${operator} has no sign`)
  return sign
}

/** What a comparison needs of the scope that it stands in. */
type ComparisonScope = Pick<Scope, 'dialect' | 'bind' | 'now' | 'timeZone' | 'reference'>

/** A comparison as SQL that is null when something in it is absent. Every value in it is a parameter. */
export function compileOperator(condition: Comparison, cell: Cell, scope: ComparisonScope): string {
  const { operator, operand } = condition
  switch (operand.kind) {
    case 'none':
      return `${cell.truth()} = ${operator === 'is_true'}`
    case 'flag':
      return `${cell.text()} is ${operand.flag ? 'not null' : 'null'}`
    case 'any':
      return operator === 'includes'
        ? includes(cell, operand.value, condition, scope)
        : equal(cell, operand.value, condition, scope)
    case 'many':
      return compareMany(cell, operand.values, condition, scope)
    case 'text':
      return compareText(cell, operand.value, condition, scope)
    case 'texts':
      return operand.values.map((value) => compareText(cell, value, condition, scope)).join(' or ')
    case 'like':
    case 'pattern':
      return comparePattern(cell, operand.pattern, condition, scope)
    case 'number':
      return `${cell.number()} ${signOf(operator)} ${numberOf(operand.value, scope)}`
    case 'range': {
      const [from, to] = [numberOf(operand.from, scope), numberOf(operand.to, scope)]
      return operator === 'between'
        ? `${cell.number()} >= ${from} and ${cell.number()} <= ${to}`
        : `(${cell.number()} < ${from} or ${cell.number()} > ${to}) and ${from} is not null and ${to} is not null`
    }
    case 'version': {
      const key = scope.bind(versionKey(operand.version) ?? '', 'text')
      return `${scope.dialect.versionKey(cell.text())} ${signOf(operator)} ${key}`
    }
    case 'moment':
      return compareMoment(cell, operand.moment, operator, scope)
    case 'moments': {
      const from = momentSpan(operand.from, scope.timeZone).from
      return inSpan(cell, { from, to: momentSpan(operand.to, scope.timeZone).to }, scope)
    }
    case 'duration':
      return compareDuration(cell, durationMs(operand.duration) ?? 0, operator, scope)
    case 'durations': {
      const [near, far] = [durationMs(operand.near) ?? 0, durationMs(operand.far) ?? 0]
      return inWindow(cell, scope.now - far, scope.now - near, scope)
    }
    case 'calendar':
      return inSpan(cell, calendarSpan(operand.unit, operator === 'this' ? 0 : -1, scope), scope)
    default:
      return assertNever(operand)
  }
}

const folded = (text: string, { ignoreCase }: Comparison, scope: ComparisonScope): string =>
  ignoreCase ? scope.dialect.lower(text) : text

function textOf(value: string | Reference, scope: ComparisonScope): string {
  return isReference(value) ? scope.reference(value).text() : scope.bind(value, 'text')
}

function numberOf(value: number | Reference, scope: ComparisonScope): string {
  return isReference(value) ? scope.reference(value).number() : scope.bind(value, 'number')
}

/** A cell as the type that a value has, and the value: a number is compared as a number, a reference as text. */
function sides(
  cell: Cell,
  value: Value,
  condition: Comparison,
  scope: ComparisonScope,
): readonly [string, string] {
  if (typeof value === 'number') return [cell.number(), scope.bind(value, 'number')]
  if (typeof value === 'boolean') return [cell.truth(), scope.bind(value, 'boolean')]
  return [folded(cell.text(), condition, scope), folded(textOf(value, scope), condition, scope)]
}

function equal(cell: Cell, value: Value, condition: Comparison, scope: ComparisonScope): string {
  const [left, right] = sides(cell, value, condition, scope)
  return `${left} ${signOf(condition.operator)} ${right}`
}

function compareMany(
  cell: Cell,
  values: readonly Value[],
  condition: Comparison,
  scope: ComparisonScope,
): string {
  if (condition.operator === 'includes_all') {
    return values.map((value) => includes(cell, value, condition, scope)).join(' and ')
  }
  const lists = new Map<string, string[]>()
  for (const value of values) {
    const [left, right] = sides(cell, value, condition, scope)
    lists.set(left, [...(lists.get(left) ?? []), right])
  }
  const negative = condition.operator === 'not_in'
  const parts = [...lists].map(
    ([left, list]) => `${left} ${negative ? 'not in' : 'in'} (${list.join(', ')})`,
  )
  return parts.join(negative ? ' and ' : ' or ')
}

function includes(cell: Cell, value: Value, condition: Comparison, scope: ComparisonScope): string {
  const { dialect } = scope
  if (typeof value === 'number') {
    return dialect.listHasNumber(cell.elements(), scope.bind(value, 'number'))
  }
  const word: Literal | Reference = typeof value === 'boolean' ? String(value) : value
  const text = folded(textOf(word, scope), condition, scope)
  return dialect.listHasText(cell.elements(), text, (item) => folded(item, condition, scope))
}

function compareText(
  cell: Cell,
  value: string | Reference,
  condition: Comparison,
  scope: ComparisonScope,
): string {
  const { dialect } = scope
  const left = folded(cell.text(), condition, scope)
  const right = folded(textOf(value, scope), condition, scope)
  const { operator } = condition
  const positive = operator.endsWith('starts_with')
    ? dialect.startsWith(left, right)
    : operator.endsWith('ends_with')
      ? dialect.endsWith(left, right)
      : dialect.contains(left, right)
  return operator.startsWith('not_') ? `not ${positive}` : positive
}

function comparePattern(
  cell: Cell,
  pattern: string,
  condition: Comparison,
  scope: ComparisonScope,
): string {
  const { dialect } = scope
  const bound = scope.bind(pattern, 'text')
  if (condition.operator === 'matches') {
    return dialect.matches(cell.text(), bound, condition.ignoreCase)
  }
  return dialect.like(folded(cell.text(), condition, scope), folded(bound, condition, scope))
}

function compareMoment(
  cell: Cell,
  moment: string | Reference,
  operator: OperatorName,
  scope: ComparisonScope,
): string {
  const instant = cell.instant()
  if (typeof moment !== 'string') {
    return `${instant} ${signOf(operator)} ${scope.reference(moment).instant()}`
  }
  const { from, to } = momentSpan(moment, scope.timeZone)
  const early = operator === 'before' || operator === 'since'
  const sign = operator === 'before' || operator === 'until' ? '<' : '>='
  return `${instant} ${sign} ${scope.bind(early ? from : to, 'integer')}`
}

function compareDuration(
  cell: Cell,
  ms: number,
  operator: OperatorName,
  scope: ComparisonScope,
): string {
  const { now } = scope
  if (operator === 'within_last') return inWindow(cell, now - ms, now, scope)
  if (operator === 'within_next') return inWindow(cell, now, now + ms, scope)
  if (operator === 'before_last') return `${cell.instant()} <= ${scope.bind(now - ms, 'integer')}`
  return `${cell.instant()} > ${scope.bind(now + ms, 'integer')}`
}

/** `[from, to)`, as days and calendar windows are. */
function inSpan(cell: Cell, { from, to }: Span, scope: ComparisonScope): string {
  const instant = cell.instant()
  return `${instant} >= ${scope.bind(from, 'integer')} and ${instant} < ${scope.bind(to, 'integer')}`
}

/** `(from, to]`, as sliding windows are. */
function inWindow(cell: Cell, from: number, to: number, scope: ComparisonScope): string {
  const instant = cell.instant()
  return `${instant} > ${scope.bind(from, 'integer')} and ${instant} <= ${scope.bind(to, 'integer')}`
}
