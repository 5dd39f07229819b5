/** An ad account as the sandbox is told of it; what is left out has a default. */
export interface AdAccountOptions {
  /** `act_` and digits. */
  readonly id: string
  readonly name?: string
  /** 1 is active; see the Graph API for the rest. */
  readonly accountStatus?: number
  readonly business?: { readonly id: string; readonly name: string } | null
  readonly userTasks?: readonly string[]
  /** Names of the terms accepted. */
  readonly terms?: readonly string[]
}

export type AdAccount = Required<AdAccountOptions>

/** The terms that can be accepted, by the id under which the Graph API accepts them. */
export const TERMS = {
  '1': 'custom_audience_tos',
  '2': 'value_based_custom_audience_tos',
} as const

export function adAccount(options: AdAccountOptions): AdAccount {
  return {
    name: 'Sandbox account',
    accountStatus: 1,
    business: { id: '2000000001', name: 'Sandbox business' },
    userTasks: ['DRAFT', 'ANALYZE', 'ADVERTISE', 'MANAGE'],
    terms: Object.values(TERMS),
    ...options,
  }
}

export const DEFAULT_ACCOUNTS: readonly AdAccountOptions[] = [{ id: 'act_1000000001' }]

export interface AccessToken {
  readonly token: string
  readonly userId: string
  readonly userName: string
  readonly scopes: readonly string[]
  readonly issuedAt: number
  /** Milliseconds since the epoch; null never expires. */
  readonly expiresAt: number | null
  readonly invalidated: boolean
}

/** The one app of the sandbox; its secret is no secret, it signs proofs in tests. */
export const APP = {
  id: '3000000001',
  name: 'Sandbox app',
  secret: 'sandbox-app-secret',
} as const

export const DEFAULT_TOKEN: AccessToken = {
  token: 'sandbox-token',
  userId: '4000000001',
  userName: 'Sandbox user',
  scopes: ['ads_management', 'ads_read', 'business_management'],
  issuedAt: 0,
  expiresAt: null,
  invalidated: false,
}
