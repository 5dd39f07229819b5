import { compileAccount } from './account.ts'
import type { ResolvedAudience } from '../core/audience/audience.ts'
import type { Condition } from '../core/audience/condition.ts'
import { assertNever } from '../core/exhaustive.ts'
import { compileOperator } from './operator.ts'
import { compileEvents } from './event/event-condition.ts'
import { peopleSql } from './event/event-scan.ts'
import { openScope } from './open-scope.ts'
import { keyText, type Scope } from './scope.ts'
import { compilePast } from './past.ts'
import { compileRelated } from './related.ts'
import { compileTop } from './top.ts'
import { twoValued } from './two-valued.ts'

/** What a tree refers to beside the model: the columns of identifiers, the keys of lists, and other audiences. */
type References = Pick<ResolvedAudience, 'identifiers' | 'lists' | 'memberOf'>

/**
 * Compiles a tree to a boolean SQL expression over rows of `peopleSql(scope)`; it is true or false, never null. Values travel as
 * parameters of the scope; only the text of a `sql` condition, whose author is trusted, becomes SQL.
 */
export function compileCondition(
  condition: Condition,
  references: References,
  scope: Scope,
): string {
  const { dialect } = scope
  const visit = (node: Condition): string => compileCondition(node, references, scope)
  switch (condition.kind) {
    case 'everyone':
      return 'true'
    case 'all':
      return condition.of.length === 0 ? 'true' : `(${condition.of.map(visit).join(' and ')})`
    case 'any':
      return condition.of.length === 0 ? 'false' : `(${condition.of.map(visit).join(' or ')})`
    case 'not':
      return `(not ${visit(condition.of)})`
    case 'trait':
      return twoValued(compileOperator(condition, scope.trait(condition.trait), scope))
    case 'held_for':
    case 'ever':
      return compilePast(condition, scope)
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
      return compileEvents(condition, scope)
    case 'has': {
      const columns = references.identifiers[condition.identifier] ?? [condition.identifier]
      return `(${columns.map((column) => twoValued(scope.trait(column).hasInk())).join(' or ')})`
    }
    case 'sample': {
      const salted = dialect.concat(scope.bind(`${condition.salt}:`, 'text'), keyText(scope))
      const [from, to] = [scope.bind(condition.from, 'number'), scope.bind(condition.to, 'number')]
      const fraction = dialect.fraction(salted)
      return twoValued(`${fraction} >= ${from} and ${fraction} < ${to}`)
    }
    case 'list': {
      const keys = references.lists[condition.path] ?? []
      const parameter = dialect.parameter(scope.parameters.add(keys))
      return twoValued(`${keyText(scope)} in (${dialect.unnest(parameter)})`)
    }
    case 'sql':
      // The line break ends a comment that the author may have left open.
      return twoValued(dialect.cast(`(${condition.sql}\n)`, 'boolean'))
    case 'member_of': {
      const named = references.memberOf[condition.audience]
      if (named === undefined) throw new Error(`Cannot find the audience "${condition.audience}"`)
      return belongsTo(named, scope)
    }
    case 'top': {
      const compileOf = (of: Condition, inner: Scope) => compileCondition(of, references, inner)
      return compileTop(condition, compileOf, scope.joins.owner(references), scope)
    }
    case 'account': {
      const compileOf = (of: Condition, inner: Scope) => compileCondition(of, references, inner)
      return compileAccount(condition, compileOf, scope.joins.owner(references), scope)
    }
    case 'related':
      return compileRelated(condition, scope)
    case 'consent': {
      const column = scope.model.consent?.[condition.purpose]
      if (column === undefined) throw new Error(`No consent to "${condition.purpose}" is declared`)
      return twoValued(scope.trait(column).truth())
    }
    default:
      return assertNever(condition)
  }
}

/** The tree of an audience less those that it excludes, over rows of its model. */
export function membership(audience: ResolvedAudience, scope: Scope): string {
  const where = compileCondition(audience.where, audience, scope)
  const exclusions = audience.exclude.map((excluded) => `not ${belongsTo(excluded, scope)}`)
  return [where, ...exclusions].join(' and ')
}

/** Whether the person of the row is in an audience: its own tree over the same rows, or its keys when it is over another model. */
export function belongsTo(audience: ResolvedAudience, scope: Scope): string {
  if (audience.model.name === scope.model.name) return `(${membership(audience, scope)})`
  const { now, timeZone, dialect, parameters, events, related } = scope
  const inner = openScope(dialect, audience.model, { now, timeZone, events, related }, parameters)
  const belongs = membership(audience, inner)
  const keys = `select ${keyText(inner)} from ${peopleSql(inner)} where ${belongs} and ${keyText(inner)} is not null`
  return `coalesce(${keyText(scope)} in (${keys}), false)`
}
