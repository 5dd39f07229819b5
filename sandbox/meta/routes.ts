import type { Context } from './context.ts'
import type { FaultReach } from './faults.ts'
import { acceptTerms, listAccounts, listTerms, readAccount } from './responses/ad-account.ts'
import {
  createAudience,
  deleteAudience,
  listAudiences,
  readAudience,
  updateAudience,
} from './responses/audiences.ts'
import { addMembers, removeEverywhere, removeMembers } from './responses/members.ts'
import { debugToken, exchangeToken, type OpenContext } from './responses/oauth.ts'
import { replaceMembers } from './responses/replace.ts'
import { listSessions, readHealth } from './responses/sessions.ts'
import { listPermissions, readUser } from './responses/user.ts'

/** What a request is, once its path and method are known. */
export type Route =
  | {
      readonly access: 'open'
      readonly reaches: ReadonlySet<FaultReach>
      readonly answer: (context: OpenContext) => unknown
    }
  | {
      readonly access: 'token'
      readonly reaches: ReadonlySet<FaultReach>
      /** Uploads are told of their use in other headers than the rest. */
      readonly upload: boolean
      readonly answer: (context: Context) => unknown
    }

type Answer = (context: Context) => unknown

const open = (answer: (context: OpenContext) => unknown): Route => ({
  access: 'open',
  reaches: new Set(['any']),
  answer,
})
const route = (answer: Answer, reaches: readonly FaultReach[], upload = false): Route => ({
  access: 'token',
  reaches: new Set(reaches),
  upload,
  answer,
})
const read = (answer: Answer): Route => route(answer, ['any'])
const write = (answer: Answer): Route => route(answer, ['any', 'write'])
const readOne = (answer: Answer): Route => route(answer, ['any', 'audience'])
const MEMBERSHIP: readonly FaultReach[] = [
  'any',
  'write',
  'audience',
  'audience-write',
  'membership',
]

/** Every address of the imitated API: method and shape of the path after the version. */
const ROUTES: ReadonlyMap<string, Route> = new Map([
  ['GET debug_token', open(debugToken)],
  ['GET oauth/access_token', open(exchangeToken)],
  ['POST oauth/access_token', open(exchangeToken)],
  ['GET me', read(readUser)],
  ['GET me/permissions', read(listPermissions)],
  ['GET me/adaccounts', read(listAccounts)],
  ['GET account', read(readAccount)],
  ['GET account/customaudiences', read(listAudiences)],
  ['POST account/customaudiences', write(createAudience)],
  ['GET account/customaudiencestos', read(listTerms)],
  // Not a write to the faults: this is how withdrawn terms are accepted again.
  ['POST account/customaudiencestos', read(acceptTerms)],
  [
    'DELETE account/usersofanyaudience',
    route(removeEverywhere, ['any', 'write', 'membership', 'removal']),
  ],
  ['GET audience', readOne(readAudience)],
  ['POST audience', route(updateAudience, ['any', 'write', 'audience', 'audience-write'])],
  ['DELETE audience', route(deleteAudience, ['any', 'write', 'audience'])],
  ['POST audience/users', route(addMembers, MEMBERSHIP, true)],
  ['DELETE audience/users', route(removeMembers, [...MEMBERSHIP, 'removal'])],
  ['POST audience/usersreplace', route(replaceMembers, [...MEMBERSHIP, 'replace'], true)],
  ['GET audience/sessions', readOne(listSessions)],
  ['GET audience/health', readOne(readHealth)],
])

const EDGES: ReadonlySet<string> = new Set(
  [...ROUTES.keys()].map((key) => key.slice(key.indexOf(' ') + 1)),
)
/** Addresses that the Graph API also serves without a version: they are no Marketing calls. */
export const UNVERSIONED: ReadonlySet<string> = new Set(['debug_token', 'oauth/access_token'])

/** The shape of a path: ids become the kind of node they stand for. */
export function shapeOf(path: string): string {
  const [node = '', ...edge] = path.split('/')
  if (/^act_\d+$/.test(node)) return ['account', ...edge].join('/')
  return /^\d+$/.test(node) ? ['audience', ...edge].join('/') : path
}

/** The route of a request; `missing` says what is not there: the object it addresses, or the path itself. */
export function findRoute(
  method: string,
  shape: string,
): Route | { readonly missing: 'object' | 'path' } {
  const found = ROUTES.get(`${method} ${shape}`)
  if (found !== undefined) return found
  const isKnownNode = /^(?:account|audience|me|oauth)(?:\/|$)/.test(shape)
  return { missing: EDGES.has(shape) || !isKnownNode ? 'object' : 'path' }
}
