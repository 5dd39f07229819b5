import { shown } from '../mistake.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import { isWritten, type Written } from '../written.ts'
import { ANCHORS, type EventCondition, type SequenceStep } from './event-condition.ts'
import { readSelection, SELECTION_KEYS } from './parse-selection.ts'
import { readDuration, readWindows, WINDOW_KEYS } from './parse-window.ts'
import type { Window } from './window.ts'

const STEPS_MAX = 10

/** `sequence: [ { did: … }, { did_not: …, within: 3d } ], started: { within: 7d }, anchor: last`. */
export function readSequence(written: Written, place: Place): readonly EventCondition[] {
  refuseOthers(written, ['sequence', 'started', 'anchor'], place)
  const list = written['sequence']
  const here = below(place, 'sequence')
  const started = readStarted(written['started'], below(place, 'started'))
  const anchor = readAnchor(written['anchor'], below(place, 'anchor'))
  if (!Array.isArray(list) || list.length < 2 || list.length > STEPS_MAX) {
    const expected = `a list of 2 to ${STEPS_MAX} steps`
    const remedy = 'Write [{ did: Product Added }, { did_not: Order Completed, within: 3d }]'
    fail(here, `Cannot read ${shown(list)} as a sequence`, expected, remedy)
    return []
  }
  const found: number[] = []
  const steps = list.flatMap((item: unknown, index): readonly SequenceStep[] => {
    const step = readStep(item, index, found, below(here, index))
    if (isWritten(item) && item['did'] !== undefined) found.push(index + 1)
    return step === undefined ? [] : [step]
  })
  if (steps.length < list.length || started === undefined || anchor === undefined) return []
  return [{ kind: 'sequence', steps, started, anchor }]
}

function readStarted(value: unknown, place: Place): readonly Window[] | undefined {
  if (value === undefined) return []
  if (isWritten(value)) {
    refuseOthers(value, WINDOW_KEYS, place)
    return readWindows(value, place)
  }
  return fail(place, `Cannot read ${shown(value)} as a window`, 'a window', 'Write { within: 7d }')
}

function readAnchor(value: unknown, place: Place): (typeof ANCHORS)[number] | undefined {
  if (value === undefined) return 'any'
  const anchor = ANCHORS.find((known) => known === value)
  if (anchor !== undefined) return anchor
  const expected = `one of ${ANCHORS.join(', ')}`
  return fail(
    place,
    `Cannot read ${shown(value)} beside "anchor"`,
    expected,
    'Write "anchor: last"',
  )
}

/** @param found The steps before this one that find an event. */
function readStep(
  value: unknown,
  index: number,
  found: readonly number[],
  place: Place,
): SequenceStep | undefined {
  if (!isWritten(value)) {
    const expected = 'a step: { did: … } or { did_not: … }'
    return fail(place, `Cannot read ${shown(value)} as a step`, expected, 'Write { did: Login }')
  }
  const negated = value['did'] === undefined && value['did_not'] !== undefined
  const word = negated ? 'did_not' : 'did'
  if (index === 0 && (negated || value['within'] !== undefined)) {
    const message = negated
      ? 'A sequence begins with something that was done'
      : 'There is no step before the first; when it happened is said by "started"'
    const remedy = negated ? 'Begin with { did: … }' : 'Write "started: { within: 7d }"'
    return fail(below(place, negated ? 'did_not' : 'within'), message, 'a step with "did"', remedy)
  }
  refuseOthers(value, [word, 'within', ...SELECTION_KEYS], place)
  const events = readSelection(value, word, { properties: false, steps: [...found] }, place)
  const within = value['within'] === undefined ? null : readDuration(value, 'within', place)
  return events === undefined || within === undefined ? undefined : { negated, events, within }
}
