import { assertNever } from '../../exhaustive.ts'
import { describeMeasured } from '../event/describe-event.ts'
import type { RankedBy, TopCondition, TopShare } from './top-condition.ts'

function shareWords(share: TopShare): string {
  switch (share.kind) {
    case 'percent':
      return `among the first ${share.percent}%`
    case 'count':
      return share.count === 1 ? 'the first' : `among the first ${share.count}`
    case 'percentile':
      return `from the ${share.from}% to the ${share.to}% mark, counted from the lowest,`
    default:
      return assertNever(share)
  }
}

const byWords = (by: RankedBy): string =>
  by.kind === 'trait' ? by.trait : describeMeasured(by.measured)

/** `among the first 10% of everyone by revenue`. */
export function describeTop<Of>(
  { by, share, of }: TopCondition<Of>,
  describeOf: (of: Of) => string,
): string {
  const ranked = of === null ? 'everyone' : `those (${describeOf(of)})`
  return `${shareWords(share)} of ${ranked} by ${byWords(by)}`
}
