import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { messageLine, type Journal, type MessageLine } from '../collect/journal.ts'
import type { Rejection, Rejections } from '../collect/rejections.ts'
import { RollcallError } from '../core/error.ts'
import { isJsonObject } from '../core/event/json-object.ts'
import { readMessage, type Arrival } from '../core/event/read-message.ts'
import { REJECTIONS, type RejectionReason } from '../core/event/rejection.ts'
import { readBody } from './read-body.ts'
import { Seldom } from './seldom.ts'
import { writeKeyOf } from './write-key.ts'

/** What the tracking routes work with. */
export interface Tracking {
  /** The tracking sources by their write keys. */
  readonly sources: ReadonlyMap<string, string>
  readonly journal: Pick<Journal, 'append'>
  readonly rejections: Pick<Rejections, 'keep'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly newId: () => string
  /** Says something to whoever runs the server. */
  readonly tell: (text: string) => void
}

type Call = Rejection['call']

/** By their routes, the long ones of the spec and the short ones of the client for browsers. */
const ROUTES: Readonly<Record<Call, readonly string[]>> = {
  identify: ['/v1/identify', '/v1/i'],
  track: ['/v1/track', '/v1/t'],
  page: ['/v1/page', '/v1/p'],
  screen: ['/v1/screen', '/v1/s'],
  group: ['/v1/group', '/v1/g'],
  alias: ['/v1/alias', '/v1/a'],
  batch: ['/v1/batch', '/v1/b', '/v1/import'],
}
const CALLS = ['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch'] as const

const KB = 1024
/** https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#max-request-size */
const EVENT_BYTES_MAX = 32 * KB
const BATCH_BYTES_MAX = 500 * KB
const BATCH_EVENTS_MAX = 2500

const CORS = cors({
  origin: '*',
  allowMethods: ['POST', 'GET', 'OPTIONS'],
  exposeHeaders: ['Retry-After'],
  maxAge: 86_400,
})

/**
 * The tracking API that Segment's clients speak. An answer of 200 means that each event is on the disk: taken, or among those that
 * were rejected. https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
export function trackingRoutes(tracking: Tracking): Hono {
  const app = new Hono()
  const seldom = new Seldom(tracking.now)
  app.use('*', CORS)
  for (const call of CALLS)
    app.on('POST', [...ROUTES[call]], async ({ req }) => take(call, req.raw, { tracking, seldom }))
  app.get('/v1/projects/:key/settings', ({ req }) => {
    const { host, protocol } = new URL(req.url)
    const forwarded = req.header('x-forwarded-proto')?.split(',')[0]
    const scheme = (forwarded ?? protocol).startsWith('https') ? 'https' : 'http'
    return settingsAnswer(req.param('key'), { host, scheme }, tracking)
  })
  app.onError((error) => failureAnswer(error, { tracking, seldom }))
  return app
}

interface Desk {
  readonly tracking: Tracking
  readonly seldom: Seldom
}

async function take(call: Call, request: Request, desk: Desk): Promise<Response> {
  const { tracking } = desk
  const body = await readBody(request, call === 'batch' ? BATCH_BYTES_MAX : EVENT_BYTES_MAX)
  if (body.kind === 'gone') return badRequest('body-unreadable')
  const parsed = body.kind === 'text' ? parseJson(body.text) : undefined
  const written = isJsonObject(parsed) ? parsed : undefined
  const key = writeKeyOf(request.headers, written?.['writeKey'])
  const source = key === undefined ? undefined : tracking.sources.get(key)
  if (source === undefined) return refuseKey(call, key, desk)
  const refuse = async (reason: RejectionReason, beginning: string | null): Promise<Response> => {
    const at = tracking.now()
    await tracking.rejections.keep([{ at, source, reason, field: null, call, body: beginning }])
    return badRequest(reason)
  }
  if (body.kind === 'rejected') return refuse(body.reason, body.beginning)
  if (written === undefined) return refuse('body-unreadable', body.text)
  if (call !== 'batch') return takeCalls([written], { call, source, around: {} }, desk)
  const { batch } = written
  if (!Array.isArray(batch)) return refuse('no-batch', body.text)
  if (batch.length > BATCH_EVENTS_MAX) return refuse('too-many-events', body.text)
  return takeCalls(batch, { call, source, around: written }, desk)
}

interface Route {
  readonly call: Call
  readonly source: string
  /** What a batch says for all calls in it. */
  readonly around: Readonly<Record<string, unknown>>
}

