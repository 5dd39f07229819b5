import type { Condition, TraitCondition } from './condition.ts'
import type { Path, Report } from './mistake.ts'
import { shown } from './mistake.ts'
import { nearestWord } from './nearest-word.ts'
import { isTraitName, OPERANDS, readOperand } from './operand.ts'
import { isOperatorName, OPERATOR_NAMES, OPERATORS, type OperatorName } from './operator.ts'
import { patternFault } from './pattern.ts'
import { isWritten, type Written } from './written.ts'

/** The deepest a tree may be, so that no file can exhaust whoever walks it. */
const DEPTH_MAX = 60

/** Words of the language that this version cannot evaluate yet. */
const LATER = new Set([
  'did',
  'did_not',
  'sequence',
  'stopped',
  'resumed',
  'new_within',
  'active_within',
  'held_for',
  'ever',
  'member_of',
  'related',
  'account',
  'consent',
  'top',
])

interface Place {
  readonly path: Path
  readonly depth: number
  readonly report: Report
}

type ConditionReader = (written: Written, place: Place) => Condition | undefined

/** One row for each condition, by the key that names it. */
const CONDITIONS = {
  all: (written, place) => readGroup('all', written, place),
  any: (written, place) => readGroup('any', written, place),
  not: readNot,
  everyone: readEveryone,
  trait: readTrait,
  has: readHas,
  sample: readSample,
  list: (written, place) => readText('list', written, place, 'the path of a file with keys'),
  sql: (written, place) => readText('sql', written, place, 'a boolean SQL expression'),
} as const satisfies Record<string, ConditionReader>

type ConditionName = keyof typeof CONDITIONS

const isConditionName = (name: string): name is ConditionName => Object.hasOwn(CONDITIONS, name)

const CONDITION_NAMES = Object.keys(CONDITIONS).filter(isConditionName)

/** What other languages call the operators. */
const SYNONYMS: Readonly<Record<string, OperatorName>> = {
  equals: 'eq',
  is: 'eq',
  not_equals: 'ne',
  is_not: 'ne',
  one_of: 'in',
  none_of: 'not_in',
  greater_than: 'gt',
  more_than: 'gt',
  at_least: 'gte',
  less_than: 'lt',
  at_most: 'lte',
  is_set: 'exists',
  regex: 'matches',
  within: 'within_last',
}

const below = (place: Place, ...steps: (string | number)[]): Place => ({
  ...place,
  path: [...place.path, ...steps],
})

/**
 * Reads a tree as it is written in YAML or JSON. Every mistake in it is reported, each with its path; a condition that cannot be
 * meant is left out, so the result is only good when nothing was reported.
 */
export function parseCondition(value: unknown, path: Path, report: Report): Condition | undefined {
  return readCondition(value, { path, depth: 0, report })
}

function readCondition(value: unknown, place: Place): Condition | undefined {
  const expected = `a condition: ${CONDITION_NAMES.join(', ')}`
  if (!isWritten(value)) {
    const remedy = Array.isArray(value)
      ? 'Put the list under "all:" (every one) or "any:" (at least one)'
      : 'Write a condition such as { trait: plan, eq: pro }, or { everyone: true }'
    return fail(place, `Cannot read ${shown(value)} as a condition`, expected, remedy)
  }
  if (place.depth >= DEPTH_MAX) {
    const message = `Cannot read conditions nested more than ${DEPTH_MAX} deep`
    return fail(place, message, 'a flatter tree', 'Put conditions of one kind into one list')
  }
  const names = Object.keys(value)
  const name = CONDITION_NAMES.find((known) => names.includes(known))
  if (name !== undefined) return CONDITIONS[name](value, place)
  const later = names.find((known) => LATER.has(known))
  if (later !== undefined) return failLater(later, place)
  return failUnknown(names, place, expected)
}

function fail(place: Place, message: string, expected: string, remedy: string): undefined {
  place.report({ path: place.path, atKey: false, message, expected, remedy })
  return undefined
}

function failLater(name: string, place: Place): undefined {
  place.report({
    path: [...place.path, name],
    atKey: true,
    message: `The condition "${name}" is not available in this version`,
    expected: `one of ${CONDITION_NAMES.join(', ')}`,
    remedy: 'Express it in the model\'s SQL or with { sql: "…" } until a later version brings it',
  })
  return undefined
}

function failUnknown(names: readonly string[], place: Place, expected: string): undefined {
  const [first] = names
  if (first === undefined) {
    return fail(place, 'The condition is empty', expected, 'Write { everyone: true } for everyone')
  }
  reportUnknown(first, [...CONDITION_NAMES, ...LATER], expected, place)
  return undefined
}

function reportUnknown(
  name: string,
  known: readonly string[],
  expected: string,
  place: Place,
): void {
  const nearest = known.find((word) => word === SYNONYMS[name]) ?? nearestWord(name, known)
  place.report({
    path: [...place.path, name],
    atKey: true,
    message: `Unknown word "${name}" in a condition`,
    expected,
    ...(nearest === undefined ? {} : { nearest }),
    remedy: nearest === undefined ? 'Remove it' : `Write "${nearest}"`,
  })
}

/** Reports every key of a condition that does not belong beside its name. */
function refuseOthers(written: Written, allowed: readonly string[], place: Place): void {
  for (const name of Object.keys(written)) {
    if (allowed.includes(name)) continue
    if (LATER.has(name)) {
      failLater(name, place)
      continue
    }
    reportUnknown(name, allowed, `one of ${allowed.join(', ')}`, place)
  }
}

