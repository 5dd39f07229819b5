import type { OperandKind } from './operand-shape.ts'

/** How the values of an operator are read before they are compared. */
type Family = 'presence' | 'equality' | 'text' | 'number' | 'truth' | 'list' | 'time' | 'version'

interface Operator {
  readonly family: Family
  readonly operand: OperandKind
  /** `ignore_case: true` may stand beside it. */
  readonly text: boolean
  /** Denies something; still false on what is absent. */
  readonly negative: boolean
  /** Follows the trait's name in a sentence; `…` is the operand. */
  readonly words: string
  /** One operand as it is written in a file, for documentation and remedies. */
  readonly example: string
}

const plain = { text: false, negative: false } as const
const text = { family: 'text', text: true } as const
const equality = { family: 'equality', text: true } as const
const number = { family: 'number', ...plain } as const
const time = { family: 'time', ...plain } as const
const version = { family: 'version', operand: 'version', ...plain } as const

/** One row for each operator; the parser, the compiler, the sentences and the documentation all read it. */
export const OPERATORS = {
  eq: { ...equality, operand: 'any', negative: false, words: 'is …', example: 'pro' },
  ne: {
    ...equality,
    operand: 'any',
    negative: true,
    words: 'is known and is not …',
    example: 'free',
  },
  in: {
    ...equality,
    operand: 'many',
    negative: false,
    words: 'is one of …',
    example: '[pro, team]',
  },
  not_in: {
    ...equality,
    operand: 'many',
    negative: true,
    words: 'is known and is none of …',
    example: '[free, trial]',
  },
  gt: { ...number, operand: 'number', words: 'is more than …', example: '100' },
  gte: { ...number, operand: 'number', words: 'is at least …', example: '100' },
  lt: { ...number, operand: 'number', words: 'is less than …', example: '100' },
  lte: { ...number, operand: 'number', words: 'is at most …', example: '100' },
  between: { ...number, operand: 'range', words: 'is from …', example: '[10, 20]' },
  not_between: {
    ...number,
    operand: 'range',
    negative: true,
    words: 'is known and is not from …',
    example: '[10, 20]',
  },
  contains: { ...text, operand: 'text', negative: false, words: 'contains …', example: 'shoe' },
  not_contains: {
    ...text,
    operand: 'text',
    negative: true,
    words: 'is known and does not contain …',
    example: 'test',
  },
  contains_any: {
    ...text,
    operand: 'texts',
    negative: false,
    words: 'contains any of …',
    example: '[shoe, boot]',
  },
  starts_with: {
    ...text,
    operand: 'text',
    negative: false,
    words: 'starts with …',
    example: 'San',
  },
  ends_with: { ...text, operand: 'text', negative: false, words: 'ends with …', example: '.edu' },
  not_starts_with: {
    ...text,
    operand: 'text',
    negative: true,
    words: 'is known and does not start with …',
    example: 'test-',
  },
  not_ends_with: {
    ...text,
    operand: 'text',
    negative: true,
    words: 'is known and does not end with …',
    example: '.test',
  },
  like: { ...text, operand: 'like', negative: false, words: 'is like …', example: "'%@example.%'" },
  matches: {
    ...text,
    operand: 'pattern',
    negative: false,
    words: 'matches …',
    example: "'^[A-Z]{2}[0-9]+$'",
  },
  exists: { ...plain, family: 'presence', operand: 'flag', words: 'is …', example: 'true' },
  is_true: { ...plain, family: 'truth', operand: 'none', words: 'is true', example: 'true' },
  is_false: { ...plain, family: 'truth', operand: 'none', words: 'is false', example: 'true' },
  includes: {
    family: 'list',
    text: true,
    negative: false,
    operand: 'any',
    words: 'includes …',
    example: 'newsletter',
  },
  includes_all: {
    family: 'list',
    text: true,
    negative: false,
    operand: 'many',
    words: 'includes all of …',
    example: '[news, offers]',
  },
  before: { ...time, operand: 'moment', words: 'is before …', example: '2026-01-31' },
  after: { ...time, operand: 'moment', words: 'is after …', example: '2026-01-31' },
  since: { ...time, operand: 'moment', words: 'is on or after …', example: '2026-01-31' },
  until: { ...time, operand: 'moment', words: 'is on or before …', example: '2026-01-31' },
  during: { ...time, operand: 'moments', words: 'is from …', example: '[2026-01-01, 2026-01-31]' },
  within_last: { ...time, operand: 'duration', words: 'is within the last …', example: '30d' },
  within_next: { ...time, operand: 'duration', words: 'is within the next …', example: '7d' },
  before_last: { ...time, operand: 'duration', words: 'is longer ago than …', example: '30d' },
  after_next: { ...time, operand: 'duration', words: 'is further ahead than …', example: '7d' },
  ago: { ...time, operand: 'durations', words: 'is … ago', example: '[90d, 180d]' },
  this: { ...time, operand: 'calendar', words: 'is in this …', example: 'month' },
  previous: { ...time, operand: 'calendar', words: 'is in the previous …', example: 'week' },
  semver_eq: { ...version, words: 'is version …', example: '2.1.0' },
  semver_ne: { ...version, negative: true, words: 'is a version other than …', example: '2.1.0' },
  semver_gt: { ...version, words: 'is a version after …', example: '2.1.0' },
  semver_gte: { ...version, words: 'is version … or later', example: '2.1.0' },
  semver_lt: { ...version, words: 'is a version before …', example: '2.1.0' },
  semver_lte: { ...version, words: 'is version … or earlier', example: '2.1.0' },
} as const satisfies Record<string, Operator>

export type OperatorName = keyof typeof OPERATORS

/** True for the name of an operator, as it is written in a file. */
export function isOperatorName(name: string): name is OperatorName {
  return Object.hasOwn(OPERATORS, name)
}

export const OPERATOR_NAMES: readonly OperatorName[] = Object.keys(OPERATORS).filter(isOperatorName)
