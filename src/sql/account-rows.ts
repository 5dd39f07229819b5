import type { AccountCondition } from '../core/audience/account/account-condition.ts'
import type { Condition } from '../core/audience/condition.ts'
import { accountTraitsOf } from '../core/audience/walk-condition.ts'
import { compilePair, OVER_USERS, type CompileOf } from './account.ts'
import { peopleSql } from './event/event-scan.ts'
import { openPairs } from './open-accounts.ts'
import type { Query } from './query.ts'
import { PAIR_ACCOUNT, PAIR_PERSON, type Scope } from './scope.ts'

/**
 * One row for each of a few accounts: `account`, `meant`, how many `users` it has and of how many it is `so`; how many `accounts`
 * there are and how many of them are as wanted, `counting`; and the values that the condition reads.
 */
export interface AccountRowsQuery extends Query {
  readonly values: readonly { readonly column: string; readonly name: string }[]
}

/** The accounts of one person that a condition looks at, those that are as wanted first. */
export function accountRowsQuery(
  condition: AccountCondition<Condition>,
  compileOf: CompileOf,
  scope: Scope,
  person: string,
  most: number,
): AccountRowsQuery {
  const { dialect } = scope
  const pairs = openPairs(scope)
  const isSo = compilePair(condition.of, compileOf, 0, pairs)
  const traits = new Set([...accountTraitsOf(condition)].map(({ trait }) => trait))
  const values = [...traits].map((name, index) => ({ column: `t${index}`, name }))
  const columns = [
    `model.${PAIR_ACCOUNT} as account`,
    `${OVER_USERS[condition.users](isSo)} = 1 as meant`,
    'count(*) as users',
    `${dialect.events.countIf(isSo)} as so`,
    ...values.map(({ column, name }) => `max(${pairs.trait(name).text()}) as ${column}`),
  ]
  const isTheirs = `max(case when model.${PAIR_PERSON} = ${scope.bind(person, 'text')} then 1 else 0 end) = 1`
  const each = `select ${columns.join(', ')} from ${peopleSql(pairs)} group by model.${PAIR_ACCOUNT} having ${isTheirs}`
  const counts = `count(*) over () as accounts, ${dialect.events.countIf('meant')} over () as counting`
  const sql = `select *, ${counts} from (${each}) as each_account order by meant desc, account limit ${scope.bind(most, 'integer')}`
  return { sql, parameters: scope.parameters.values(), values }
}
