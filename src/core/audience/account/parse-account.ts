import { shown } from '../mistake.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import type { Written } from '../written.ts'
import { USERS, type AccountCondition, type Users } from './account-condition.ts'

const isUsers = (value: unknown): value is Users => USERS.some((one) => one === value)

/** `account`, with the reader of the condition that its users meet. */
export function readAccount<Of>(
  written: Written,
  place: Place,
  readOf: (value: unknown, place: Place) => Of | undefined,
): AccountCondition<Of> | undefined {
  refuseOthers(written, ['account', 'users'], place)
  const here = below(place, 'account')
  if (place.account !== undefined) {
    const message = 'A condition over accounts cannot stand in another one'
    const expected = 'conditions on the account and on a user of it'
    return fail(here, message, expected, 'Join the two with "all:", each on its own')
  }
  const of = readOf(written['account'], { ...here, depth: place.depth + 1, account: 'traits' })
  const { users = 'any' } = written
  if (isUsers(users)) return of && { kind: 'account', of, users }
  return fail(
    below(place, 'users'),
    `Cannot read ${shown(users)} here`,
    USERS.join(', '),
    'Write users: all',
  )
}

/** What is read at a place is about people of the model, and its traits are theirs. */
export const aboutPeople = (place: Place): Place =>
  place.account === undefined ? place : { ...place, account: 'people' }

/** Reports what asks for an account what is known of people only. */
export function refuseOfAccount(what: string, place: Place): undefined {
  const remedy = 'Write a condition on what it is now, or on what its users did'
  return fail(place, `${what} cannot be asked of an account`, 'a value that is written', remedy)
}
