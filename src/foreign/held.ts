import { durationText } from '../core/audience/duration.ts'
import type { Written } from '../core/audience/written.ts'

/** A comparison that has held for at least, or for less than, some time. */
export const heldFor = (comparison: Written, operator: 'gte' | 'lt', seconds: number): Written => ({
  ...comparison,
  held_for: { [operator]: durationText(seconds * 1000) },
})
