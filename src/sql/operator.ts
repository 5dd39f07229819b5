import { durationMs } from '../core/audience/duration.ts'
import type { TraitCondition } from '../core/audience/condition.ts'
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
import type { Scope, Trait } from './scope.ts'

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
function signOf(operator: OperatorName): string {
  const sign = SIGNS[operator.replace(/^semver_/, '')]
  if (sign === undefined) throw new Error(`The operator ${operator} has no sign`)
  return sign
}

/** A comparison as SQL that is null when something in it is absent. Every value in it is a parameter. */
export function compileOperator(condition: TraitCondition, scope: Scope): string {
  const { operator, operand } = condition
  const trait = scope.trait(condition.trait)
  switch (operand.kind) {
    case 'none':
      return `${trait.truth()} = ${operator === 'is_true'}`
    case 'flag':
      return `${trait.text()} is ${operand.flag ? 'not null' : 'null'}`
    case 'any':
      return operator === 'includes'
        ? includes(trait, operand.value, condition, scope)
        : equal(trait, operand.value, condition, scope)
    case 'many':
      return compareMany(trait, operand.values, condition, scope)
    case 'text':
      return compareText(trait, operand.value, condition, scope)
    case 'texts':
      return operand.values.map((value) => compareText(trait, value, condition, scope)).join(' or ')
    case 'like':
    case 'pattern':
      return comparePattern(trait, operand.pattern, condition, scope)
    case 'number':
      return `${trait.number()} ${signOf(operator)} ${numberOf(operand.value, scope)}`
    case 'range': {
      const [from, to] = [numberOf(operand.from, scope), numberOf(operand.to, scope)]
      return operator === 'between'
        ? `${trait.number()} >= ${from} and ${trait.number()} <= ${to}`
        : `(${trait.number()} < ${from} or ${trait.number()} > ${to}) and ${from} is not null and ${to} is not null`
    }
    case 'version': {
      const key = scope.bind(versionKey(operand.version) ?? '', 'text')
      return `${scope.dialect.versionKey(trait.text())} ${signOf(operator)} ${key}`
    }
    case 'moment':
      return compareMoment(trait, operand.moment, operator, scope)
    case 'moments': {
      const from = momentSpan(operand.from, scope.timeZone).from
      return inSpan(trait, { from, to: momentSpan(operand.to, scope.timeZone).to }, scope)
    }
    case 'duration':
      return compareDuration(trait, durationMs(operand.duration) ?? 0, operator, scope)
    case 'durations': {
      const [near, far] = [durationMs(operand.near) ?? 0, durationMs(operand.far) ?? 0]
      return inWindow(trait, scope.now - far, scope.now - near, scope)
    }
    case 'calendar':
      return inSpan(trait, calendarSpan(operand.unit, operator === 'this' ? 0 : -1, scope), scope)
    default:
      return assertNever(operand)
  }
}

const folded = (text: string, { ignoreCase }: TraitCondition, scope: Scope): string =>
  ignoreCase ? scope.dialect.lower(text) : text

function textOf(value: string | Reference, scope: Scope): string {
  return isReference(value) ? scope.trait(value.trait).text() : scope.bind(value, 'text')
}

function numberOf(value: number | Reference, scope: Scope): string {
  return isReference(value) ? scope.trait(value.trait).number() : scope.bind(value, 'number')
}

/** A trait as the type that a value has, and the value: a number is compared as a number, a reference as text. */
function sides(
  trait: Trait,
  value: Value,
  condition: TraitCondition,
  scope: Scope,
): readonly [string, string] {
  if (typeof value === 'number') return [trait.number(), scope.bind(value, 'number')]
  if (typeof value === 'boolean') return [trait.truth(), scope.bind(value, 'boolean')]
  return [folded(trait.text(), condition, scope), folded(textOf(value, scope), condition, scope)]
}

function equal(trait: Trait, value: Value, condition: TraitCondition, scope: Scope): string {
  const [left, right] = sides(trait, value, condition, scope)
  return `${left} ${signOf(condition.operator)} ${right}`
}

function compareMany(
  trait: Trait,
  values: readonly Value[],
  condition: TraitCondition,
  scope: Scope,
): string {
  if (condition.operator === 'includes_all') {
    return values.map((value) => includes(trait, value, condition, scope)).join(' and ')
  }
  const lists = new Map<string, string[]>()
  for (const value of values) {
    const [left, right] = sides(trait, value, condition, scope)
    lists.set(left, [...(lists.get(left) ?? []), right])
  }
  const negative = condition.operator === 'not_in'
  const parts = [...lists].map(
    ([left, list]) => `${left} ${negative ? 'not in' : 'in'} (${list.join(', ')})`,
  )
  return parts.join(negative ? ' and ' : ' or ')
}

function includes(trait: Trait, value: Value, condition: TraitCondition, scope: Scope): string {
  const { dialect } = scope
  if (typeof value === 'number') {
    return dialect.listHasNumber(trait.elements(), scope.bind(value, 'number'))
  }
  const word: Literal | Reference = typeof value === 'boolean' ? String(value) : value
  const text = folded(textOf(word, scope), condition, scope)
  return dialect.listHasText(trait.elements(), text, (item) => folded(item, condition, scope))
}

function compareText(
  trait: Trait,
  value: string | Reference,
  condition: TraitCondition,
  scope: Scope,
): string {
  const { dialect } = scope
  const left = folded(trait.text(), condition, scope)
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
  trait: Trait,
  pattern: string,
  condition: TraitCondition,
  scope: Scope,
): string {
  const { dialect } = scope
  const bound = scope.bind(pattern, 'text')
  if (condition.operator === 'matches') {
    return dialect.matches(trait.text(), bound, condition.ignoreCase)
  }
  return dialect.like(folded(trait.text(), condition, scope), folded(bound, condition, scope))
}

function compareMoment(
  trait: Trait,
  moment: string | Reference,
  operator: OperatorName,
  scope: Scope,
): string {
  const instant = trait.instant()
  if (typeof moment !== 'string') {
    return `${instant} ${signOf(operator)} ${scope.trait(moment.trait).instant()}`
  }
  const { from, to } = momentSpan(moment, scope.timeZone)
  const early = operator === 'before' || operator === 'since'
  const sign = operator === 'before' || operator === 'until' ? '<' : '>='
  return `${instant} ${sign} ${scope.bind(early ? from : to, 'integer')}`
}

function compareDuration(trait: Trait, ms: number, operator: OperatorName, scope: Scope): string {
  const { now } = scope
  if (operator === 'within_last') return inWindow(trait, now - ms, now, scope)
  if (operator === 'within_next') return inWindow(trait, now, now + ms, scope)
  if (operator === 'before_last') return `${trait.instant()} <= ${scope.bind(now - ms, 'integer')}`
  return `${trait.instant()} > ${scope.bind(now + ms, 'integer')}`
}

/** `[from, to)`, as days and calendar windows are. */
function inSpan(trait: Trait, { from, to }: Span, scope: Scope): string {
  const instant = trait.instant()
  return `${instant} >= ${scope.bind(from, 'integer')} and ${instant} < ${scope.bind(to, 'integer')}`
}

/** `(from, to]`, as sliding windows are. */
function inWindow(trait: Trait, from: number, to: number, scope: Scope): string {
  const instant = trait.instant()
  return `${instant} > ${scope.bind(from, 'integer')} and ${instant} <= ${scope.bind(to, 'integer')}`
}
