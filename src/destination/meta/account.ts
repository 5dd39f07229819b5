import { z } from 'zod'
import type { AccountDescription, Refusal, Result } from '../port.ts'
import type { Graph } from './graph.ts'

const accountSchema = z.object({
  id: z.string(),
  name: z.string().catch(''),
  account_status: z.number().optional().catch(undefined),
  business: z
    .object({ id: z.string(), name: z.string().catch('') })
    .optional()
    .catch(undefined),
  user_tasks: z.array(z.string()).optional().catch(undefined),
  tos_accepted: z.record(z.string(), z.unknown()).optional().catch(undefined),
})

export type Account = z.infer<typeof accountSchema>

const ACCOUNT_FIELDS = Object.keys(accountSchema.shape).join(',')

/** What cannot be found below an ad account is the account itself, which is hidden rather than deleted. */
export function accountRefusal(graph: Graph, attempt: string, refusal: Refusal): Refusal {
  if (refusal.kind !== 'gone') return refusal
  const detail = 'the ad account does not exist, or the user of the access token cannot see it'
  return graph.refuse('meta/no-permission', attempt, detail)
}

/** Asks Meta about the ad account: whether it can be seen, and what it is allowed. */
export async function askAccount(graph: Graph, adAccount: string): Promise<Result<Account>> {
  const attempt = `read ad account ${adAccount}`
  const answer = await graph.read({ path: adAccount, query: { fields: ACCOUNT_FIELDS }, attempt })
  if (answer.kind === 'unknown') return answer
  if (answer.kind === 'refused') {
    return { kind: 'refused', refusal: accountRefusal(graph, attempt, answer.refusal) }
  }
  const found = accountSchema.safeParse(answer.data)
  if (found.success) return { kind: 'ok', value: found.data }
  return { kind: 'unknown', message: `Cannot ${attempt}: the answer makes no sense` }
}

/** The account as the first line of every plan and run names it. */
export async function describeAccount(
  graph: Graph,
  adAccount: string,
): Promise<Result<AccountDescription>> {
  const found = await askAccount(graph, adAccount)
  if (found.kind !== 'ok') return found
  const { id, name, business } = found.value
  return { kind: 'ok', value: { id, name, business: business?.name ?? null } }
}

interface Status {
  readonly name: string
  /** Whether ads, and so audiences, can be worked on. */
  readonly state: 'passed' | 'warning' | 'failed'
}

/** What `account_status` says. */
export const ACCOUNT_STATUSES: Readonly<Record<number, Status>> = {
  1: { name: 'active', state: 'passed' },
  2: { name: 'disabled', state: 'failed' },
  3: { name: 'unsettled: a payment is due', state: 'failed' },
  7: { name: 'pending risk review', state: 'failed' },
  8: { name: 'pending settlement', state: 'warning' },
  9: { name: 'in grace period: a payment is overdue', state: 'warning' },
  100: { name: 'pending closure', state: 'failed' },
  101: { name: 'closed', state: 'failed' },
  201: { name: 'active', state: 'passed' },
  202: { name: 'closed', state: 'failed' },
}
