import { assertNever } from '../../exhaustive.ts'
import { ACTIVE_UNITS } from '../event/aggregate.ts'
import type { Measure } from '../event/event-condition.ts'
import { writeWindowed } from '../event/write-event.ts'
import type { Written } from '../written.ts'
import type { RankedBy, TopCondition, TopShare } from './top-condition.ts'

function writeMeasure(measure: Measure): Written {
  switch (measure.kind) {
    case 'count':
      return {}
    case 'aggregate':
      return { [measure.aggregate]: { property: measure.property } }
    case 'active': {
      const word = Object.entries(ACTIVE_UNITS).find(([, unit]) => unit === measure.unit)?.[0]
      return { [word ?? 'active_days']: true }
    }
    default:
      return assertNever(measure)
  }
}

const writeBy = (by: RankedBy): Written =>
  by.kind === 'trait'
    ? { trait: by.trait }
    : { ...writeWindowed(by.measured), ...writeMeasure(by.measured.measure) }

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
