import { comparisonWords } from '../comparison-words.ts'
import { durationWords } from '../duration.ts'
import { windowWords } from '../event/describe-event.ts'
import type { Lasting, PastCondition } from './past-condition.ts'

const LASTING_WORDS = { gt: 'more than', gte: 'at least', lt: 'less than', lte: 'at most' } as const

function lastingWords(lasting: Lasting): string {
  if (lasting.operator === 'between')
    return `${durationWords(lasting.from)} to ${durationWords(lasting.to)}`
  return `${LASTING_WORDS[lasting.operator]} ${durationWords(lasting.duration)}`
}

/** `plan is “free” and has been so for at least 30 days`. */
export function describePast(condition: PastCondition): string {
  const what = `${condition.trait} ${condition.comparisons.map(comparisonWords).join(' and ')}`
  if (condition.kind === 'held_for')
    return `${what}, and has been so for ${condition.lasting.map(lastingWords).join(' and ')}`
  const when = condition.windows.map(windowWords)
  return `${what} at some time${when.length === 0 ? '' : ` ${when.join(', ')}`}`
}
