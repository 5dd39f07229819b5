import type { BranchCount, BranchCounts } from '../../app/branch-counts.ts'
import { count } from '../../core/counted.ts'
import { share } from './numbers.ts'
import { bold, dim } from './paint.ts'
import { columns } from './table.ts'
import { visible } from './visible.ts'

/** What stands above other conditions is told by them. */
const LIST_WORDS = { all: 'all of these', any: 'at least one of these', not: 'not' } as const

/** A condition as it stands in a tree, or what joins those below it. */
export function branchWords({ kind, sentence }: Pick<BranchCount, 'kind' | 'sentence'>): string {
  return kind === 'condition' || kind === 'exclusion' ? visible(sentence) : LIST_WORDS[kind]
}

/**
 * How many meet each condition, the numbers first, so that sentences of any length break no column.
 * @param audience The audience that is shown; those that it names stand under their own keys.
 */
export function branchesText(models: readonly BranchCounts[], audience: string): string {
  return models
    .flatMap(({ branches, people }) => {
      const owners = [...new Set(branches.map((branch) => branch.audience))]
      return owners.map((owner) => {
        const own = branches.filter((branch) => branch.audience === owner)
        const hasLists = own.some(({ soFar }) => soFar !== null)
        const head = ['alone', '', hasLists ? 'so far' : '', 'who'].map(dim)
        const title = owner === audience ? [] : [dim(`  The audience ${bold(owner)}`)]
        const lines = own.map((branch) => branchLine(branch, people))
        return [...title, columns([head, ...lines], [0, 1, 2])].join('\n')
      })
    })
    .join('\n\n')
}

function branchLine(branch: BranchCount, people: number): string[] {
  const { alone, soFar, depth, kind } = branch
  const words = kind === 'exclusion' ? `but not ${branchWords(branch)}` : branchWords(branch)
  return [
    count(alone),
    share(alone, people),
    soFar === null ? '' : count(soFar),
    `${'  '.repeat(depth)}${words}`,
  ]
}
