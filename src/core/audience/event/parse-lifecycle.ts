import { durationMs } from '../duration.ts'
import { TRAITS_ONLY } from '../parse-comparison.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import type { Written } from '../written.ts'
import type { EventCondition } from './event-condition.ts'
import { AT_LEAST_ONCE } from './parse-event.ts'
import { readSelection, SELECTION_KEYS } from './parse-selection.ts'
import { readDuration } from './parse-window.ts'

/** `stopped: Login, within: 5d, had_within: 30d`. */
export function readStopped(written: Written, place: Place): readonly EventCondition[] {
  refuseOthers(written, ['stopped', 'within', 'had_within', ...SELECTION_KEYS], place)
  const events = readSelection(written, 'stopped', TRAITS_ONLY, place)
  const within = readDuration(written, 'within', place)
  const hadWithin = readDuration(written, 'had_within', place)
  if (events === undefined || within === undefined || hadWithin === undefined) return []
  if ((durationMs(hadWithin) ?? 0) <= (durationMs(within) ?? 0)) {
    const message = `"had_within: ${hadWithin}" does not reach further back than "within: ${within}"`
    fail(below(place, 'had_within'), message, `more than ${within}`, 'Write a longer time')
  }
  return [{ kind: 'stopped', events, within, hadWithin }]
}

/** `resumed: Login, within: 5d, after_pause: 30d`. */
export function readResumed(written: Written, place: Place): readonly EventCondition[] {
  refuseOthers(written, ['resumed', 'within', 'after_pause', ...SELECTION_KEYS], place)
  const events = readSelection(written, 'resumed', TRAITS_ONLY, place)
  const within = readDuration(written, 'within', place)
  const afterPause = readDuration(written, 'after_pause', place)
  if (events === undefined || within === undefined || afterPause === undefined) return []
  return [{ kind: 'resumed', events, within, afterPause }]
}

/** `new_within: 7d`. */
export function readNewWithin(written: Written, place: Place): readonly EventCondition[] {
  refuseOthers(written, ['new_within'], place)
  const within = readDuration(written, 'new_within', place)
  return within === undefined ? [] : [{ kind: 'new_within', within }]
}

/** `active_within: 7d`: did anything. */
export function readActiveWithin(written: Written, place: Place): readonly EventCondition[] {
  refuseOthers(written, ['active_within'], place)
  const duration = readDuration(written, 'active_within', place)
  if (duration === undefined) return []
  return [
    {
      kind: 'did',
      events: { names: null, where: null, sources: null },
      windows: [{ word: 'within', operand: { kind: 'duration', duration }, from: null }],
      measure: { kind: 'count' },
      comparison: AT_LEAST_ONCE,
    },
  ]
}
