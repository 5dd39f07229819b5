import { acceptedTerms, businessOf, requireScope } from '../access.ts'
import { accountOf, type Context } from '../context.ts'
import { GraphError } from '../errors.ts'
import { readFields, type FieldTable } from '../fields.ts'
import { TERMS, type AdAccount } from '../model/account.ts'
import { textOf } from '../parameters.ts'
import { answerList } from './node-list.ts'

interface AccountNode {
  readonly id: string
  readonly account: AdAccount
  readonly context: Context
}

const KIND = 'AdAccount'

const accepted = ({ account, context }: AccountNode): unknown =>
  Object.fromEntries(acceptedTerms(context, account).map((name) => [name, 1]))

const ACCOUNT_FIELDS: FieldTable<AccountNode> = {
  id: ({ id }) => id,
  account_id: ({ id }) => id.replace('act_', ''),
  name: ({ account }) => account.name,
  account_status: ({ account }) => account.accountStatus,
  disable_reason: () => 0,
  currency: () => 'USD',
  timezone_name: () => 'America/Los_Angeles',
  business: ({ account, context }) => businessOf(context, account) ?? undefined,
  owner_business: ({ account, context }) => businessOf(context, account) ?? undefined,
  capabilities: () => ['CAN_CREATE_LOOKALIKES_WITH_CUSTOM_RATIO'],
  user_tasks: ({ account, context }) =>
    context.faults.isActive('permission') ? ['ANALYZE'] : account.userTasks,
  tos_accepted: accepted,
  user_tos_accepted: accepted,
}

/** `GET /act_…`. */
export function readAccount(context: Context): unknown {
  const account = accountOf(context)
  requireScope(context, 'ads_management', 'ads_read')
  const fields = textOf(context.parameters, 'fields')
  return readFields({ id: account.id, account, context }, ACCOUNT_FIELDS, { fields, kind: KIND })
}

/** `GET /me/adaccounts`: every account of the sandbox is the caller's. */
export function listAccounts(context: Context): unknown {
  requireScope(context, 'ads_management', 'ads_read')
  const accounts = [...context.model.state.accounts.values()]
  const nodes = accounts.map((account) => ({ id: account.id, account, context }))
  const byDefault = ['account_id', 'id']
  return answerList(context, nodes, { table: ACCOUNT_FIELDS, kind: KIND, byDefault })
}

const TERMS_FIELDS: FieldTable<readonly [id: string, name: string]> = {
  id: ([id]) => id,
  type: ([, name]) => name,
  content: ([, name]) => `The text of ${name} is not part of the sandbox.`,
}

/** `GET /act_…/customaudiencestos`: the terms there are. */
export function listTerms(context: Context): unknown {
  accountOf(context)
  const asked = {
    fields: textOf(context.parameters, 'fields'),
    kind: 'CustomAudiencesTOS',
    byDefault: ['id', 'content', 'type'],
  }
  return { data: Object.entries(TERMS).map((terms) => readFields(terms, TERMS_FIELDS, asked)) }
}

/** `POST /act_…/customaudiencestos`: accepts terms by their id. */
export function acceptTerms(context: Context): unknown {
  const account = accountOf(context)
  requireScope(context, 'ads_management')
  const id = textOf(context.parameters, 'tos_id')
  if (id === undefined) throw new GraphError('missingParameter', { names: 'tos_id' })
  const name = Object.entries(TERMS).find(([known]) => known === id)?.[1]
  if (name === undefined) {
    throw new GraphError('invalidParameter', { reason: `There are no terms with tos_id ${id}` })
  }
  const terms = [...new Set([...account.terms, name])]
  context.model.commit({ kind: 'account', account: { ...account, terms } })
  return { success: true }
}
