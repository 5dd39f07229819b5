import { referencesOf, type Comparison } from './comparison.ts'
import { shown } from './mistake.ts'
import { isTraitName, OPERANDS, readOperand } from './operand.ts'
import type { Operand, Reference } from './operand-shape.ts'
import { isOperatorName, OPERATOR_NAMES, OPERATORS, type OperatorName } from './operator.ts'
import { patternFault } from './pattern.ts'
import { below, fail, refuseOthers, type Place } from './place.ts'
import type { Written } from './written.ts'

/** What a comparison may refer to where it stands. */
export interface Reach {
  readonly properties: boolean
  /** The steps of a sequence before this one that find an event. */
  readonly steps: readonly number[]
}

/** Traits alone, as everywhere outside of events. */
export const TRAITS_ONLY: Reach = { properties: false, steps: [] }

/** How one kind of comparison is written. */
interface Form {
  /** The keys beside the operators. */
  readonly keys: readonly string[]
  readonly operators: readonly OperatorName[]
  /** `The condition on "plan"`. */
  readonly subject: string
  readonly example: string
  readonly reach: Reach
}

/** Reads the operators beside a subject. Several must all hold; none at all is a mistake. */
export function readComparisons(written: Written, form: Form, place: Place): readonly Comparison[] {
  const operators = Object.keys(written)
    .filter(isOperatorName)
    .filter((name) => form.operators.includes(name))
  const allowed = [...form.keys, 'ignore_case', ...form.operators]
  refuseOthers(written, allowed, place)
  if (operators.length === 0) {
    if (Object.keys(written).every((name) => allowed.includes(name)))
      fail(
        place,
        `${form.subject} has no operator`,
        'an operator such as eq, in, gte, exists',
        `Write ${form.example}`,
      )
    return []
  }
  const ignoreCase = readIgnoreCase(written, operators, place)
  return operators.flatMap((operator) => {
    const here = below(place, operator)
    const operand = readOperandAt(operator, written[operator], here)
    if (operand === undefined) return []
    for (const reference of referencesOf(operand)) refuseReference(reference, form.reach, here)
    return [{ operator, operand, ignoreCase: ignoreCase && OPERATORS[operator].text }]
  })
}

function refuseReference(reference: Reference, { properties, steps }: Reach, place: Place): void {
  if ('trait' in reference) return
  if (!('step' in reference)) {
    if (properties) return
    const message = `There is no event whose property "${reference.property}" could be taken here`
    fail(place, message, 'a value, or { trait: … }', 'Write { trait: … }, or a value')
  } else if (!steps.includes(reference.step)) {
    const expected =
      steps.length === 0 ? 'a value, or { trait: … }' : `one of the steps ${steps.join(', ')}`
    const message = `Step ${reference.step} has no event that could be looked at here`
    fail(place, message, expected, 'Name an earlier step of the sequence that begins with "did"')
  }
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

/** Reads what stands beside an operator, as it may stand there in every condition. */
export function readOperandAt(
  operator: OperatorName,
  value: unknown,
  place: Place,
): Operand | undefined {
  const { operand: kind, example } = OPERATORS[operator]
  const operand = readOperand(kind, value)
  if (operand !== undefined) return operand
  const fault = kind === 'pattern' && typeof value === 'string' ? patternFault(value) : undefined
  const message = `Cannot read ${shown(value)} beside "${String(place.path.at(-1))}"${fault ? `: ${fault}` : ''}`
  return fail(
    place,
    message,
    OPERANDS[kind].expected,
    `Write it like ${String(place.path.at(-1))}: ${example}`,
  )
}

/** Reads the name of a trait or property, or a path into one. */
export function readName(
  name: unknown,
  what: 'trait' | 'property',
  place: Place,
): string | undefined {
  if (typeof name === 'string' && isTraitName(name)) return name
  return fail(
    place,
    `Cannot read ${shown(name)} as a ${what}`,
    `the name of a ${what}, or a path into one such as address.city`,
    what === 'trait' ? 'Write a column of the model' : 'Write a property of the event',
  )
}

export const EVERY_OPERATOR = OPERATOR_NAMES
