/** Of which of an account's users the tree has to be true. */
export const USERS = ['any', 'all', 'none'] as const

export type Users = (typeof USERS)[number]

/**
 * Who belongs to an account for whose users a tree holds. `Of` is a condition, in which traits are the account's and everything
 * else is about one of its users.
 */
export interface AccountCondition<Of> {
  readonly kind: 'account'
  readonly of: Of
  readonly users: Users
}
