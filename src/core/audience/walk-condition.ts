import { assertNever } from '../exhaustive.ts'
import type { Condition } from './condition.ts'
import { referencesOf } from './comparison.ts'
import { someEvents, traitsOfEvents } from './event/walk-event.ts'
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
  readonly about: About
}

/** The person who is asked for; a user of an account, with the account's traits; or somebody whom such a user is ranked with. */
type About = 'person' | 'account' | 'others'

/** Every node of a tree, each before those below it. */
export function* walkCondition(
  condition: Condition,
  path: Path = [],
  depth = 0,
  about: About = 'person',
): Generator<ConditionNode> {
  yield { condition, path, depth, about }
  switch (condition.kind) {
    case 'all':
    case 'any':
      for (const [index, child] of condition.of.entries()) {
        yield* walkCondition(child, [...path, condition.kind, index], depth + 1, about)
      }
      return
    case 'not':
      yield* walkCondition(condition.of, [...path, 'not'], depth + 1, about)
      return
    case 'top':
      if (condition.of !== null)
        yield* walkCondition(
          condition.of,
          [...path, 'top', 'of'],
          depth + 1,
          about === 'account' ? 'others' : about,
        )
      return
    case 'account':
      yield* walkCondition(condition.of, [...path, 'account'], depth + 1, 'account')
      return
    case 'everyone':
    case 'trait':
    case 'held_for':
    case 'ever':
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
    case 'has':
    case 'sample':
    case 'list':
    case 'sql':
    case 'member_of':
    case 'related':
    case 'consent':
      return
    default:
      assertNever(condition)
  }
}

/** Every trait of people that a tree reads, references included; `has` names identifiers and is not among them. */
export function* traitsOf(condition: Condition, path: Path = []): Generator<TraitUse> {
  for (const node of walkCondition(condition, path)) if (!isOfAccount(node)) yield* traitsAt(node)
}

/** Every trait of accounts that a tree reads. */
export function* accountTraitsOf(condition: Condition, path: Path = []): Generator<TraitUse> {
  for (const node of walkCondition(condition, path)) if (isOfAccount(node)) yield* traitsAt(node)
}

/** Whether the traits that a node names are an account's: a ranking is of people by what is theirs. */
const isOfAccount = ({ condition, about }: ConditionNode): boolean =>
  about === 'account' && condition.kind !== 'top'

/** The traits that a node names itself. */
function* traitsAt(node: ConditionNode): Generator<TraitUse> {
  switch (node.condition.kind) {
    case 'trait': {
      const { trait, operator, operand } = node.condition
      yield { trait, path: [...node.path, 'trait'] }
      for (const reference of referencesOf(operand))
        if ('trait' in reference) yield { trait: reference.trait, path: [...node.path, operator] }
      break
    }
    case 'held_for':
    case 'ever':
      yield { trait: node.condition.trait, path: [...node.path, 'trait'] }
      break
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
      for (const trait of traitsOfEvents(node.condition)) yield { trait, path: node.path }
      break
    case 'top': {
      const { by } = node.condition
      if (by.kind === 'trait') yield { trait: by.trait, path: [...node.path, 'top', 'trait'] }
      else
        for (const trait of traitsOfEvents(someEvents(by.measured)))
          yield { trait, path: [...node.path, 'top'] }
      break
    }
    case 'related': {
      const { asks } = node.condition
      if (asks === 'all') break
      for (const reference of referencesOf(asks.operand))
        if ('trait' in reference) yield { trait: reference.trait, path: [...node.path, 'count'] }
      break
    }
    case 'everyone':
    case 'all':
    case 'any':
    case 'not':
    case 'has':
    case 'sample':
    case 'list':
    case 'sql':
    case 'member_of':
    case 'account':
    case 'consent':
      break
    default:
      assertNever(node.condition)
  }
}
