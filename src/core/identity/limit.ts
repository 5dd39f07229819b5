const DAY_MS = 86_400_000

/** The time in which a limit counts. A month is 30 days, a year 365. */
export const PERIODS = {
  ever: Number.POSITIVE_INFINITY,
  weekly: 7 * DAY_MS,
  monthly: 30 * DAY_MS,
  annually: 365 * DAY_MS,
} as const

type Period = keyof typeof PERIODS

export const PERIOD_NAMES = [
  'ever',
  'weekly',
  'monthly',
  'annually',
] as const satisfies readonly Period[]

/** How many values of one kind a person may have: in all, or that came within any such time. 0: the kind identifies nobody. */
export interface Limit {
  readonly count: number
  readonly per: Period
}

/**
 * Whether so many values keep within a limit.
 * @param times When each came, in any order, in milliseconds.
 */
export function isWithin({ count, per }: Limit, times: readonly number[]): boolean {
  if (times.length <= count) return true
  if (per === 'ever' || count === 0) return false
  const sorted = times.toSorted((a, b) => a - b)
  return sorted.every((time, index) => {
    const later = sorted[index + count]
    return later === undefined || later - time >= PERIODS[per]
  })
}
