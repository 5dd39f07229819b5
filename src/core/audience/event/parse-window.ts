import { shown } from '../mistake.ts'
import { OPERANDS } from '../operand.ts'
import type { Operand } from '../operand-shape.ts'
import { OPERATORS } from '../operator.ts'
import { readOperandAt, readName } from '../parse-comparison.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import { isWritten, type Written } from '../written.ts'
import {
  WINDOW_OPERATORS,
  WINDOW_WORDS,
  type Window,
  type WindowOperand,
  type WindowStart,
} from './window.ts'

/** The keys of a condition that say when. */
export const WINDOW_KEYS: readonly string[] = [...WINDOW_WORDS, 'from']

/** Reads every window word of a condition; all of them must hold. */
export function readWindows(written: Written, place: Place): readonly Window[] {
  const from = readStart(written, place)
  return WINDOW_WORDS.flatMap((word): readonly Window[] => {
    if (written[word] === undefined) return []
    const operand = readOperandAt(WINDOW_OPERATORS[word], written[word], below(place, word))
    return operand === undefined || !isWindowOperand(operand)
      ? []
      : [{ word, operand, from: word === 'within' ? from : null }]
  })
}

function isWindowOperand(operand: Operand): operand is WindowOperand {
  return WINDOW_WORDS.some((word) => OPERATORS[WINDOW_OPERATORS[word]].operand === operand.kind)
}

function readStart(written: Written, place: Place): WindowStart | null {
  const value = written['from']
  if (value === undefined) return null
  const here = below(place, 'from')
  if (written['within'] === undefined) {
    fail(here, '"from" has no "within" beside it', 'within: 14d, from: …', 'Add "within: 14d"')
  }
  if (value === 'first_seen') return value
  if (!isWritten(value) || value['trait'] === undefined) {
    const remedy = 'Write from: first_seen, or from: { trait: trial_started_at }'
    fail(
      here,
      `Cannot read ${shown(value)} as a moment of the person`,
      'first_seen or { trait: … }',
      remedy,
    )
    return null
  }
  refuseOthers(value, ['trait'], here)
  const trait = readName(value['trait'], 'trait', below(here, 'trait'))
  return trait === undefined ? null : { trait }
}

/** Reads a duration that a condition cannot be without. */
export function readDuration(written: Written, word: string, place: Place): string | undefined {
  const operand = OPERANDS.duration.read(written[word])
  if (operand !== undefined) return operand.duration
  const { expected } = OPERANDS.duration
  const missing = written[word] === undefined
  const message = missing
    ? `"${word}" is missing`
    : `Cannot read ${shown(written[word])} beside "${word}"`
  return fail(missing ? place : below(place, word), message, expected, `Write "${word}: 7d"`)
}
