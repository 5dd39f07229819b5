import {
  isReference,
  type CalendarUnit,
  type Literal,
  type Operand,
  type OperandKind,
  type Reference,
  type Value,
} from './operand-shape.ts'
import { durationMs } from './duration.ts'
import { parseMoment } from './moment.ts'
import { patternFault } from './pattern.ts'
import { versionKey } from './version.ts'
import { isWritten } from './written.ts'

const CALENDAR_UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const

const VALUES_MAX = 10_000

interface OperandReader<K extends OperandKind> {
  readonly expected: string
  /** The operand, or undefined when the value is not one. */
  readonly read: (value: unknown) => Extract<Operand, { readonly kind: K }> | undefined
  /** The value as it is written in a file. */
  readonly write: (operand: Extract<Operand, { readonly kind: K }>) => unknown
}

function readReference(value: unknown): Reference | undefined {
  if (!isWritten(value)) return undefined
  const { trait, property, step, ...others } = value
  if (Object.keys(others).length > 0) return undefined
  if (isName(trait)) return property === undefined && step === undefined ? { trait } : undefined
  if (!isName(property) || trait !== undefined) return undefined
  if (step === undefined) return { property }
  return typeof step === 'number' && Number.isInteger(step) && step > 0
    ? { step, property }
    : undefined
}

const isName = (value: unknown): value is string => typeof value === 'string' && isTraitName(value)

function isLiteral(value: unknown): value is Literal {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  )
}

const readAny = (value: unknown): Value | undefined =>
  isLiteral(value) ? value : readReference(value)

const readText = (value: unknown): string | Reference | undefined =>
  typeof value === 'string' ? value : readReference(value)

const readNumber = (value: unknown): number | Reference | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : readReference(value)

function readMany<T>(value: unknown, read: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > VALUES_MAX) return undefined
  const items: T[] = []
  for (const entry of value) {
    const item = read(entry)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

function readPair<T>(value: unknown, read: (item: unknown) => T | undefined): [T, T] | undefined {
  const [first, second, ...rest] = readMany(value, read) ?? []
  return first === undefined || second === undefined || rest.length > 0
    ? undefined
    : [first, second]
}

const readMomentText = (value: unknown): string | undefined =>
  typeof value === 'string' && parseMoment(value) ? value : undefined

const readDuration = (value: unknown): string | undefined =>
  typeof value === 'string' && durationMs(value) !== undefined ? value : undefined

function isCalendarUnit(value: unknown): value is CalendarUnit {
  return CALENDAR_UNITS.some((unit) => unit === value)
}

/** The name or path of a trait: not blank, no empty step between its dots. */
export function isTraitName(name: string): boolean {
  return name.length <= 500 && name.split('.').every((step) => step.trim() !== '')
}

const inOrder = (from: number | Reference, to: number | Reference): boolean =>
  isReference(from) || isReference(to) || from <= to

/** One row for each kind of operand: what is expected, how it is read and written. */
export const OPERANDS: { readonly [K in OperandKind]: OperandReader<K> } = {
  none: {
    expected: 'true',
    read: (value) => (value === true ? { kind: 'none' } : undefined),
    write: () => true,
  },
  flag: {
    expected: 'true or false',
    read: (value) => (typeof value === 'boolean' ? { kind: 'flag', flag: value } : undefined),
    write: ({ flag }) => flag,
  },
  any: {
    expected: 'text, a number, true, false or { trait: … }',
    read(value) {
      const read = readAny(value)
      return read === undefined ? undefined : { kind: 'any', value: read }
    },
    write: ({ value }) => value,
  },
  many: {
    expected: 'a list of one or more values',
    read(value) {
      const values = readMany(value, readAny)
      return values && { kind: 'many', values }
    },
    write: ({ values }) => values,
  },
  text: {
    expected: 'text or { trait: … }',
    read(value) {
      const read = readText(value)
      return read === undefined ? undefined : { kind: 'text', value: read }
    },
    write: ({ value }) => value,
  },
  texts: {
    expected: 'a list of one or more texts',
    read(value) {
      const values = readMany(value, readText)
      return values && { kind: 'texts', values }
    },
    write: ({ values }) => values,
  },
  like: {
    expected: 'text with % for any letters, _ for one, and \\ before a % or _ that is meant itself',
    read: (value) =>
      typeof value === 'string' && /^(?:[^\\]|\\[\\%_])*$/su.test(value)
        ? { kind: 'like', pattern: value }
        : undefined,
    write: ({ pattern }) => pattern,
  },
  pattern: {
    expected: 'a regular expression (the RE2 subset)',
    read: (value) =>
      typeof value === 'string' && patternFault(value) === undefined
        ? { kind: 'pattern', pattern: value }
        : undefined,
    write: ({ pattern }) => pattern,
  },
  number: {
    expected: 'a number or { trait: … }',
    read(value) {
      const read = readNumber(value)
      return read === undefined ? undefined : { kind: 'number', value: read }
    },
    write: ({ value }) => value,
  },
  range: {
    expected: 'two numbers, the smaller first: [10, 20]',
    read(value) {
      const pair = readPair(value, readNumber)
      return pair && inOrder(...pair) ? { kind: 'range', from: pair[0], to: pair[1] } : undefined
    },
    write: ({ from, to }) => [from, to],
  },
  version: {
    expected: 'a version, quoted: "2.1.0"',
    read: (value) =>
      typeof value === 'string' && versionKey(value) !== undefined
        ? { kind: 'version', version: value }
        : undefined,
    write: ({ version }) => version,
  },
  moment: {
    expected: 'a day (2026-01-31), a time (2026-01-31T12:00:00Z) or { trait: … }',
    read(value) {
      const moment = readMomentText(value) ?? readReference(value)
      return moment === undefined ? undefined : { kind: 'moment', moment }
    },
    write: ({ moment }) => moment,
  },
  moments: {
    expected: 'two days or times: [2026-01-01, 2026-01-31]',
    read(value) {
      const pair = readPair(value, readMomentText)
      return pair && { kind: 'moments', from: pair[0], to: pair[1] }
    },
    write: ({ from, to }) => [from, to],
  },
  duration: {
    expected: 'a duration such as 30s, 5m, 2h, 7d, 4w, 6mo or 1y',
    read(value) {
      const duration = readDuration(value)
      return duration === undefined ? undefined : { kind: 'duration', duration }
    },
    write: ({ duration }) => duration,
  },
  durations: {
    expected: 'two durations, the shorter first: [90d, 180d]',
    read(value) {
      const [near, far] = readPair(value, readDuration) ?? []
      if (near === undefined || far === undefined) return undefined
      const ordered = (durationMs(near) ?? 0) < (durationMs(far) ?? 0)
      return ordered ? { kind: 'durations', near, far } : undefined
    },
    write: ({ near, far }) => [near, far],
  },
  calendar: {
    expected: `one of ${CALENDAR_UNITS.join(', ')}`,
    read: (value) => (isCalendarUnit(value) ? { kind: 'calendar', unit: value } : undefined),
    write: ({ unit }) => unit,
  },
}

/** Reads what stands beside an operator; undefined when it is not what the operator takes. */
export function readOperand(kind: OperandKind, value: unknown): Operand | undefined {
  return OPERANDS[kind].read(value)
}

/** The operand as it is written in a file. */
export function writeOperand<K extends OperandKind>(
  operand: Extract<Operand, { kind: K }>,
): unknown {
  const reader: OperandReader<K> = OPERANDS[operand.kind]
  return reader.write(operand)
}
