import { z } from 'zod'
import { assertNever } from '../../core/exhaustive.ts'
import type { World } from '../../core/world.ts'
import type { Check } from '../port.ts'
import { ACCOUNT_STATUSES, askAccount, type Account } from './account.ts'
import { listAudiences } from './audience-list.ts'
import { knownAs, metaError, remedyOf, type MetaErrorName } from './errors.ts'
import type { Graph, Refused, Unknown } from './graph.ts'
import type { Connection } from './settings.ts'
import { versionLife } from './versions.ts'

/** Customer-list audiences that an ad account may have. */
const AUDIENCES_MAX = 500
const AUDIENCES_NEARLY = 450
const PERMISSION = 'ads_management'
const WRITING_TASKS: readonly string[] = ['ADVERTISE', 'MANAGE']

/** The checks in their order. The page on connecting says what each of them means. */
export const CHECK_NAMES = [
  'access token',
  'permissions',
  'ad account',
  'account status',
  'Business',
  'Custom Audience terms',
  'role',
  'audience quota',
  'API version',
] as const
type CheckName = (typeof CHECK_NAMES)[number]

type Outcome = Omit<Check, 'name'>

const passed = (detail: string): Outcome => ({ state: 'passed', detail })
const notChecked = (detail: string): Outcome => ({ state: 'not-checked', detail })

const permissionsSchema = z.object({
  data: z.array(z.object({ permission: z.string(), status: z.string() })),
})

function failed(code: string, detail: string, remedy: string): Outcome {
  const other = knownAs(code)
  const known = other === undefined ? '' : ` Known elsewhere as: ${other}.`
  return { state: 'failed', detail: detail + known, remedy }
}

/** A failed check takes its remedy from the table of errors, so both say the same. */
const failedAs = (name: MetaErrorName, detail: string, { accountNumber }: Connection): Outcome =>
  failed(name, detail, remedyOf(metaError(name), accountNumber))

function unanswered(answer: Unknown | Refused, connection: Connection): Outcome {
  switch (answer.kind) {
    case 'refused':
      return failed(answer.refusal.code, answer.refusal.message, answer.refusal.remedy)
    case 'unknown': {
      const remedy = `Check that this machine reaches ${connection.apiUrl}, then run rollcall doctor again.`
      return { state: 'failed', detail: answer.message, remedy }
    }
    default:
      return assertNever(answer)
  }
}

async function tokenCheck(graph: Graph, connection: Connection): Promise<Outcome> {
  const answer = await graph.read({
    path: 'me',
    query: { fields: 'id' },
    attempt: 'use the access token',
  })
  if (answer.kind !== 'ok') return unanswered(answer, connection)
  return passed('valid; expiry not known, since Meta tells it only to the app that made the token')
}

async function permissionsCheck(graph: Graph, connection: Connection): Promise<Outcome> {
  const answer = await graph.read({
    path: 'me/permissions',
    attempt: 'read the permissions of the access token',
  })
  if (answer.kind !== 'ok') return unanswered(answer, connection)
  const found = permissionsSchema.safeParse(answer.data)
  if (!found.success) return notChecked('Meta does not tell the permissions of this token')
  const status = found.data.data.find(({ permission }) => permission === PERMISSION)?.status
  if (status === 'granted') return passed(`${PERMISSION} granted`)
  const detail = `the token lacks ${PERMISSION}${status === undefined ? '' : ` (${graph.redact(status)})`}`
  return failedAs('meta/no-permission', detail, connection)
}

function statusCheck({ account_status: status }: Account): Outcome {
  if (status === undefined) return notChecked('Meta does not tell it')
  const { name, state } = ACCOUNT_STATUSES[status] ?? {
    name: `status ${status}, which Rollcall does not know`,
    state: 'warning',
  }
  if (state === 'passed') return passed(name)
  const remedy =
    'Open the ad account in Ads Manager; what has to be settled, paid or reviewed stands at the top of its page. https://adsmanager.facebook.com'
  return { state, detail: name, remedy }
}

