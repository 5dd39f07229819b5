import type { Context, Hono } from 'hono'
import type { Faults } from '../faults.ts'
import type { AccessToken, AdAccount } from '../model/account.ts'
import type { AudienceRecord } from '../model/audience.ts'
import type { Model } from '../model/model.ts'
import { sizeBounds, visiblePeople } from '../model/size-ramp.ts'
import { isObject } from '../parameters.ts'
import type { RateLimiter } from '../rate-limiter.ts'
import type { RequestLog } from '../request-log.ts'
import { readFaultSpec } from './fault-request.ts'

export interface ControlParts {
  readonly model: Model
  readonly faults: Faults
  readonly limiter: RateLimiter
  readonly requests: RequestLog
}

const DONE = { success: true }

async function bodyOf(context: Context): Promise<Readonly<Record<string, unknown>>> {
  const text = await context.req.text()
  try {
    const body: unknown = text === '' ? {} : JSON.parse(text)
    return isObject(body) ? body : {}
  } catch {
    return {}
  }
}

const refuse = (context: Context, message: string): Response =>
  context.json({ error: { message } }, 400)
const missing = (context: Context, what: string): Response =>
  context.json({ error: { message: `There is no ${what}` } }, 404)

function summaryOf(model: Model, record: AudienceRecord): Record<string, unknown> {
  const members = model.members(record.id)
  const visible = visiblePeople(record.size, model.now())
  const { lower, upper } = sizeBounds(visible)
  return {
    id: record.id,
    account_id: record.accountId,
    name: record.name,
    description: record.description,
    subtype: record.subtype,
    is_value_based: record.valueBased,
    flagged: record.flagged,
    replacing: record.replace !== null,
    members: members?.size ?? 0,
    matched: members?.matched ?? 0,
    approximate_count_lower_bound: lower,
    approximate_count_upper_bound: upper,
  }
}

/** What a test may look at. */
function addViews(app: Hono, { model, requests }: ControlParts): void {
  app.get('/_control/audiences', (context) => {
    const records = model.state.allAudienceIds().map((id) => model.audience(id))
    return context.json(
      records.filter((record) => record !== undefined).map((record) => summaryOf(model, record)),
    )
  })
  app.get('/_control/audiences/:id/members', (context) => {
    const members = model.members(context.req.param('id'))
    return members === undefined
      ? missing(context, 'audience with this id')
      : context.json([...members.rows()])
  })
  app.get('/_control/requests', (context) => context.json(requests.list()))
}

/** Only what the body names is changed, and only to a value of the same kind. */
function patched<Node extends AdAccount | AccessToken>(
  node: Node,
  body: Readonly<Record<string, unknown>>,
): Node {
  const known = Object.entries(body).filter(
    ([name]) => Object.hasOwn(node, name) && name !== 'id' && name !== 'token',
  )
  return { ...node, ...Object.fromEntries(known) }
}

/** What a test may change. */
function addLevers(app: Hono, { model, faults, limiter, requests }: ControlParts): void {
  app.post('/_control/reset', (context) => {
    model.commit({ kind: 'reset' })
    faults.clear()
    limiter.clear()
    requests.clear()
    return context.json(DONE)
  })
  app.post('/_control/clock', async (context) => {
    const { advance_ms: advanceMs } = await bodyOf(context)
    if (typeof advanceMs !== 'number' || !Number.isFinite(advanceMs) || advanceMs < 0) {
      return refuse(context, 'advance_ms must be a number of milliseconds, zero or more')
    }
    model.commit({ kind: 'clock', advanceMs })
    return context.json({ now: model.now() })
  })
  app.post('/_control/faults', async (context) => {
    const spec = readFaultSpec(await bodyOf(context))
    if (typeof spec === 'string') return refuse(context, spec)
    faults.queue(spec)
    return context.json(DONE)
  })
  app.post('/_control/accounts/:id', async (context) => {
    const account = model.state.accounts.get(context.req.param('id'))
    if (account === undefined) return missing(context, 'ad account with this id')
    const changed = patched(account, await bodyOf(context))
    model.commit({ kind: 'account', account: changed })
    return context.json(changed)
  })
  app.post('/_control/tokens/:token', async (context) => {
    const token = model.state.tokens.get(context.req.param('token'))
    if (token === undefined) return missing(context, 'such token')
    const changed = patched(token, await bodyOf(context))
    model.commit({ kind: 'token', token: changed })
    return context.json(changed)
  })
}

/** The control plane beside the imitated API: no token, no limits, no faults. */
export function addControlRoutes(app: Hono, parts: ControlParts): void {
  addViews(app, parts)
  addLevers(app, parts)
  app.all('/_control/*', (context) => missing(context, 'such control route'))
}
