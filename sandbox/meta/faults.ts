import type { GraphErrorName } from './error-table.ts'

/** The faults that a test can queue, and the requests that each can befall. */
const FAULTS = {
  throttle: 'any',
  transient: 'any',
  lost_answer: 'any',
  no_effect_reset: 'any',
  html_500: 'any',
  token_expired: 'any',
  token_invalidated: 'any',
  permission: 'write',
  terms_withdrawn: 'write',
  no_business: 'write',
  audience_deleted: 'audience',
  audience_flagged: 'audience-write',
  too_small_to_remove: 'removal',
  partial_invalid: 'membership',
  replace_failed: 'replace',
  slow: 'any',
  graph_error: 'any',
} as const satisfies Record<string, FaultReach>

/** Kinds of request, from the widest to the narrowest. */
export type FaultReach =
  'any' | 'write' | 'audience' | 'audience-write' | 'membership' | 'removal' | 'replace'

export type FaultName = keyof typeof FAULTS

export function isFaultName(name: unknown): name is FaultName {
  return typeof name === 'string' && Object.hasOwn(FAULTS, name)
}

export const FAULT_NAMES: readonly string[] = Object.keys(FAULTS)

export interface FaultSpec {
  readonly fault: FaultName
  readonly match: { readonly method?: string | undefined; readonly path?: string | undefined }
  /** How many requests it befalls; null: all, until the next reset. */
  readonly times: number | null
  /** `throttle`: minutes until access is regained. */
  readonly minutes: number
  /** `slow`: milliseconds before the request is looked at. */
  readonly delayMs: number
  /** `partial_invalid`: the first so many rows of a request … */
  readonly rows: number
  /** … or those that have a cell of one of these values … */
  readonly containing: readonly string[] | undefined
  /** … of which so many are named in the answer. */
  readonly named: number
  /** `graph_error`: a name in the table of refusals. */
  readonly error: GraphErrorName | undefined
}

/** A request as the faults see it. */
interface FaultTarget {
  /** After a `method` parameter has had its say. */
  readonly method: string
  readonly path: string
  readonly reaches: ReadonlySet<FaultReach>
}

/** A path pattern: `*` stands for anything; without one, any part of the path may match. */
function pathMatches(pattern: string, path: string): boolean {
  if (!pattern.includes('*')) return path.includes(pattern)
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(path)
}

function befalls({ match, fault }: FaultSpec, target: FaultTarget): boolean {
  return (
    target.reaches.has(FAULTS[fault]) &&
    (match.method === undefined || match.method.toUpperCase() === target.method) &&
    (match.path === undefined || pathMatches(match.path, target.path))
  )
}

interface Queued {
  readonly spec: FaultSpec
  left: number
}

export interface Faults {
  queue(spec: FaultSpec): void
  /** The first fault that befalls this request; it has then happened once more. */
  take(target: FaultTarget): FaultSpec | undefined
  /** Is a fault of this kind waiting? Reads then show the state of which it is the cause. */
  isActive(fault: FaultName): boolean
  clear(): void
}

export function createFaults(): Faults {
  let queued: Queued[] = []
  return {
    queue: (spec) => {
      queued.push({ spec, left: spec.times ?? Infinity })
    },
    take: (target) => {
      if (queued.length === 0) return undefined
      const found = queued.find(({ spec }) => befalls(spec, target))
      if (found === undefined) return undefined
      found.left -= 1
      if (found.left <= 0) queued = queued.filter((other) => other !== found)
      return found.spec
    },
    isActive: (fault) => queued.some(({ spec }) => spec.fault === fault),
    clear: () => {
      queued = []
    },
  }
}

/** The connection breaks: over HTTP it is cut, in process the fetch is rejected as a network failure is. */
export class ConnectionLost extends TypeError {
  override readonly name = 'TypeError'
  constructor() {
    super('fetch failed', { cause: new Error('read ECONNRESET') })
  }
}
