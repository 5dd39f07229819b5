import type { Condition } from '../core/audience/condition.ts'
import { parseCondition } from '../core/audience/parse-condition.ts'
import { writeCondition } from '../core/audience/write-condition.ts'
import { loses, writes, type Reading } from './reading.ts'

/** The language's own reader has the last word: what it refuses is not carried over. */
export function checkedReading(reading: Reading): {
  readonly reading: Reading
  readonly condition: Condition | null
} {
  if (reading.kind === 'lost') return { reading, condition: null }
  const mistakes: string[] = []
  const condition = parseCondition(reading.written, [], ({ message }) => {
    mistakes.push(message)
  })
  if (condition === undefined || mistakes.length > 0)
    return {
      reading: loses(`It cannot be written here: ${mistakes[0] ?? 'nothing is left of it'}.`),
      condition: null,
    }
  return { reading: writes(writeCondition(condition), ...reading.remarks), condition }
}
