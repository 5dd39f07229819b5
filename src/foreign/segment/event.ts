import type { Written } from '../../core/audience/written.ts'
import { didSo, plainCount, type CountOperator } from '../did.ts'
import {
  changed,
  check,
  joined,
  loses,
  remarked,
  writes,
  type Reading,
  whereAll,
} from '../reading.ts'
import { nameFault, textOf } from './call.ts'
import { compared } from './compare.ts'
import { countOf, countOperator } from './count.ts'
import { eventOf, type EventChain } from './event-chain.ts'
import type { Call, Comparison, Expression } from './expression.ts'
import { divided, funnelOf } from './funnel.ts'
import { EVENT_WORDS, whereOf } from './where.ts'
import { windowsOf } from './windows.ts'

/** The reducers over a property, by the aggregate here. */
const AGGREGATES: Readonly<Record<string, string>> = {
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
  first: 'first',
  last: 'last',
  mode: 'most_frequent',
  unique: 'distinct',
}

const NO_COUNT = 'A number of events is compared with a number here, or with that of other events.'

/** A comparison that begins with `event(…)`. */
export function eventCondition(comparison: Comparison): Reading {
  const chain = eventOf(comparison.left)
  if (typeof chain === 'string') return loses(chain)
  const { own, followers } = divided(chain.wheres)
  const where = whereAll(own.map(ownWhere))
  const windows = windowsOf(chain.filters)
  if (where.kind === 'lost') return where
  if (windows.kind === 'lost') return windows
  const remarks = [...where.remarks, ...windows.remarks]
  if (followers.length > 0)
    return remarked(
      followed(comparison, chain, where.written, windows.written, followers),
      ...remarks,
    )
  return remarked(reduced(comparison, chain, { ...where.written, ...windows.written }), ...remarks)
}

const ownWhere = (expression: Expression): Reading =>
  whereOf(expression, EVENT_WORDS, (comparison) =>
    loses(
      comparison.left.calls[0]?.name === 'event'
        ? 'Another event can be asked for beside an event by AND alone.'
        : 'Only properties and context of the event can be compared in its "where".',
    ),
  )

function followed(
  comparison: Comparison,
  { name, reducer }: EventChain,
  where: Written,
  windows: Written,
  followers: readonly Expression[],
): Reading {
  const counted = countOf(comparison)
  const asks = counted && plainCount(counted.operator, counted.count)
  if (reducer?.name !== 'count' || asks === undefined || asks === null)
    return loses(
      'Of events that are followed by others it can be asked here whether there is one, not how many.',
    )
  const { sources, ...when } = windows
  const first = { did: name, ...where, ...(sources === undefined ? {} : { sources }) }
  return joined([funnelOf(first, when, followers)], ([funnel = {}]) =>
    asks === 'some' ? funnel : { not: funnel },
  )
}

function reduced(comparison: Comparison, chain: EventChain, events: Written): Reading {
  const { name, reducer, counted } = chain
  if (reducer === null) return loses('The events are not counted or summed up.')
  if (reducer.name === 'count') return countCondition(comparison, name, events)
  const aggregate = AGGREGATES[reducer.name]
  if (aggregate === undefined) return loses(`There is no "${reducer.name}" over events here.`)
  if (reducer.name === 'unique' && !counted)
    return loses('A list of values cannot be compared here, only their number.')
  const property = propertyOf(reducer)
  if (typeof property !== 'string') return property
  const asked = compared({ property }, comparison)
  const denied = asked.kind === 'written' && 'not' in asked.written
  if (denied)
    return joined([asked], ([{ not } = {}]) => ({
      not: { did: name, ...events, [aggregate]: not },
    }))
  return remarked(
    joined([asked], ([written]) => ({ did: name, ...events, [aggregate]: written })),
    ...remarksOn(reducer),
  )
}

function countCondition(comparison: Comparison, name: unknown, events: Written): Reading {
  const counted = countOf(comparison)
  if (counted !== undefined) return writes(didSo(name, events, counted.operator, counted.count))
  const operator = countOperator(comparison.comparator)
  const [other] = comparison.right
  if (operator === undefined || other?.kind !== 'chain') return loses(NO_COUNT)
  if (other.calls[0]?.name === 'trait') {
    const trait = textOf(other.calls[0])
    return trait === undefined || other.calls.length > 1
      ? loses(NO_COUNT)
      : writes({ did: name, ...events, count: { [operator]: { trait } } })
  }
  return relative(name, events, operator, eventOf(other))
}

/** Two counts compared. Here the other is counted over the same time, unless it has a time of its own. */
function relative(
  name: unknown,
  events: Written,
  operator: CountOperator,
  other: EventChain | string,
): Reading {
  if (typeof other === 'string') return loses(other)
  if (other.reducer?.name !== 'count') return loses(NO_COUNT)
  const windows = windowsOf(other.filters)
  const where = whereAll(other.wheres.map(ownWhere))
  return joined([where, windows], ([asked = {}, when = {}]) => ({
    did: name,
    ...events,
    count: { [operator]: { did: other.name, ...asked, ...ofAllTime(events, when) } },
  }))
}

const isTimed = ({ within, ago }: Written): boolean => within !== undefined || ago !== undefined

/** The other events of all time: said, where they would otherwise be those of the first one's window. */
const ofAllTime = (events: Written, when: Written): Written =>
  isTimed(events) && !isTimed(when) ? { ...when, since: '1970-01-01' } : when

function propertyOf({ name, values }: Call): string | Reading {
  const [first, least] = values
  if (first?.kind !== 'chain') return loses(`"${name}" takes a property.`)
  const [property] = first.calls
  const called =
    property?.name === 'property' && first.calls.length === 1 ? textOf(property) : undefined
  if (called === undefined) return loses(`"${name}" takes a property.`)
  const fault = nameFault(called)
  if (fault !== undefined) return loses(fault)
  if ((name === 'min' || name === 'max') && first.as !== null && first.as !== 'number')
    return loses(`The ${name} of texts cannot be asked for here, only that of numbers.`)
  if (first.as === 'array') return loses('A list as a whole cannot be compared here.')
  if (least !== undefined && (name !== 'mode' || least.kind !== 'literal' || values.length > 2))
    return loses(`"${name}" takes a property.`)
  return called
}

function remarksOn({ name, values }: Call) {
  if (name === 'sum')
    return [check('Whoever has no such event has no sum here: every comparison with it is false.')]
  if (name !== 'mode') return []
  const [, least] = values
  const often = least?.kind === 'literal' ? Number(least.value) : 1
  const reason = 'Of values as frequent as each other, the one seen last counts here.'
  const asked = often > 1 ? ` That a value occurs ${often} times is not asked.` : ''
  return [changed(reason + asked)]
}
