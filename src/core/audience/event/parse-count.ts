import { literalsOf, type Comparison } from '../comparison.ts'
import { shown } from '../mistake.ts'
import type { OperatorName } from '../operator.ts'
import { readComparisons, TRAITS_ONLY } from '../parse-comparison.ts'
import { below, fail, type Place } from '../place.ts'
import { isWritten } from '../written.ts'

/** What may be asked of a number that is always there. */
export const COUNT_OPERATORS = [
  'eq',
  'ne',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'not_between',
] as const satisfies readonly OperatorName[]

/** Reads `{ gte: 2 }`, the comparison of a count. */
export function readCount(value: unknown, word: string, place: Place): readonly Comparison[] {
  if (!isWritten(value)) {
    const remedy = `Write ${word}: { gte: 2 }`
    fail(
      place,
      `Cannot read ${shown(value)} as a comparison`,
      'a comparison such as { gte: 2 }',
      remedy,
    )
    return []
  }
  const form = {
    keys: [],
    operators: COUNT_OPERATORS,
    subject: `"${word}"`,
    example: `${word}: { gte: 2 }`,
    reach: TRAITS_ONLY,
  }
  const comparisons = readComparisons(value, form, place)
  for (const comparison of comparisons) refuseText(comparison, place)
  return comparisons
}

/** A number is compared with numbers, whatever the operator takes elsewhere. */
export function refuseText({ operator, operand }: Comparison, place: Place): void {
  const other = literalsOf(operand).find((value) => typeof value !== 'number')
  if (other === undefined) return
  const here = below(place, operator)
  fail(
    here,
    `Cannot compare a number with ${shown(other)}`,
    'a number or { trait: … }',
    'Write a number',
  )
}

/** Reads the comparison of a number that is met by one thing at a time, so that two of them would say something else. */
export function readOneCount(value: unknown, word: string, place: Place): Comparison | undefined {
  const comparisons = readCount(value, word, place)
  const [first] = comparisons
  if (comparisons.length < 2) return first
  const remedy = `Write one operator, such as ${word}: { between: [2, 4] }`
  return fail(place, `"${word}" has several operators`, 'one operator', remedy)
}