async function takeCalls(
  calls: readonly unknown[],
  { call, source, around }: Route,
  { tracking }: Desk,
): Promise<Response> {
  const at = tracking.now()
  const arrival: Arrival = {
    kind: call === 'batch' ? null : call,
    source,
    receivedAt: at,
    batch: {
      sentAt: around['sentAt'],
      context: around['context'],
      integrations: around['integrations'],
    },
    newId: tracking.newId,
  }
  const lines: MessageLine[] = []
  const rejections: Rejection[] = []
  for (const one of calls) {
    const taken = lineOf(one, arrival)
    if (taken === null) continue
    if ('text' in taken) lines.push(taken)
    else rejections.push({ at, source, ...taken, call: kindOf(one, call), body: bodyOf(one) })
  }
  await Promise.all([tracking.journal.append(lines), tracking.rejections.keep(rejections)])
  const [rejection] = rejections
  return call === 'batch' || rejection === undefined
    ? Response.json({ success: true })
    : badRequest(rejection.reason)
}

/** The line that a call becomes, why it becomes none, or null where nothing of it may be kept. */
function lineOf(
  call: unknown,
  arrival: Arrival,
): MessageLine | Pick<Rejection, 'reason' | 'field'> | null {
  const read = readMessage(call, arrival)
  if (read.kind === 'opted-out') return null
  if (read.kind === 'rejected') return read
  const line = messageLine(read.message)
  // Our own line is somewhat longer than what came, and measuring that takes time.
  const isLarge =
    Buffer.byteLength(line.text) > EVENT_BYTES_MAX &&
    Buffer.byteLength(JSON.stringify(call)) > EVENT_BYTES_MAX
  return isLarge ? { reason: 'too-large', field: null } : line
}

function kindOf(call: unknown, route: Call): Call {
  const type = isJsonObject(call) ? call['type'] : undefined
  return route === 'batch' ? (CALLS.find((known) => known === type) ?? 'batch') : route
}

/** Too deep a call cannot even be written. */
function bodyOf(call: unknown): string | null {
  try {
    return JSON.stringify(call)
  } catch {
    return null
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Nothing is kept of what nobody here is known to have asked for, but that it came. */
async function refuseKey(
  call: Call,
  key: string | undefined,
  { tracking, seldom }: Desk,
): Promise<Response> {
  const reason = key === undefined ? 'no-key' : 'unknown-key'
  const hint = key === undefined ? '' : `${key.slice(0, 4)}…`
  if (seldom.isDue(`${reason} ${hint}`)) {
    const body = key === undefined ? null : JSON.stringify({ writeKey: hint })
    const rejection = { at: tracking.now(), source: null, reason, field: null, call, body } as const
    await tracking.rejections.keep([rejection])
  }
  return key === undefined ? badRequest(reason) : refusal(reason, 401)
}

const badRequest = (reason: RejectionReason): Response => refusal(reason, 400)

/** The clients tell the message to whoever looks, and do not send the same again. */
function refusal(reason: RejectionReason, status: 400 | 401): Response {
  const { what, remedy } = REJECTIONS[reason]
  return Response.json({ success: false, code: reason, message: `${what}. ${remedy}.` }, { status })
}

/** Nothing was acknowledged; the clients send it again. */
function failureAnswer(error: Error, { tracking, seldom }: Desk): Response {
  const known = error instanceof RollcallError ? error : undefined
  const code = known?.code ?? 'unexpected'
  if (seldom.isDue(code)) {
    const told = known === undefined ? String(error.stack) : `${error.message}. ${known.remedy}`
    tracking.tell(told)
  }
  const status = code === 'collect/busy' ? 429 : 503
  const message = 'Nothing was taken. Send it again later.'
  return Response.json(
    { success: false, code, message },
    { status, headers: { 'Retry-After': status === 429 ? '1' : '5' } },
  )
}

/** What the client for browsers asks for before it begins: here, that it send its events to this server and to nobody else. */
function settingsAnswer(
  key: string,
  { host, scheme }: { readonly host: string; readonly scheme: string },
  { sources }: Tracking,
): Response {
  if (!sources.has(key)) return new Response('No such source', { status: 404 })
  const own = { apiKey: key, apiHost: `${host}/v1`, protocol: scheme }
  return Response.json({ integrations: { 'Segment.io': own }, plan: {}, edgeFunction: {} })
}
