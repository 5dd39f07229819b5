import { isAmplitudeCohort } from './amplitude/read-amplitude.ts'
import { isDittofeedSegment } from './dittofeed/read-dittofeed.ts'
import { isPosthogCohort } from './posthog/read-posthog.ts'
import { isSegmentAudience } from './segment/read-segment.ts'

/** The products whose definitions can be read, and how each is called. */
export const LANGUAGES = {
  segment: 'Segment',
  amplitude: 'Amplitude',
  posthog: 'PostHog',
  dittofeed: 'Dittofeed',
} as const

export type Language = keyof typeof LANGUAGES

/** Whose definition a text is; null when it could be anything. */
export function languageOf(text: string, json: unknown): Language | null {
  if (json === undefined) return /\b(?:event|trait|entity)\s*\(/.test(text) ? 'segment' : null
  if (isSegmentAudience(json)) return 'segment'
  if (isAmplitudeCohort(json)) return 'amplitude'
  if (isDittofeedSegment(json)) return 'dittofeed'
  return isPosthogCohort(json) ? 'posthog' : null
}
