import type { ResolvedAudience } from '../core/audience/audience.ts'
import type { Path } from '../core/audience/mistake.ts'
import { openFor, type EvaluationContext } from './audience.ts'
import { compileBranches, overSameModel, type Branch } from './branch.ts'
import { membership } from './condition.ts'
import type { Dialect } from './dialect.ts'
import { peopleSql } from './event/event-scan.ts'
import type { Query } from './query.ts'

/** One row: everyone of the model in the column `people`, the members in `members`, and two columns for each branch. */
export interface BranchCountsQuery extends Query {
  readonly branches: readonly (Branch & {
    /** How many meet it, whatever the others say. */
    readonly alone: string
    /**
     * How many come through it and those before it in its list: of an `all` who meet every one of them, of an `any` who meet
     * one of them, of exclusions who belong and are in none. Null where it stands in no list.
     */
    readonly soFar: string | null
  })[]
}

/** How a condition comes together with those before it. */
type List = 'all' | 'any' | 'exclude'

interface Counted extends Branch {
  readonly column: string
}

function listOf(path: Path): List | null {
  const [word, index] = path.slice(-2)
  const isList = word === 'all' || word === 'any' || word === 'exclude'
  return isList && typeof index === 'number' ? word : null
}

/** Whether two stand in the same list. */
const isBeside = (one: Branch, other: Branch): boolean =>
  one.audience === other.audience &&
  one.path.length === other.path.length &&
  one.path.slice(0, -1).every((step, index) => step === other.path[index])

/** Who comes through a branch and those before it in its list; null where it stands in none. */
function soFarBy(branch: Counted, upToIt: readonly Counted[]): string | null {
  const list = listOf(branch.path)
  if (list === null) return null
  const beside = upToIt.filter((other) => isBeside(other, branch)).map(({ column }) => column)
  if (list !== 'exclude') return beside.join(list === 'all' ? ' and ' : ' or ')
  const isWhole = ({ audience, path }: Branch): boolean =>
    audience === branch.audience && path.length === 1
  const whole = upToIt.filter(isWhole).map(({ column }) => column)
  return [...whole, ...beside.map((column) => `not ${column}`)].join(' and ')
}

/** Counts over everybody what `explainQuery` tells of one person: one statement, one scan of the events. */
export function branchCountsQuery(
  audience: ResolvedAudience,
  dialect: Dialect,
  context: EvaluationContext,
): BranchCountsQuery {
  const scope = openFor(audience, dialect, context)
  const member = `${membership(audience, scope)} as member`
  const compiled = compileBranches(overSameModel(audience), scope)
  const columns = compiled.map(({ sql }, index) => `${sql} as c${index}`)
  const branches = compiled.map(({ audience: owner, path, depth, sentence, kind }, index) => ({
    audience: owner,
    path,
    depth,
    sentence,
    kind,
    column: `c${index}`,
  }))
  const counts: string[] = []
  const count = (condition: string, column: string): string => {
    counts.push(`${dialect.events.countIf(condition)} as ${column}`)
    return column
  }
  count('true', 'people')
  count('member', 'members')
  const counted = branches.map(({ column, ...branch }, index) => {
    const together = soFarBy({ column, ...branch }, branches.slice(0, index + 1))
    return {
      ...branch,
      alone: count(column, `n${index}`),
      soFar: together === null ? null : count(together, `s${index}`),
    }
  })
  const inner = `select ${[member, ...columns].join(', ')} from ${peopleSql(scope)}`
  const sql = `select ${counts.join(', ')} from (${inner}) as branches`
  return { sql, parameters: scope.parameters.values(), branches: counted }
}
