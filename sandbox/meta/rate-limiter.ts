/**
 * Meta's two limits per ad account: calls on custom audiences in a rolling hour, and a score of which a read costs one
 * and a write three. Every call counts against both; a call is refused by the limit that its answer tells of, which is
 * the score for uploads and the hour for the rest, and by the hour in any case.
 */

const TIERS = {
  limited: {
    header: 'development_access',
    callsBase: 5000,
    scoreMax: 60,
    blockMs: 300_000,
  },
  full: {
    header: 'standard_access',
    callsBase: 190_000,
    scoreMax: 9000,
    blockMs: 60_000,
  },
} as const

/** The access tier of the app; `off` counts but never refuses. */
export type Tier = keyof typeof TIERS | 'off'

const CALLS_MAX = 700_000
const CALLS_PER_AUDIENCE = 40
const SCORE_DECAY_MS = 300_000
const MINUTE_MS = 60_000
const MINUTES = 60

interface AccountUse {
  score: number
  scoredAt: number
  blockedUntil: number
  /** Calls of each of the last sixty minutes, and the minute each stands for. */
  readonly calls: Map<number, number>
  callsTotal: number
}

export interface Usage {
  /** Per cent of the hour's calls. */
  readonly callPercent: number
  /** Per cent of the score. */
  readonly scorePercent: number
  readonly tier: string
  /** Minutes until calls are possible again; 0 when they are. */
  readonly regainMinutes: number
  /** Seconds until the score is free again; 0 when it is. */
  readonly resetSeconds: number
}

export interface RateLimiter {
  /** Counts a call; says which limit refuses it, or undefined. */
  admit(call: {
    readonly accountId: string
    readonly write: boolean
    readonly upload: boolean
    readonly now: number
    readonly audiences: number
  }): 'audienceLimit' | 'accountLimit' | undefined
  usage(accountId: string, now: number, audiences: number): Usage
  clear(): void
}

const callsAllowed = (base: number, audiences: number): number =>
  Math.min(CALLS_MAX, base + CALLS_PER_AUDIENCE * audiences)

/** Drops the minutes that are more than an hour old. */
function forgetOldCalls(use: AccountUse, now: number): void {
  const oldest = Math.floor(now / MINUTE_MS) - MINUTES
  for (const [minute, calls] of use.calls) {
    if (minute > oldest) break
    use.calls.delete(minute)
    use.callsTotal -= calls
  }
}

function scoreAt(use: AccountUse, now: number, scoreMax: number): number {
  return Math.max(0, use.score - ((now - use.scoredAt) / SCORE_DECAY_MS) * scoreMax)
}

function countCall(use: AccountUse, now: number): void {
  forgetOldCalls(use, now)
  const minute = Math.floor(now / MINUTE_MS)
  use.calls.set(minute, (use.calls.get(minute) ?? 0) + 1)
  use.callsTotal += 1
}

/** Whole minutes until enough of the hour's calls are old enough for one more; 0 when they are. */
function regainMinutes(use: AccountUse, allowed: number, now: number): number {
  const minuteNow = Math.floor(now / MINUTE_MS)
  let left = use.callsTotal
  for (const [minute, calls] of use.calls) {
    if (left < allowed) return 0
    left -= calls
    if (left < allowed) return Math.max(1, minute + MINUTES - minuteNow)
  }
  return 0
}

export function createRateLimiter(tier: Tier): RateLimiter {
  const uses = new Map<string, AccountUse>()
  const limits = TIERS[tier === 'off' ? 'full' : tier]
  const useOf = (accountId: string): AccountUse => {
    const known = uses.get(accountId)
    if (known !== undefined) return known
    const use = {
      score: 0,
      scoredAt: 0,
      blockedUntil: 0,
      calls: new Map<number, number>(),
      callsTotal: 0,
    }
    uses.set(accountId, use)
    return use
  }
  return {
    admit: ({ accountId, write, upload, now, audiences }) => {
      const use = useOf(accountId)
      countCall(use, now)
      if (tier === 'off') return undefined
      if (use.callsTotal > callsAllowed(limits.callsBase, audiences)) return 'audienceLimit'
      const score = scoreAt(use, now, limits.scoreMax) + (write ? 3 : 1)
      // A call during the block starts the block again: those who do not wait, wait longer.
      if (upload && (now < use.blockedUntil || score > limits.scoreMax)) {
        use.blockedUntil = now + limits.blockMs
        return 'accountLimit'
      }
      use.score = Math.min(score, limits.scoreMax)
      use.scoredAt = now
      return undefined
    },
    usage: (accountId, now, audiences) => {
      const use = useOf(accountId)
      forgetOldCalls(use, now)
      const allowed = callsAllowed(limits.callsBase, audiences)
      const score = scoreAt(use, now, limits.scoreMax) / limits.scoreMax
      const blockedMs = Math.max(0, use.blockedUntil - now)
      return {
        callPercent: Math.floor((use.callsTotal / allowed) * 100),
        scorePercent: blockedMs > 0 ? 100 : Math.floor(score * 100),
        tier: limits.header,
        regainMinutes: regainMinutes(use, allowed, now),
        resetSeconds: Math.ceil(blockedMs / 1000),
      }
    },
    clear: () => uses.clear(),
  }
}
