import type { AccountCondition } from './account-condition.ts'

const WHOSE = { any: 'some user', all: 'every user', none: 'no user' } as const

/** `in an account where for every user (plan is “pro”)`. */
export const describeAccount = <Of>(
  { of, users }: AccountCondition<Of>,
  describeOf: (of: Of) => string,
): string => `in an account where for ${WHOSE[users]} (${describeOf(of)})`
