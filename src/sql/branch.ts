import type { ResolvedAudience } from '../core/audience/audience.ts'
import { describe } from '../core/audience/describe.ts'
import type { Path } from '../core/audience/mistake.ts'
import type { Condition } from '../core/audience/condition.ts'
import { withNamed } from '../core/audience/named-audiences.ts'
import { walkCondition } from '../core/audience/walk-condition.ts'
import { belongsTo, compileCondition } from './condition.ts'
import type { Scope } from './scope.ts'

/** A condition of an audience, or of one over the same model that it names, as people are told of it. */
export interface Branch {
  /** Of the audience itself, or of one that it excludes or asks about. */
  readonly audience: string
  readonly path: Path
  readonly depth: number
  readonly sentence: string
  /** `exclusion`: where it holds, the person is not a member. `all`, `any` and `not` stand above what they are made of. */
  readonly kind: 'exclusion' | 'all' | 'any' | 'not' | 'condition'
}

/** A branch with what decides it. */
export interface CompiledBranch extends Branch {
  /** Null of an exclusion. */
  readonly condition: Condition | null
  readonly owner: ResolvedAudience
  /** A boolean over the rows of `peopleSql`, never null. */
  readonly sql: string
}

/** An audience and those over the same model whose members it excludes or asks about. */
export const overSameModel = (audience: ResolvedAudience): readonly ResolvedAudience[] =>
  withNamed(audience).filter(({ model }) => model.name === audience.model.name)

const kindOf = ({ kind }: Condition): Branch['kind'] =>
  kind === 'all' || kind === 'any' || kind === 'not' ? kind : 'condition'

/** Every condition of audiences over the model of a scope, each before those below it. */
export function compileBranches(
  audiences: readonly ResolvedAudience[],
  scope: Scope,
): readonly CompiledBranch[] {
  return audiences.flatMap((owner) => {
    const own = { audience: owner.key, owner }
    const nodes = [...walkCondition(owner.where, ['where'])]
    const conditions = nodes
      // What is asked of other people is not to be told of this one.
      .filter(({ about }) => about === 'person')
      .map(({ condition, path, depth }): CompiledBranch => ({
        ...own,
        path,
        depth,
        condition,
        sentence: describe(condition),
        kind: kindOf(condition),
        sql: compileCondition(condition, owner, scope),
      }))
    const exclusions = owner.exclude.map((excluded, index): CompiledBranch => ({
      ...own,
      path: ['exclude', index],
      depth: 0,
      condition: null,
      sentence: `in the excluded audience ${excluded.name}`,
      kind: 'exclusion',
      sql: belongsTo(excluded, scope),
    }))
    return [...conditions, ...exclusions]
  })
}
