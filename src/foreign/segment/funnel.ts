import { durationMs } from '../../core/audience/duration.ts'
import type { Written } from '../../core/audience/written.ts'
import { plainCount } from '../did.ts'
import { check, loses, remarked, writes, whereAll, type Reading } from '../reading.ts'
import { countOf } from './count.ts'
import { eventOf, type EventChain } from './event-chain.ts'
import type { Comparison, Expression } from './expression.ts'
import { EVENT_WORDS, whereOf } from './where.ts'

/** What stands in a `where` about another event: it did follow, or it did not. */
interface Follower {
  readonly negated: boolean
  readonly chain: EventChain
}

const isOverEvents = (expression: Expression): expression is Comparison =>
  expression.kind === 'comparison' && expression.left.calls[0]?.name === 'event'

/** The conditions of a `where` that are about the event itself, and those about others. */
export function divided(wheres: readonly Expression[]): {
  readonly own: readonly Expression[]
  readonly followers: readonly Expression[]
} {
  const parts = wheres.flatMap((where) => (where.kind === 'and' ? where.of : [where]))
  const isFollower = (part: Expression): boolean =>
    isOverEvents(part) || (part.kind === 'not' && isFollower(part.of))
  return { own: parts.filter((part) => !isFollower(part)), followers: parts.filter(isFollower) }
}

function followerOf(expression: Expression): Follower | string {
  if (expression.kind === 'not') {
    const follower = followerOf(expression.of)
    return typeof follower === 'string' ? follower : { ...follower, negated: !follower.negated }
  }
  if (!isOverEvents(expression)) return 'It is about something else than another event.'
  const chain = eventOf(expression.left)
  if (typeof chain === 'string') return chain
  const counted = countOf(expression)
  const asks = counted && plainCount(counted.operator, counted.count)
  if (chain.reducer?.name !== 'count' || asks === undefined || asks === null)
    return 'Of the other event it can be asked here whether it followed, not how often or with which values.'
  return { negated: asks === 'none', chain }
}

/**
 * An event of which it is asked whether another one followed it. Segment asks of each of these events; one that is
 * followed so is enough.
 */
export function funnelOf(
  first: Written,
  windows: Written,
  [part, ...more]: readonly Expression[],
): Reading {
  if (part === undefined || more.length > 0)
    return loses('One other event can be asked for beside an event, not several.')
  const follower = followerOf(part)
  if (typeof follower === 'string') return loses(follower)
  const { chain, negated } = follower
  const [time, ...others] = chain.filters
  const [value] = time?.values ?? []
  const within = value?.kind === 'parent' && value.of.kind === 'duration' ? value.of.duration : null
  if (time?.name !== 'within' || within === null || others.length > 0)
    return loses('The other event needs "within(parent: …)", and no other window.')
  const where = whereAll(
    chain.wheres.map((one) =>
      whereOf(one, EVENT_WORDS, () => loses('An event in an event in an event cannot be written.')),
    ),
  )
  if (where.kind === 'lost') return where
  const step = { [negated ? 'did_not' : 'did']: chain.name, ...where.written }
  const funnel = negated
    ? notYet(first, step, windows, within)
    : writes(sequence(first, { ...step, within }, windows))
  return remarked(funnel, ...where.remarks)
}

const sequence = (first: Written, second: Written, windows: Written): Written => ({
  sequence: [first, second],
  ...(Object.keys(windows).length === 0 ? {} : { started: windows }),
})

/** Beside a funnel whose second event must not follow. */
const WAITING = check(
  'As in Segment, an event counts from its start on, before the time for the other one is over. To wait for that, keep the first of the two sequences.',
)

/**
 * "Has not followed" is true there from the start; here a step with `within` is judged when its time is over. So it is
 * written as two: not in that time, or not until now.
 */
function notYet(first: Written, step: Written, windows: Written, within: string): Reading {
  const young = sequence(first, step, windows)
  const outer = windows['within']
  const reach = typeof outer === 'string' ? (durationMs(outer) ?? Infinity) : Infinity
  // Of events that are all younger than that time, none can be judged.
  if (reach <= (durationMs(within) ?? 0)) return writes(young)
  return writes({ any: [sequence(first, { ...step, within }, windows), young] }, WAITING)
}
