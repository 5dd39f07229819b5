import type { GraphError } from './errors.ts'
import { businessUsage, commonHeaders, entityTag, uploadUsage } from './headers.ts'
import type { Model } from './model/model.ts'
import type { RandomText } from './random.ts'
import type { RateLimiter, Usage } from './rate-limiter.ts'
import { CURRENT_VERSION } from './versions.ts'

/** What is found out about a request on the way, for the headers of its answer. */
export interface Progress {
  version: string
  /** The version that was asked for has expired and another one answers. */
  upgraded: boolean
  upload: boolean
  /** The account that the request is counted against. */
  accountId: string | undefined
  /** Minutes that an injected throttle tells; 0 without one. */
  throttledMinutes: number
}

export const beginning = (): Progress => ({
  version: CURRENT_VERSION,
  upgraded: false,
  upload: false,
  accountId: undefined,
  throttledMinutes: 0,
})

const HTML_500 =
  '<!DOCTYPE html><html lang="en"><head><title>Facebook | Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>'

export interface AnswerParts {
  readonly model: Model
  readonly limiter: RateLimiter
  readonly random: RandomText
}

function usageOf({ model, limiter }: AnswerParts, progress: Progress): Usage | undefined {
  const { accountId, throttledMinutes } = progress
  if (accountId === undefined) return undefined
  const now = model.now()
  const usage = limiter.usage(accountId, now, model.state.audiencesOf(accountId, now).length)
  if (throttledMinutes === 0) return usage
  const callPercent = Math.max(100, usage.callPercent)
  return { ...usage, callPercent, scorePercent: 100, regainMinutes: throttledMinutes }
}

function headersFor(parts: AnswerParts, progress: Progress): Record<string, string> {
  const usage = usageOf(parts, progress)
  const { version, upgraded, upload, accountId = '' } = progress
  const headers = commonHeaders(version, parts.random)
  if (upgraded) {
    headers['x-ad-api-version-warning'] =
      `The call has been auto-upgraded to ${version} as the version asked for has been deprecated`
  }
  if (usage === undefined) return headers
  return Object.assign(headers, upload ? uploadUsage(usage) : businessUsage(accountId, usage))
}

export function answerOf(
  parts: AnswerParts,
  progress: Progress,
  body: unknown,
  tagged: boolean,
): Response {
  const text = JSON.stringify(body)
  const headers = headersFor(parts, progress)
  if (tagged) headers['etag'] = entityTag(text)
  return new Response(text, { headers })
}

export function refusalOf(parts: AnswerParts, progress: Progress, error: GraphError): Response {
  const headers = headersFor(parts, progress)
  const body = JSON.stringify(error.envelope(headers['x-fb-trace-id'] ?? ''))
  return new Response(body, { status: error.status, headers })
}

/** The page that stands in for an answer when Meta's own servers fail. */
export function htmlPage(): Response {
  const headers = { 'content-type': 'text/html; charset=utf-8' }
  return new Response(HTML_500, { status: 500, headers })
}
