import type { AccountCondition } from '../core/audience/account/account-condition.ts'
import type { Condition } from '../core/audience/condition.ts'
import { traitsOfEvents } from '../core/audience/event/walk-event.ts'
import { assertNever } from '../core/exhaustive.ts'
import { compileEvents } from './event/event-condition.ts'
import { peopleSql } from './event/event-scan.ts'
import { openAccounts } from './open-accounts.ts'
import { compileOperator } from './operator.ts'
import { PAIR_ACCOUNT, PAIR_PERSON, type Scope } from './scope.ts'
import { twoValued } from './two-valued.ts'

/** Compiles a condition over the rows of a scope. */
export type CompileOf = (of: Condition, scope: Scope) => string

/** A tree over one account and one of its users. What is not about the account is asked of the user alone, once for all accounts. */
export function compilePair(
  condition: Condition,
  compileOf: CompileOf,
  owner: number,
  scope: Scope,
): string {
  const visit = (node: Condition): string => compilePair(node, compileOf, owner, scope)
  switch (condition.kind) {
    case 'all':
      return `(${condition.of.map(visit).join(' and ')})`
    case 'any':
      return `(${condition.of.map(visit).join(' or ')})`
    case 'not':
      return `(not ${visit(condition.of)})`
    case 'trait':
      return twoValued(compileOperator(condition, scope.trait(condition.trait), scope))
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
      return traitsOfEvents(condition).size > 0
        ? compileEvents(condition, scope)
        : ofUser(condition, compileOf, owner, scope)
    case 'everyone':
    case 'held_for':
    case 'ever':
    case 'has':
    case 'sample':
    case 'list':
    case 'sql':
    case 'member_of':
    case 'top':
    case 'account':
    case 'related':
    case 'consent':
      return ofUser(condition, compileOf, owner, scope)
    default:
      return assertNever(condition)
  }
}

function ofUser(
  condition: Condition,
  compileOf: CompileOf,
  owner: number,
  { pairs }: Scope,
): string {
  if (pairs === undefined) throw new Error('The rows are no accounts with their users')
  const key = JSON.stringify([condition, owner])
  return `model.${pairs.ofUsers.aggregate(key, () => compileOf(condition, pairs.users))}`
}

/** Over what is so of each user of an account: 1 where the account is meant, 0 where it is not. */
export const OVER_USERS = {
  any: (isSo: string) => `max(case when ${isSo} then 1 else 0 end)`,
  all: (isSo: string) => `min(case when ${isSo} then 1 else 0 end)`,
  none: (isSo: string) => `min(case when ${isSo} then 0 else 1 end)`,
} as const

/**
 * Whether the person belongs to an account for whose users a tree holds; never null. All such conditions of a statement are one
 * statement beside the model: a row for each account and user, the tree over the users of each account, then by user.
 * @param compileOf a condition over the rows of a scope
 * @param owner tells the words of one audience from those of another
 */
export function compileAccount(
  { of, users }: AccountCondition<Condition>,
  compileOf: CompileOf,
  owner: number,
  scope: Scope,
): string {
  const { alias, rows, inner } = openAccounts(scope, (judged, pairs) => {
    const each = `select model.${PAIR_PERSON}, ${judged.selected()} from ${peopleSql(pairs)}`
    const some = judged.columns.map((column) => `max(${column}) as ${column}`)
    return `select ${[PAIR_PERSON, ...some].join(', ')} from (${each}) as judged group by ${PAIR_PERSON}`
  })
  const column = rows.aggregate(JSON.stringify([of, users, owner]), () => {
    const isSo = compilePair(of, compileOf, owner, inner)
    return `${OVER_USERS[users](isSo)} over (partition by model.${PAIR_ACCOUNT})`
  })
  return twoValued(`${alias}.${column} = 1`)
}
