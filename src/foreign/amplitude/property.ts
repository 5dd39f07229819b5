import type { Written } from '../../core/audience/written.ts'
import { check, denied, group, joined, loses, writes, type Reading } from '../reading.ts'

/** How Amplitude writes that there is no value. */
const NONE = '(none)'

const NUMBERS: Readonly<Record<string, 'lt' | 'lte' | 'gt' | 'gte'>> = {
  less: 'lt',
  'less or equal': 'lte',
  greater: 'gt',
  'greater or equal': 'gte',
}

/** Amplitude's negative operators are true where there is no value. */
const NEGATIVE: Readonly<Record<string, string>> = {
  'is not': 'is',
  'does not contain': 'contains',
  'does not start with': 'starts with',
}

const isTrueOfZero = {
  lt: (n: number) => n > 0,
  lte: (n: number) => n >= 0,
  gt: (n: number) => n < 0,
  gte: (n: number) => n <= 0,
}

/** A comparison of Amplitude, of the trait or property that `subject` names. Several values are alternatives. */
export function comparisonOf(
  subject: Written,
  operator: string,
  values: readonly (string | number | boolean)[],
): Reading {
  const positive = NEGATIVE[operator]
  if (positive !== undefined) return denied(comparisonOf(subject, positive, values))
  if (operator === 'set contains')
    return writes({ ...subject, includes_all: values }, check('The trait has to be a list.'))
  const number = NUMBERS[operator]
  if (number !== undefined) return numberOf(subject, number, values)
  switch (operator) {
    case 'is':
      return alternatives(subject, values, (known) =>
        known.length === 1 ? { eq: known[0] } : { in: known },
      )
    case 'contains':
      return alternatives(subject, values, (known) => ({
        ...(known.length === 1 ? { contains: known[0] } : { contains_any: known }),
        ignore_case: true,
      }))
    case 'starts with':
      return joined(
        values.map((value) => writes({ ...subject, starts_with: value, ignore_case: true })),
        (any) => group('any', any),
      )
    default:
      return loses(`There is no operator like "${operator}" here.`)
  }
}

function alternatives(
  subject: Written,
  values: readonly (string | number | boolean)[],
  write: (known: readonly unknown[]) => Written,
): Reading {
  const known = values.filter((value) => value !== NONE)
  return writes(
    group('any', [
      ...(known.length === 0 ? [] : [{ ...subject, ...write(known) }]),
      ...(known.length === values.length ? [] : [{ ...subject, exists: false }]),
    ]),
  )
}

/** A number that is missing is 0 there. */
function numberOf(
  subject: Written,
  operator: keyof typeof isTrueOfZero,
  values: readonly (string | number | boolean)[],
): Reading {
  const [text, ...more] = values
  const number = typeof text === 'string' && text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number) || more.length > 0)
    return loses('A number is compared with one number.')
  const compares = { ...subject, [operator]: number }
  return writes(
    isTrueOfZero[operator](number) ? { any: [compares, { ...subject, exists: false }] } : compares,
  )
}
