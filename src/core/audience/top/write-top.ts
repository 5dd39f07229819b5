import { assertNever } from '../../exhaustive.ts'
import { writeMeasured } from '../event/write-event.ts'
import type { Written } from '../written.ts'
import type { RankedBy, TopCondition, TopShare } from './top-condition.ts'

const writeBy = (by: RankedBy): Written =>
  by.kind === 'trait' ? { trait: by.trait } : writeMeasured(by.measured)

function writeShare(share: TopShare): Written {
  switch (share.kind) {
    case 'percent':
      return { percent: share.percent }
    case 'count':
      return { count: share.count }
    case 'percentile':
      return { percentile: [share.from, share.to] }
    default:
      return assertNever(share)
  }
}

/** A ranking as it is written in a file. */
export function writeTop<Of>(
  { by, share, of }: TopCondition<Of>,
  writeOf: (of: Of) => Written,
): Written {
  return {
    top: { ...writeBy(by), ...writeShare(share), ...(of === null ? {} : { of: writeOf(of) }) },
  }
}
