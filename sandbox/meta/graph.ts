import { addressOf, type Address } from './address.ts'
import { answerOf, beginning, htmlPage, refusalOf, type Progress } from './answer.ts'
import { authenticate } from './auth.ts'
import { befall } from './befall.ts'
import type { Context, Rules } from './context.ts'
import { GraphError } from './errors.ts'
import { ConnectionLost, type FaultName, type Faults } from './faults.ts'
import type { Model } from './model/model.ts'
import { readParameters, textOf } from './parameters.ts'
import type { RandomText } from './random.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Entry, RequestLog } from './request-log.ts'
import { findRoute, shapeOf, UNVERSIONED, type Route } from './routes.ts'
import { CURRENT_VERSION, OLDEST_VERSION, servedVersion } from './versions.ts'

/** All that the imitated API works with. */
export interface GraphParts {
  readonly model: Model
  readonly rules: Rules
  readonly faults: Faults
  readonly limiter: RateLimiter
  readonly requests: RequestLog
  readonly random: RandomText
}

/** Refuses paths without a version and versions that are no longer there; notes which version answers. */
function chooseVersion({ version, nodePath }: Address, now: number, progress: Progress): void {
  if (version === null && UNVERSIONED.has(nodePath)) return
  if (version === null || version < OLDEST_VERSION) {
    throw new GraphError('versionUnsupported', { version: CURRENT_VERSION })
  }
  const served = servedVersion(version, now)
  progress.version = `v${served}.0`
  progress.upgraded = served !== version
}

function routeOf(method: string, { nodePath, path }: Address): Route {
  const found = findRoute(method, shapeOf(nodePath))
  if (!('missing' in found)) return found
  throw found.missing === 'path'
    ? new GraphError('unknownPath', { path })
    : new GraphError('notFound', {
        verb: method.toLowerCase(),
        id: nodePath.split('/')[0] ?? '',
      })
}

/** The account that a request is counted against: the one it names, or the one of the audience it names. */
function countedAccount(model: Model, nodeId: string): string | undefined {
  return model.state.accounts.has(nodeId) ? nodeId : model.audience(nodeId)?.accountId
}

/** Counts a request against its account; over the limit it is refused. */
function admit(
  { model, limiter }: GraphParts,
  route: Route,
  { accountId, upload }: Progress,
  now: number,
): void {
  if (accountId === undefined) return
  const audiences = model.state.audiencesOf(accountId, now).length
  const write = route.reaches.has('write')
  const limit = limiter.admit({ accountId, write, upload, now, audiences })
  if (limit !== undefined) throw new GraphError(limit)
}

interface Outcome {
  readonly body: unknown
  readonly method: string
  readonly fault: FaultName | undefined
}

/** From the request to the body of its answer: version, path, token, limits, faults, and then what it asks for. */
async function respond(
  parts: GraphParts,
  request: Request,
  {
    address,
    entry,
    progress,
  }: {
    readonly address: Address
    readonly entry: Entry
    readonly progress: Progress
  },
): Promise<Outcome> {
  const { model, rules, faults, random } = parts
  const { nodePath, path, query, url } = address
  const parameters = await readParameters(request, query)
  const method = (textOf(parameters, 'method') ?? request.method).toUpperCase()
  entry.understood(method, parameters)
  const now = model.now()
  chooseVersion(address, now, progress)
  const route = routeOf(method, address)
  const nodeId = nodePath.split('/')[0] ?? ''
  const { countRows } = entry
  const open = {
    model,
    rules,
    faults,
    random,
    now,
    method,
    url,
    nodeId,
    parameters,
    request,
    countRows,
  }
  if (route.access === 'open') {
    return { body: route.answer({ ...open, fault: undefined }), method, fault: undefined }
  }
  progress.accountId = countedAccount(model, nodeId)
  progress.upload = route.upload
  const token = authenticate(model.state, request, parameters, now)
  admit(parts, route, progress, now)
  const fault = faults.take({ method, path, reaches: route.reaches })
  const context: Context = { ...open, token, fault }
  if (fault !== undefined) await befall(fault, context, progress)
  const body = fault?.fault === 'html_500' ? undefined : route.answer(context)
  return { body, method, fault: fault?.fault }
}

/** The imitated API: takes a request, gives the answer, or rejects with `ConnectionLost` where a fault wants that. */
export function createGraph(parts: GraphParts): (request: Request) => Promise<Response> {
  return async (request) => {
    const address = addressOf(request)
    const { path, query } = address
    const entry = parts.requests.begin({
      at: parts.model.now(),
      method: request.method,
      path,
      query,
    })
    const progress = beginning()
    let response: Response
    try {
      const { body, method, fault } = await respond(parts, request, { address, entry, progress })
      if (fault === 'lost_answer') throw new ConnectionLost()
      response =
        fault === 'html_500' ? htmlPage() : answerOf(parts, progress, body, method === 'GET')
    } catch (error) {
      if (!(error instanceof GraphError)) throw error
      response = refusalOf(parts, progress, error)
    }
    entry.answered(response.status)
    return response
  }
}
