import { GraphError } from './errors.ts'
import { isObject, jsonOf, type Parameters } from './parameters.ts'

type Test = (actual: unknown, wanted: unknown) => boolean

const text = (value: unknown): string =>
  typeof value === 'string' ? value.toLowerCase() : JSON.stringify(value ?? '')
const many = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
const same: Test = (actual, wanted) =>
  typeof actual === 'number' ? actual === Number(wanted) : text(actual) === text(wanted)
const contains: Test = (actual, wanted) => text(actual).includes(text(wanted))
const among: Test = (actual, wanted) => many(wanted).some((one) => same(actual, one))
const more: Test = (actual, wanted) => Number(actual) > Number(wanted)
const less: Test = (actual, wanted) => Number(actual) < Number(wanted)
const inRange: Test = (actual, wanted) => {
  const [from, to] = many(wanted)
  return Number(actual) >= Number(from) && Number(actual) <= Number(to)
}
const not =
  (test: Test): Test =>
  (actual, wanted) =>
    !test(actual, wanted)

const containsAny: Test = (actual, wanted) => many(wanted).some((one) => contains(actual, one))

/** The operators of `filtering` that mean something for an audience's own fields. */
const OPERATORS: Readonly<Record<string, Test>> = {
  EQUAL: same,
  NOT_EQUAL: not(same),
  GREATER_THAN: more,
  GREATER_THAN_OR_EQUAL: not(less),
  LESS_THAN: less,
  LESS_THAN_OR_EQUAL: not(more),
  IN_RANGE: inRange,
  NOT_IN_RANGE: not(inRange),
  CONTAIN: contains,
  NOT_CONTAIN: not(contains),
  CONTAINS_ANY: containsAny,
  CONTAINS_ALL: (actual, wanted) => many(wanted).every((one) => contains(actual, one)),
  NOT_CONTAINS_ANY: not(containsAny),
  IN: among,
  NOT_IN: not(among),
  ANY: among,
  NONE: not(among),
  STARTS_WITH: (actual, wanted) => text(actual).startsWith(text(wanted)),
  ENDS_WITH: (actual, wanted) => text(actual).endsWith(text(wanted)),
  AFTER: more,
  BEFORE: less,
  ON_OR_AFTER: not(less),
  ON_OR_BEFORE: not(more),
}

const invalid = (reason: string): GraphError => new GraphError('invalidParameter', { reason })

/** One condition of `filtering` as a test of a node, whose fields `valueOf` reads by their dotted names. */
function conditionOf<Node>(
  condition: unknown,
  valueOf: (node: Node, field: string) => unknown,
): (node: Node) => boolean {
  if (!isObject(condition)) throw invalid('Param filtering must be an array of objects')
  const { field, operator, value } = condition
  const test = typeof operator === 'string' ? OPERATORS[operator] : undefined
  if (typeof field !== 'string' || test === undefined) {
    throw invalid('Param filtering has a condition without a known field and operator')
  }
  return (node) => test(valueOf(node, field), value)
}

/** The `filtering` of a list request as one test; every condition must hold. */
export function filterOf<Node>(
  parameters: Parameters,
  valueOf: (node: Node, field: string) => unknown,
): (node: Node) => boolean {
  const filtering = jsonOf(parameters, 'filtering')
  if (filtering === undefined) return () => true
  if (!Array.isArray(filtering)) throw invalid('Param filtering must be an array')
  const conditions = filtering.map((condition) => conditionOf(condition, valueOf))
  return (node) => conditions.every((holds) => holds(node))
}