function readGroup(kind: 'all' | 'any', written: Written, place: Place): Condition | undefined {
  refuseOthers(written, [kind], place)
  const list = written[kind]
  const here = below(place, kind)
  if (!Array.isArray(list) || list.length === 0) {
    const remedy = `Write a list under "${kind}:"; for everyone, write { everyone: true }`
    return fail(here, `Cannot read ${shown(list)} as conditions`, 'a list of conditions', remedy)
  }
  const of = list.flatMap((item: unknown, index) => {
    const step = below(here, index)
    return readCondition(item, { ...step, depth: place.depth + 1 }) ?? []
  })
  return { kind, of }
}

function readNot(written: Written, place: Place): Condition | undefined {
  refuseOthers(written, ['not'], place)
  const of = readCondition(written['not'], { ...below(place, 'not'), depth: place.depth + 1 })
  return of && { kind: 'not', of }
}

function readEveryone(written: Written, place: Place): Condition | undefined {
  refuseOthers(written, ['everyone'], place)
  if (written['everyone'] === true) return { kind: 'everyone' }
  const message = `Cannot read ${shown(written['everyone'])} beside "everyone"`
  return fail(below(place, 'everyone'), message, 'true', 'Write { everyone: true }')
}

function readText(
  kind: 'list' | 'sql',
  written: Written,
  place: Place,
  expected: string,
): Condition | undefined {
  refuseOthers(written, [kind], place)
  const text = written[kind]
  if (typeof text !== 'string' || text.trim() === '') {
    const message = `Cannot read ${shown(text)} beside "${kind}"`
    return fail(below(place, kind), message, expected, `Write ${expected}`)
  }
  return kind === 'list' ? { kind, path: text } : { kind, sql: text }
}

function readTraitName(name: unknown, place: Place): string | undefined {
  if (typeof name === 'string' && isTraitName(name)) return name
  const expected = 'the name of a trait, or a path into one such as address.city'
  return fail(
    place,
    `Cannot read ${shown(name)} as a trait`,
    expected,
    'Write a column of the model',
  )
}

function readHas(written: Written, place: Place): Condition | undefined {
  refuseOthers(written, ['has'], place)
  const identifier = readTraitName(written['has'], below(place, 'has'))
  return identifier === undefined ? undefined : { kind: 'has', identifier }
}

function readSample(written: Written, place: Place): Condition | undefined {
  refuseOthers(written, ['sample'], place)
  const here = below(place, 'sample')
  const sample = written['sample']
  const expected = '{ salt: text, from: 0, to: 0.1 }, with 0 ≤ from < to ≤ 1'
  const remedy = 'Write { sample: { salt: spring, from: 0, to: 0.1 } }'
  if (!isWritten(sample))
    return fail(here, `Cannot read ${shown(sample)} as a sample`, expected, remedy)
  refuseOthers(sample, ['salt', 'from', 'to'], here)
  const { salt, from = 0, to } = sample
  const whole =
    typeof salt === 'string' && salt !== '' && typeof from === 'number' && typeof to === 'number'
  if (whole && from >= 0 && from < to && to <= 1) return { kind: 'sample', salt, from, to }
  return fail(here, 'Cannot read the bounds of the sample', expected, remedy)
}

function readTrait(written: Written, place: Place): Condition | undefined {
  const trait = readTraitName(written['trait'], below(place, 'trait'))
  const operators = Object.keys(written).filter(isOperatorName)
  refuseOthers(written, ['trait', 'ignore_case', ...OPERATOR_NAMES], place)
  if (operators.length === 0) {
    const unknown = Object.keys(written).some((name) => name !== 'trait' && name !== 'ignore_case')
    if (unknown) return undefined
    const message = `The condition on "${trait ?? ''}" has no operator`
    return fail(
      place,
      message,
      'an operator such as eq, in, gte, exists',
      'Write { trait: plan, eq: pro }',
    )
  }
  const ignoreCase = readIgnoreCase(written, operators, place)
  const conditions = operators.flatMap((operator) => {
    const operand = readOperandAt(operator, written[operator], below(place, operator))
    if (operand === undefined || trait === undefined) return []
    const folded = ignoreCase && OPERATORS[operator].text
    return [
      { kind: 'trait', trait, operator, operand, ignoreCase: folded } satisfies TraitCondition,
    ]
  })
  const [only] = conditions
  return conditions.length === 1 ? only : { kind: 'all', of: conditions }
}

function readIgnoreCase(
  written: Written,
  operators: readonly OperatorName[],
  place: Place,
): boolean {
  const value = written['ignore_case']
  if (value === undefined) return false
  const here = below(place, 'ignore_case')
  if (typeof value !== 'boolean') {
    fail(
      here,
      `Cannot read ${shown(value)} beside "ignore_case"`,
      'true or false',
      'Write true or false',
    )
  } else if (!operators.some((operator) => OPERATORS[operator].text)) {
    const message = `"ignore_case" means nothing beside ${operators.join(', ')}`
    fail(here, message, 'an operator that compares text', 'Remove it')
  }
  return value === true
}

function readOperandAt(operator: OperatorName, value: unknown, place: Place) {
  const { operand: kind, example } = OPERATORS[operator]
  const operand = readOperand(kind, value)
  if (operand !== undefined) return operand
  const fault = kind === 'pattern' && typeof value === 'string' ? patternFault(value) : undefined
  const message = `Cannot read ${shown(value)} beside "${operator}"${fault ? `: ${fault}` : ''}`
  return fail(place, message, OPERANDS[kind].expected, `Write it like ${operator}: ${example}`)
}
