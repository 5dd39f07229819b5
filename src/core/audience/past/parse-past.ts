import { referencesOf, type Comparison } from '../comparison.ts'
import { readWindows } from '../event/parse-window.ts'
import { WINDOW_WORDS, type Window } from '../event/window.ts'
import { shown } from '../mistake.ts'
import { OPERANDS } from '../operand.ts'
import type { Operand } from '../operand-shape.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import { isWritten, type Written } from '../written.ts'
import type { Lasting, PastCondition } from './past-condition.ts'

/** The keys beside a comparison that ask for the past. */
export const PAST_WORDS = ['held_for', 'ever'] as const

/** Reads `held_for` and `ever` beside the comparisons of a trait; none where neither is there. */
export function readPast(
  written: Written,
  trait: string,
  comparisons: readonly Comparison[],
  place: Place,
): readonly PastCondition[] {
  const asked = PAST_WORDS.filter((word) => written[word] !== undefined)
  if (asked.length > 0)
    for (const { operator, operand } of comparisons)
      refuseReferences(operand, below(place, operator))
  return asked.flatMap((word): readonly PastCondition[] => {
    const here = below(place, word)
    if (word === 'held_for') {
      const lasting = readLasting(written[word], here)
      return lasting.length === 0 ? [] : [{ kind: word, trait, comparisons, lasting }]
    }
    const windows = readEver(written[word], here)
    return windows === undefined ? [] : [{ kind: word, trait, comparisons, windows }]
  })
}

/** The history of one trait does not know what the others were. */
function refuseReferences(operand: Operand, place: Place): void {
  if (referencesOf(operand).length === 0) return
  const message = 'What a trait was cannot be compared with another trait'
  fail(place, message, 'a value', 'Write a value')
}

const LASTING = ['gt', 'gte', 'lt', 'lte', 'between'] as const

function readLasting(value: unknown, place: Place): readonly Lasting[] {
  const words = isWritten(value) ? LASTING.filter((word) => value[word] !== undefined) : []
  if (isWritten(value)) refuseOthers(value, LASTING, place)
  if (!isWritten(value) || (words.length === 0 && Object.keys(value).length === 0)) {
    const message = `Cannot read ${shown(value)} as a time that something lasts`
    fail(place, message, `one of ${LASTING.join(', ')}`, 'Write held_for: { gte: 30d }')
    return []
  }
  return words.flatMap(
    (operator) => readOne(operator, value[operator], below(place, operator)) ?? [],
  )
}

function readOne(
  operator: (typeof LASTING)[number],
  value: unknown,
  place: Place,
): Lasting | undefined {
  if (operator === 'between') {
    const range = OPERANDS.durations.read(value)
    if (range !== undefined) return { operator, from: range.near, to: range.far }
  } else {
    const length = OPERANDS.duration.read(value)
    if (length !== undefined) return { operator, duration: length.duration }
  }
  const { expected } = operator === 'between' ? OPERANDS.durations : OPERANDS.duration
  const example = operator === 'between' ? '[30d, 90d]' : '30d'
  const message = `Cannot read ${shown(value)} beside "${operator}"`
  return fail(place, message, expected, `Write it like ${operator}: ${example}`)
}

/** `true` is the whole past. */
function readEver(value: unknown, place: Place): readonly Window[] | undefined {
  if (value === true) return []
  if (!isWritten(value) || Object.keys(value).length === 0) {
    const message = `Cannot read ${shown(value)} beside "ever"`
    return fail(place, message, 'a window, or true', 'Write ever: { within: 1y }, or ever: true')
  }
  refuseOthers(value, WINDOW_WORDS, place)
  const windows = readWindows(value, place)
  for (const { word, operand } of windows) refuseReferences(operand, below(place, word))
  return windows.length === 0 ? undefined : windows
}
