/**
 * How many people Ads Manager shows. Adds show within an hour and removals within a day of the request, evenly over that
 * time; a ramp is one change that is still on its way.
 */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface Ramp {
  readonly at: number
  /** Matched people that came (above zero) or went (below). */
  readonly people: number
}

export interface VisibleSize {
  /** People of all changes that have arrived. */
  readonly settled: number
  readonly ramps: readonly Ramp[]
}

export const NOTHING_VISIBLE: VisibleSize = { settled: 0, ramps: [] }

const arrived = ({ at, people }: Ramp, now: number): number =>
  Math.min(1, Math.max(0, (now - at) / (people > 0 ? HOUR_MS : DAY_MS)))

/** The size after a change of `people` at `at`; changes that have arrived are folded away. */
export function changed(size: VisibleSize, people: number, at: number): VisibleSize {
  const done = size.ramps.filter((ramp) => arrived(ramp, at) === 1)
  const settled = done.reduce((sum, ramp) => sum + ramp.people, size.settled)
  const underWay = size.ramps.filter((ramp) => arrived(ramp, at) < 1)
  return { settled, ramps: people === 0 ? underWay : merged(underWay, { at, people }) }
}

/** Changes of one minute in one direction are one ramp, so that a stream of small batches stays short. */
function merged(ramps: readonly Ramp[], next: Ramp): readonly Ramp[] {
  const last = ramps.at(-1)
  const together =
    last !== undefined && next.at - last.at < 60_000 && last.people > 0 === next.people > 0
  return together
    ? [...ramps.slice(0, -1), { at: last.at, people: last.people + next.people }]
    : [...ramps, next]
}

export function visiblePeople(size: VisibleSize, now: number): number {
  const underWay = size.ramps.reduce((sum, ramp) => sum + ramp.people * arrived(ramp, now), 0)
  return Math.max(0, Math.round(size.settled + underWay))
}

/** The bounds that are told instead of the number: 0 to 1000 below a thousand, then two significant digits and 18 % more. */
export function sizeBounds(people: number): { readonly lower: number; readonly upper: number } {
  if (people < 1000) return { lower: 0, upper: 1000 }
  const step = 10 ** (Math.floor(Math.log10(people)) - 1)
  const lower = Math.floor(people / step) * step
  return { lower, upper: Math.ceil((lower * 1.18) / step) * step }
}
