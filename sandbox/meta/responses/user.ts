import type { Context } from '../context.ts'
import { readFields, type FieldTable } from '../fields.ts'
import type { AccessToken } from '../model/account.ts'
import { textOf } from '../parameters.ts'

const USER_FIELDS: FieldTable<AccessToken> = {
  id: ({ userId }) => userId,
  name: ({ userName }) => userName,
}

/** The permissions that a user can grant to the app. */
const PERMISSIONS = ['ads_management', 'ads_read', 'business_management', 'public_profile']

/** `GET /me`. */
export function readUser({ token, parameters }: Context): unknown {
  const fields = textOf(parameters, 'fields')
  return readFields(token, USER_FIELDS, { fields, kind: 'User', byDefault: ['name', 'id'] })
}

/** `GET /me/permissions`: those not granted are told as declined. */
export function listPermissions({ token }: Context): unknown {
  const granted = (permission: string): boolean =>
    permission === 'public_profile' || token.scopes.includes(permission)
  return {
    data: PERMISSIONS.map((permission) => ({
      permission,
      status: granted(permission) ? 'granted' : 'declined',
    })),
  }
}
