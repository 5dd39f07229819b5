import type { Context } from './context.ts'
import { GraphError } from './errors.ts'
import type { AdAccount } from './model/account.ts'

const WRITING_TASKS: ReadonlySet<string> = new Set(['ADVERTISE', 'MANAGE'])

/** The terms an account has accepted; a queued fault withdraws them. */
export function acceptedTerms({ faults }: Context, account: AdAccount): readonly string[] {
  return faults.isActive('terms_withdrawn') ? [] : account.terms
}

/** The business an account belongs to; a queued fault cuts the link. */
export function businessOf({ faults }: Context, account: AdAccount): AdAccount['business'] {
  return faults.isActive('no_business') ? null : account.business
}

export function requireScope({ token }: Context, ...anyOf: readonly string[]): void {
  if (!anyOf.some((scope) => token.scopes.includes(scope)))
    throw new GraphError('permissionMissing')
}

/** Refuses a change to customer lists that the account, its terms or the caller's role do not allow. */
export function requireListAccess(
  context: Context,
  account: AdAccount,
  purpose: 'create' | 'update' | 'upload',
): void {
  requireScope(context, 'ads_management')
  if (!account.userTasks.some((task) => WRITING_TASKS.has(task))) {
    throw purpose === 'create'
      ? new GraphError('accountReadOnly')
      : new GraphError('audienceNotMine', { id: context.nodeId })
  }
  if (account.business === null) throw new GraphError('noBusiness')
  if (!account.terms.includes('custom_audience_tos')) {
    throw new GraphError(purpose === 'upload' ? 'termsForUpload' : 'termsForAudience', {
      account: account.id.replace('act_', ''),
    })
  }
}
