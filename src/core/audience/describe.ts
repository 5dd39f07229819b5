import { assertNever } from '../exhaustive.ts'
import { describeAccount } from './account/describe-account.ts'
import type { Condition } from './condition.ts'
import { comparisonWords } from './comparison-words.ts'
import { describeEvents } from './event/describe-event.ts'
import { describePast } from './past/describe-past.ts'
import { describeRelated } from './related/describe-related.ts'
import { describeTop } from './top/describe-top.ts'

const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`

function within(condition: Condition): string {
  const several = (condition.kind === 'all' || condition.kind === 'any') && condition.of.length > 1
  // A sequence has commas of its own.
  return several || condition.kind === 'sequence' ? `(${describe(condition)})` : describe(condition)
}

/** A tree as one sentence in plain words, without a full stop: what people see in lists, plans and histories. */
export function describe(condition: Condition): string {
  switch (condition.kind) {
    case 'everyone':
      return 'everyone'
    case 'all':
      return condition.of.map(within).join(' and ')
    case 'any':
      return condition.of.map(within).join(' or ')
    case 'not':
      return `not (${describe(condition.of)})`
    case 'trait':
      return `${condition.trait} ${comparisonWords(condition)}`
    case 'held_for':
    case 'ever':
      return describePast(condition)
    case 'did':
    case 'relative':
    case 'regular':
    case 'nth':
    case 'stopped':
    case 'resumed':
    case 'new_within':
    case 'sequence':
      return describeEvents(condition)
    case 'has':
      return `has ${condition.identifier}`
    case 'sample':
      return `in the part from ${percent(condition.from)} to ${percent(condition.to)} of everyone, drawn by “${condition.salt}”`
    case 'list':
      return `in the list ${condition.path}`
    case 'sql':
      return `where ${condition.sql}`
    case 'member_of':
      return `in the audience ${condition.audience}`
    case 'top':
      return describeTop(condition, describe)
    case 'account':
      return describeAccount(condition, describe)
    case 'related':
      return describeRelated(condition)
    case 'consent':
      return `agreed to ${condition.purpose}`
    default:
      return assertNever(condition)
  }
}
