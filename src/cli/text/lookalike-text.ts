import type { LookalikeState, ShownLookalike } from '../../core/lookalike.ts'
import { size } from './numbers.ts'
import { bad, careful, dim, good } from './paint.ts'
import { visible } from './visible.ts'

const STATES: Readonly<Record<LookalikeState, string>> = {
  'to-make': careful('+ to be made'),
  made: good('✓ made'),
  there: good('✓ there'),
  refused: careful('… not made yet'),
  unanswered: careful('… not known'),
  deleted: bad('✗ deleted'),
  left: careful('! left over'),
}

function stateText({ state, id, stateText: told, sizeLower, sizeUpper }: ShownLookalike): string {
  if (state === 'made') return `Custom Audience ${id ?? ''}; Meta fills it within some hours`
  const people = sizeLower === null ? '' : `people: ${size(sizeLower, sizeUpper)}`
  return [id === null ? '' : `Custom Audience ${id}`, told ?? '', people]
    .filter((part) => part !== '')
    .join('; ')
}

function lookalikeText(lookalike: ShownLookalike): string {
  const { name, state, problem } = lookalike
  const line = `  ${STATES[state]}  “${visible(name)}”  ${dim(stateText(lookalike))}`.trimEnd()
  if (problem === null) return line
  return `${line}\n    ${problem.message} ${dim(`[${problem.code}]`)}\n    → ${problem.remedy}`
}

/** How the lookalikes of a sync stand, each under the one before. */
export const lookalikesText = (lookalikes: readonly ShownLookalike[]): string =>
  lookalikes.map(lookalikeText).join('\n')
