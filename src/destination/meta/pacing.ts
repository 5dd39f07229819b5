const MINUTE_MS = 60_000
const PAUSE_MS_MAX = 5_000
const SLOW_FROM = 0.75
const STOP_FROM = 0.95
/** A quota is counted by the hour; whatever a header says, nothing is waited for longer than a day. */
const WAIT_MINUTES_MAX = 24 * 60

/** How near to its limits the ad account is, as the last answer told. */
export interface Usage {
  /** From 0 to 1; the fullest of all the counts. */
  readonly utilisation: number
  /** Milliseconds since the epoch: not before then, says Meta. */
  readonly until?: number
}

export type Pace =
  | { readonly kind: 'go' }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'stop'; readonly until: number }

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string | null): unknown {
  if (text === null) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function numberIn(fields: Fields, name: string): number {
  const value = fields[name]
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : 0
  return Number.isFinite(number) && number > 0 ? number : 0
}

/** The quotas that our calls count against; another tool may have used up the insights of the same account. */
const OUR_TYPES: ReadonlySet<unknown> = new Set(['custom_audience', 'ads_management', undefined])

function businessUses(header: unknown): readonly Fields[] {
  if (!isFields(header)) return []
  return Object.values(header)
    .flat()
    .filter(isFields)
    .filter((use) => OUR_TYPES.has(use['type']))
}

/** Reads the three usage headers; one that is absent or malformed says nothing. Never throws. */
export function readUsage(headers: Headers, now: number): Usage {
  const business = businessUses(parsed(headers.get('x-business-use-case-usage')))
  const app = parsed(headers.get('x-app-usage'))
  const account = parsed(headers.get('x-ad-account-usage'))
  const percents = [...business, ...(isFields(app) ? [app] : [])].flatMap((use) =>
    ['call_count', 'total_cputime', 'total_time'].map((name) => numberIn(use, name)),
  )
  if (isFields(account)) percents.push(numberIn(account, 'acc_id_util_pct'))
  const utilisation = Math.min(1, Math.max(0, ...percents) / 100)
  const minutes = Math.max(
    0,
    ...business.map((use) => numberIn(use, 'estimated_time_to_regain_access')),
  )
  if (minutes === 0) return { utilisation }
  return { utilisation, until: now + Math.min(minutes, WAIT_MINUTES_MAX) * MINUTE_MS }
}

/**
 * What to do before the next call. Slower from 75 %, as slow as it gets from 95 %; a full count alone never stops, since
 * Meta has been seen to report 100 % of an ad account's score and to go on accepting.
 */
export function paceOf({ utilisation, until }: Usage, now: number): Pace {
  if (until !== undefined && until > now) return { kind: 'stop', until }
  if (utilisation < SLOW_FROM) return { kind: 'go' }
  const share = Math.min(1, (utilisation - SLOW_FROM) / (STOP_FROM - SLOW_FROM))
  return { kind: 'pause', ms: Math.max(1, Math.round(share * PAUSE_MS_MAX)) }
}
