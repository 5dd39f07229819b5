import type { MeasuredEvents } from '../event/event-condition.ts'
import { bareMeasureWords, readBareMeasure } from '../event/parse-measure.ts'
import { readSelection, SELECTION_KEYS } from '../event/parse-selection.ts'
import { readWindows, WINDOW_KEYS } from '../event/parse-window.ts'
import { shown, type Path, type Report } from '../mistake.ts'
import { TRAITS_ONLY } from '../parse-comparison.ts'
import { fail, refuseOthers } from '../place.ts'
import { isWritten } from '../written.ts'

const MEASURES = ['count', ...bareMeasureWords(() => true)]

const EXAMPLE = '{ did: Order Completed, sum: { property: revenue }, within: 365d }'

/**
 * Reads a computed trait: events, and what is made of them. Every mistake in it is reported.
 * @param others keys beside them that somebody else reads
 */
export function parseComputedTrait(
  value: unknown,
  others: readonly string[],
  path: Path,
  report: Report,
): MeasuredEvents | undefined {
  const place = { path, depth: 0, report }
  if (!isWritten(value)) {
    const message = `Cannot read ${shown(value)} as a computed trait`
    return fail(place, message, 'events, and what is made of them', `Write ${EXAMPLE}`)
  }
  refuseOthers(value, ['did', ...SELECTION_KEYS, ...WINDOW_KEYS, ...MEASURES, ...others], place)
  const events = readSelection(value, 'did', TRAITS_ONLY, place)
  const windows = readWindows(value, place)
  const measure = readBareMeasure(value, MEASURES, place)
  return events && measure && { events, windows, measure }
}
