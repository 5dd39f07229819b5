import { withNamed } from '../core/audience/named-audiences.ts'
import type { Branch } from '../sql/branch.ts'
import { branchCountsQuery } from '../sql/branch-counts.ts'
import type { OpenAudience } from './open-audience.ts'

/** How many rows of the model meet one condition. */
export interface BranchCount extends Branch {
  /** Whatever the other conditions say. */
  readonly alone: number
  /**
   * Together with those before it in its list: of an `all` who meet every one of them, of an `any` who meet one of them, of
   * exclusions who belong and are in none. Null where it stands in no list.
   */
  readonly soFar: number | null
}

/** What the conditions of an audience come to, over one model. */
export interface BranchCounts {
  readonly model: string
  readonly people: number
  readonly members: number
  readonly branches: readonly BranchCount[]
}

/**
 * Counts every condition of an audience and of those that it excludes or asks about: first over its own model, then over the
 * model of each that has another. One statement for each model.
 */
export async function countBranches({ engine, audience, context }: OpenAudience): Promise<{
  readonly own: BranchCounts
  readonly others: readonly BranchCounts[]
}> {
  const count = async (one: typeof audience, within: typeof context): Promise<BranchCounts> => {
    const { sql, parameters, branches } = branchCountsQuery(one, engine.dialect, within)
    const row = await engine.one(sql, parameters)
    return {
      model: one.model.name,
      people: Number(row['people']),
      members: Number(row['members']),
      branches: branches.map(({ alone, soFar, ...branch }) => ({
        ...branch,
        alone: Number(row[alone]),
        soFar: soFar === null ? null : Number(row[soFar]),
      })),
    }
  }
  const own = await count(audience, context)
  const others: BranchCounts[] = []
  const met = new Set(own.branches.map((branch) => branch.audience))
  for (const named of withNamed(audience)) {
    if (met.has(named.key) || named.model.name === audience.model.name) continue
    // The columns that are described are those of the audience's own model.
    const found = await count(named, { ...context, columns: undefined })
    for (const branch of found.branches) met.add(branch.audience)
    others.push(found)
  }
  return { own, others }
}
