import { writeComparison, writeWindows } from '../event/write-event.ts'
import type { Written } from '../written.ts'
import type { Lasting, PastCondition } from './past-condition.ts'

const writeLasting = (lasting: Lasting): Written => ({
  [lasting.operator]:
    lasting.operator === 'between' ? [lasting.from, lasting.to] : lasting.duration,
})

function writeAsked(condition: PastCondition): Written {
  if (condition.kind === 'held_for')
    return { held_for: Object.assign({}, ...condition.lasting.map(writeLasting)) }
  return { ever: condition.windows.length === 0 ? true : writeWindows(condition.windows) }
}

/** A condition over the history of a trait as it is written in a file. */
export const writePast = (condition: PastCondition): Written =>
  Object.assign(
    { trait: condition.trait },
    ...condition.comparisons.map(writeComparison),
    writeAsked(condition),
  )
