import type { Batch } from './batch.ts'

/** What became of one row of a plan, over all the requests that carried it. */
export interface Verdict {
  /** Some request that carried it may have taken effect. */
  readonly sent: boolean
  /** Some request that carried it was not answered, or took in some of its rows without saying which. */
  readonly unsure: boolean
  /** When an acceptance counted for it: not fenced, not called invalid. */
  readonly acceptedAt: number | null
  /** Why the platform called it invalid. */
  readonly invalid: string | null
}

const UNTOUCHED: Verdict = { sent: false, unsure: false, acceptedAt: null, invalid: null }

/** Reads the journal of one plan: its batches in any order, many of which may cover one position. */
export function verdicts(batches: readonly Batch[]): (position: number) => Verdict {
  const whole = outermost(batches)
  return (position) => {
    const range = whole[lastStartingAt(whole, position)]
    if (range === undefined || position >= range.end) return UNTOUCHED
    let verdict = UNTOUCHED
    for (const batch of range.batches)
      if (position >= batch.offset && position < batch.offset + batch.count)
        verdict = merge(verdict, batch, position)
    return verdict
  }
}

function merge(verdict: Verdict, { outcome, fenced }: Batch, position: number): Verdict {
  if (outcome?.kind === 'refused') return verdict
  if (outcome?.kind !== 'accepted') return { ...verdict, sent: true, unsure: true }
  const named = outcome.named.find((name) => name.position === position)
  if (named !== undefined) return { ...verdict, sent: true, invalid: named.reason }
  return fenced.includes(position)
    ? { ...verdict, sent: true }
    : { ...verdict, sent: true, acceptedAt: outcome.at }
}

interface Range {
  readonly start: number
  readonly end: number
  readonly batches: Batch[]
}

/** Groups repeated and halved batches under the widest range that holds them. */
function outermost(batches: readonly Batch[]): Range[] {
  const ranges: Range[] = []
  const widestFirst = batches.toSorted((a, b) => a.offset - b.offset || b.count - a.count)
  for (const batch of widestFirst) {
    const last = ranges.at(-1)
    if (last !== undefined && batch.offset < last.end) last.batches.push(batch)
    else ranges.push({ start: batch.offset, end: batch.offset + batch.count, batches: [batch] })
  }
  for (const range of ranges) range.batches.sort((a, b) => a.sequence - b.sequence)
  return ranges
}

function lastStartingAt(ranges: readonly Range[], position: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.start ?? Infinity) <= position) low = middle + 1
    else high = middle
  }
  return low - 1
}