function termsCheck({ tos_accepted: accepted }: Account, connection: Connection): Outcome {
  const sign = accepted?.['custom_audience_tos']
  if (sign === 1 || sign === '1' || sign === true) return passed('accepted')
  return failedAs('meta/terms-not-accepted', 'not accepted for this ad account.', connection)
}

function roleCheck({ user_tasks: tasks }: Account, connection: Connection): Outcome {
  if (tasks === undefined)
    return notChecked('Meta does not tell the role of this token in the ad account')
  const able = tasks.filter((task) => WRITING_TASKS.includes(task))
  if (able.length > 0) return passed(able.join(', '))
  const detail = 'the user of the access token may look at the ad account, and not advertise in it.'
  return failedAs('meta/no-audience-permission', detail, connection)
}

async function quotaCheck(graph: Graph, connection: Connection): Promise<Outcome> {
  const found = await listAudiences(graph, connection.adAccount, 'id,subtype')
  if (found.kind !== 'ok') return unanswered(found, connection)
  const count = found.value.filter(({ subtype }) => subtype === 'CUSTOM').length
  const detail = `${count} of ${AUDIENCES_MAX} customer-list audiences`
  if (count < AUDIENCES_NEARLY) return passed(detail)
  const remedy =
    'Delete Custom Audiences that nobody uses any more, in Ads Manager under Audiences.'
  return { state: count < AUDIENCES_MAX ? 'warning' : 'failed', detail, remedy }
}

function versionCheck(graph: Graph, connection: Connection, now: number): Outcome {
  const { apiVersion } = connection
  const warning = graph.versionWarning
  if (warning !== undefined)
    return failedAs('meta/api-version-expired', `${apiVersion}: ${warning}`, connection)
  const life = versionLife(apiVersion, now)
  switch (life.kind) {
    case 'served':
      return passed(
        life.until === null
          ? `${apiVersion}, no end announced`
          : `${apiVersion}, until ${life.until}`,
      )
    case 'ending': {
      const remedy =
        'Write a newer api_version in the definition file, or leave it out and update Rollcall.'
      return { state: 'warning', detail: `${apiVersion} ends on ${life.until}`, remedy }
    }
    case 'expired': {
      const when = life.until === null ? 'has ended' : `ended on ${life.until}`
      return failedAs('meta/api-version-expired', `${apiVersion} ${when}`, connection)
    }
    case 'unfamiliar':
      return notChecked(`${apiVersion} is newer than this Rollcall, which does not know its end`)
    default:
      return assertNever(life)
  }
}

/** Asks the questions in order; after one that fails, those that rest on it are not asked. */
async function outcomes(
  graph: Graph,
  connection: Connection,
): Promise<Partial<Record<CheckName, Outcome>>> {
  const token = await tokenCheck(graph, connection)
  if (token.state === 'failed') return { 'access token': token }
  const permissions = await permissionsCheck(graph, connection)
  const own = await askAccount(graph, connection.adAccount)
  if (own.kind !== 'ok') {
    return { 'access token': token, permissions, 'ad account': unanswered(own, connection) }
  }
  const account = own.value
  const name = graph.redact(account.name)
  return {
    'access token': token,
    permissions,
    'ad account': passed(`${connection.adAccount} (${name})`),
    'account status': statusCheck(account),
    Business:
      account.business === undefined
        ? failedAs('meta/no-business', 'the ad account belongs to no Business.', connection)
        : passed(graph.redact(account.business.name)),
    'Custom Audience terms': termsCheck(account, connection),
    role: roleCheck(account, connection),
    'audience quota': await quotaCheck(graph, connection),
  }
}

/** Everything that can be known before the first row is sent. Changes nothing; one line for each check, in order. */
export async function preflight(
  graph: Graph,
  connection: Connection,
  world: World,
): Promise<readonly Check[]> {
  const found = await outcomes(graph, connection)
  const all = { ...found, 'API version': versionCheck(graph, connection, world.now()) }
  const blocker = CHECK_NAMES.find((name) => all[name]?.state === 'failed')
  return CHECK_NAMES.map((name) => ({
    name,
    ...(all[name] ?? notChecked(`cannot be known before "${blocker ?? 'ad account'}" passes`)),
  }))
}
