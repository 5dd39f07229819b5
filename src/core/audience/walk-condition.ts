import { assertNever } from '../exhaustive.ts'
import type { Condition } from './condition.ts'
import { isReference, type Operand, type Value } from './operand-shape.ts'
import type { Path } from './mistake.ts'

/** A trait that a tree reads, and where it is named. */
export interface TraitUse {
  readonly trait: string
  readonly path: Path
}

/** One node of a tree with its place in it. */
interface ConditionNode {
  readonly condition: Condition
  readonly path: Path
  readonly depth: number
}

/** Every node of a tree, each before those below it. */
export function* walkCondition(
  condition: Condition,
  path: Path = [],
  depth = 0,
): Generator<ConditionNode> {
  yield { condition, path, depth }
  switch (condition.kind) {
    case 'all':
    case 'any':
      for (const [index, child] of condition.of.entries()) {
        yield* walkCondition(child, [...path, condition.kind, index], depth + 1)
      }
      return
    case 'not':
      yield* walkCondition(condition.of, [...path, 'not'], depth + 1)
      return
    case 'everyone':
    case 'trait':
    case 'has':
    case 'sample':
    case 'list':
    case 'sql':
      return
    default:
      assertNever(condition)
  }
}

function references(operand: Operand): readonly Value[] {
  switch (operand.kind) {
    case 'any':
    case 'text':
    case 'number':
      return [operand.value]
    case 'many':
    case 'texts':
      return operand.values
    case 'range':
      return [operand.from, operand.to]
    case 'moment':
      return [operand.moment]
    case 'none':
    case 'flag':
    case 'like':
    case 'pattern':
    case 'version':
    case 'moments':
    case 'duration':
    case 'durations':
    case 'calendar':
      return []
    default:
      return assertNever(operand)
  }
}

/** Every trait that a tree reads, references included; `has` names identifiers and is not among them. */
export function* traitsOf(condition: Condition, path: Path = []): Generator<TraitUse> {
  for (const node of walkCondition(condition, path)) {
    if (node.condition.kind !== 'trait') continue
    const { trait, operator, operand } = node.condition
    yield { trait, path: [...node.path, 'trait'] }
    for (const value of references(operand)) {
      if (isReference(value)) yield { trait: value.trait, path: [...node.path, operator] }
    }
  }
}
