import { patternFault } from '../core/audience/pattern.ts'
import { isWritten } from '../core/audience/written.ts'
import type { BlockedValue } from '../core/identity/blocked.ts'
import { isKind } from '../core/identity/identifier.ts'
import { leaf } from './leaf.ts'

const LIMIT_MAX = 1000

const whole = (value: unknown, least: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= LIMIT_MAX
    ? value
    : undefined

export const identifierLimit = leaf((value) => whole(value, 0), {
  expected: 'a whole number from 0 to 1000; 0 means that it identifies nobody',
  remedy: 'Write how many of them one person may have, such as 5',
})

export const sharedAfter = leaf((value) => whole(value, 2), {
  expected: 'a whole number from 2 to 1000',
  remedy: 'Write how many different people make an identifier a shared one, such as 10',
})

export const kinds = leaf(
  (value): readonly string[] | undefined => {
    if (!Array.isArray(value)) return undefined
    const names = value.filter((name): name is string => typeof name === 'string' && isKind(name))
    return names.length === value.length && new Set(names).size === names.length ? names : undefined
  },
  {
    expected: 'a list of kinds of identifiers, each once',
    remedy: 'Write the kinds, the most trusted first: [user_id, email]',
  },
)

function blockedValue(value: unknown): BlockedValue | undefined {
  if (typeof value === 'string' && value.trim() !== '') return { kind: 'text', text: value.trim() }
  if (!isWritten(value) || Object.keys(value).length !== 1) return undefined
  const pattern = value['matches']
  if (typeof pattern !== 'string' || patternFault(pattern) !== undefined) return undefined
  return { kind: 'pattern', pattern }
}

export const blockedValues = leaf(
  (value): readonly BlockedValue[] | undefined => {
    if (!Array.isArray(value)) return undefined
    const values = value.map(blockedValue)
    return values.every((one) => one !== undefined) ? values : undefined
  },
  {
    expected: 'a list of texts, or of { matches: regular expression }',
    remedy: 'Write numbers and words in quotes: ["0", test, { matches: "^demo-" }]',
  },
)

/** A blocked value as it is written in a file. */
export const writeBlocked = (value: BlockedValue): unknown =>
  value.kind === 'text' ? value.text : { matches: value.pattern }
