import type { Accounts, Relation } from '../core/audience/audience.ts'
import { accountsName, membershipsName } from '../core/audience/account/used-accounts.ts'
import type { Reference } from '../core/audience/operand-shape.ts'
import { cellBelow, type Cell } from './cell.ts'
import { peopleSql } from './event/event-scan.ts'
import { GroupedRows } from './grouped-rows.ts'
import { columnFor, openScope } from './open-scope.ts'
import { keyText, PAIR_ACCOUNT, PAIR_PERSON, type Scope } from './scope.ts'

/** A scope over rows that belong to a model and are no people. */
function openBeside(name: string, relation: Relation, key: string, scope: Scope): Scope {
  const { dialect, model, parameters, now, timeZone, related } = scope
  const { source } = model
  const beside = { name, source, relation, key, events: [] }
  const columns = related?.get(name)
  return openScope(dialect, beside, { now, timeZone, columns, related }, parameters)
}

/** What follows the users: the keys of accounts that each has, once. */
function membershipsSql({ members }: Accounts, scope: Scope): string {
  if (members.kind === 'column') return ''
  const { relation, person, account } = members.rows
  const inner = openBeside(membershipsName(scope.model.name), relation, person, scope)
  const distinct = `select distinct ${keyText(inner)} as ${PAIR_PERSON}, ${inner.trait(account).text()} as ${PAIR_ACCOUNT} from ${peopleSql(inner)}`
  return ` join (${distinct}) as member on member.${PAIR_PERSON} = users.${PAIR_PERSON}`
}

const columnsOf = (rows: GroupedRows): readonly string[] =>
  rows.columns.length === 0 ? [] : [rows.selected()]

/** A row for each account and each of its users: what was asked of the user alone, and the account's traits. */
function pairsSql(
  accounts: Accounts,
  users: Scope,
  asked: { readonly ofUsers: GroupedRows; readonly ofAccounts: GroupedRows },
  overAccounts: Scope,
): string {
  const { members } = accounts
  const isColumn = members.kind === 'column'
  const ofUser = [
    `${keyText(users)} as ${PAIR_PERSON}`,
    ...(isColumn ? [`${users.trait(members.column).text()} as ${PAIR_ACCOUNT}`] : []),
    ...columnsOf(asked.ofUsers),
  ]
  const ofAccount = [`${keyText(overAccounts)} as ${PAIR_ACCOUNT}`, ...columnsOf(asked.ofAccounts)]
  const selected = [
    `users.${PAIR_PERSON}`,
    `account.${PAIR_ACCOUNT}`,
    ...asked.ofUsers.columns.map((column) => `users.${column}`),
    ...asked.ofAccounts.columns.map((column) => `account.${column}`),
  ]
  return (
    `(select ${selected.join(', ')} from (select ${ofUser.join(', ')} from ${peopleSql(users)}) as users` +
    membershipsSql(accounts, users) +
    ` join (select ${ofAccount.join(', ')} from ${peopleSql(overAccounts)}) as account` +
    ` on account.${PAIR_ACCOUNT} = ${isColumn ? 'users' : 'member'}.${PAIR_ACCOUNT})`
  )
}

/** A scope over the accounts of a model and their users. */
export function openPairs(scope: Scope): Scope {
  const { dialect, model, parameters } = scope
  const { accounts } = model
  if (accounts === undefined) throw new Error(`"${model.name}" has no accounts`)
  // Scopes of their own: whom the statement asks for must not change who the other users are.
  const users = openScope(dialect, model, scope, parameters)
  const overAccounts = openBeside(accountsName(model.name), accounts.relation, accounts.key, scope)
  const asked = {
    ofUsers: new GroupedRows('rollcall_u'),
    ofAccounts: new GroupedRows('rollcall_a'),
  }
  const keyed = { ...model, key: PAIR_PERSON, computed: {} }
  const inner = openScope(dialect, keyed, scope, parameters)
  const trait = (name: string): Cell => {
    if (name === PAIR_PERSON) return cellBelow(`model.${PAIR_PERSON}`, 'text', [], inner)
    const { column, steps } = columnFor(name, overAccounts.columns, dialect)
    const kept = asked.ofAccounts.aggregate(column, () => `model.${dialect.quote(column)}`)
    return cellBelow(`model.${kept}`, overAccounts.columns?.get(column) ?? 'other', steps, inner)
  }
  const reference = (named: Reference): Cell => {
    if ('trait' in named) return trait(named.trait)
    throw new Error(`There is no event to take "${named.property}" from`)
  }
  const sql = (): string => pairsSql(accounts, users, asked, overAccounts)
  return { ...inner, trait, reference, pairs: { sql, users, ofUsers: asked.ofUsers } }
}

/**
 * The accounts of the model and their users beside it, once for a statement.
 * @param judgedSql gives a row for each user, with what was asked of their accounts
 */
export function openAccounts(
  scope: Scope,
  judgedSql: (judged: GroupedRows, pairs: Scope) => string,
): { readonly alias: string; readonly rows: GroupedRows; readonly inner: Scope } {
  return scope.joins.grouped(accountsName(scope.model.name), (judged) => {
    const inner = openPairs(scope)
    const on = { column: PAIR_PERSON, equals: keyText(scope) }
    return { inner, relation: () => judgedSql(judged, inner), on }
  })
}
