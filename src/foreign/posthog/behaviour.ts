import { z } from 'zod'
import { durationMs } from '../../core/audience/duration.ts'
import type { Written } from '../../core/audience/written.ts'
import { didSo, eventName, type CountOperator } from '../did.ts'
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
import { readShape } from '../shape.ts'
import { comparisonOf, relativeDuration } from './operator.ts'

const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)])

const INTERVALS = { minute: 'm', hour: 'h', day: 'd', week: 'w', month: 'mo', year: 'y' } as const

const interval = z.enum(['minute', 'hour', 'day', 'week', 'month', 'year'])

const BEHAVIOUR = z.strictObject({
  type: z.literal('behavioral'),
  value: z.string(),
  key: z.union([z.string(), z.number()]),
  event_type: z.string(),
  negation: z.boolean().optional(),
  time_value: count.optional(),
  time_interval: interval.optional(),
  explicit_datetime: z.string().optional(),
  explicit_datetime_to: z.string().optional(),
  operator: z.string().optional(),
  operator_value: count.optional(),
  seq_event: z.union([z.string(), z.number()]).optional(),
  seq_event_type: z.string().optional(),
  seq_time_value: count.optional(),
  seq_time_interval: interval.optional(),
  min_periods: count.optional(),
  total_periods: count.optional(),
  event_filters: z.array(z.unknown()).optional(),
})

type Behaviour = z.infer<typeof BEHAVIOUR>

const EVENT_FILTER = z.strictObject({
  key: z.string(),
  type: z.literal('event'),
  operator: z.string().optional(),
  value: z.unknown().optional(),
})

/** Keys that PostHog keeps beside a condition for itself. */
export const IDLE = [
  'bytecode',
  'conditionHash',
  'bytecode_error',
  'sort_key',
  'label',
  'cohort_name',
] as const

const DAYS = check(
  'A day is 24 hours here, counted back from now. PostHog may begin at the midnight of the first day, in the zone of the project.',
)

const OPERATORS: Readonly<Record<string, CountOperator>> = {
  gte: 'gte',
  gt: 'gt',
  lte: 'lte',
  lt: 'lt',
  eq: 'eq',
  exact: 'eq',
}

/** What somebody did, less the negation. */
export function behaviourOf(value: unknown): Reading {
  const behaviour = readShape(BEHAVIOUR, value, IDLE)
  if (typeof behaviour === 'string') return loses(behaviour)
  if (behaviour.event_type !== 'events' || typeof behaviour.key === 'number')
    return loses('It is about an action, which PostHog defines elsewhere. Name its events here.')
  const filters = whereAll((behaviour.event_filters ?? []).map(filterOf))
  if (filters.kind === 'lost') return filters
  const { written, remarks } = filters
  return remarked(kindOf(behaviour, eventName(behaviour.key), written), ...remarks)
}

function filterOf(value: unknown): Reading {
  const filter = readShape(EVENT_FILTER, value)
  if (typeof filter === 'string')
    return loses('It filters events by something else than their properties.')
  return comparisonOf(
    { property: filter.key },
    { operator: filter.operator ?? 'exact', value: filter.value },
  )
}

function kindOf(behaviour: Behaviour, name: unknown, where: Written): Reading {
  switch (behaviour.value) {
    case 'performed_event':
      return during(behaviour, (window) => ({ did: name, ...where, ...window }))
    case 'performed_event_multiple':
      return multiple(behaviour, name, where)
    case 'performed_event_first_time':
      return firstTime(behaviour, name, where)
    case 'performed_event_sequence':
      return sequence(behaviour, name, where)
    case 'performed_event_regularly':
      return regularly(behaviour, name, where)
    case 'stopped_performing_event':
      return between(behaviour, (near, far) => ({
        stopped: name,
        ...where,
        within: near,
        had_within: far,
      }))
    case 'restarted_performing_event':
      return between(behaviour, (near, far) => restarted(name, where, near, far))
    default:
      return loses(`There is nothing like "${behaviour.value}" here.`)
  }
}

/** The time that a condition is about, which every kind but `regularly` may have in two ways. */
function windowOf(behaviour: Behaviour): Reading {
  const { explicit_datetime: from, explicit_datetime_to: to } = behaviour
  if (from === undefined) {
    const duration = durationOf(behaviour.time_value, behaviour.time_interval)
    return duration === undefined
      ? loses('It does not say in which time.')
      : writes({ within: duration }, DAYS)
  }
  const near = to === undefined ? undefined : relativeDuration(to)
  const far = relativeDuration(from)
  if (to === undefined)
    return far === undefined ? writes({ since: from }, DAYS) : writes({ within: far }, DAYS)
  if (far === undefined && near === undefined) return writes({ during: [from, to] }, DAYS)
  return far === undefined || near === undefined
    ? loses('Its time begins at a date and ends some time ago, or the reverse.')
    : writes({ ago: [near, far] }, DAYS)
}

const during = (behaviour: Behaviour, write: (window: Written) => Written): Reading =>
  joined([windowOf(behaviour)], ([window = {}]) => write(window))

function durationOf(
  value: number | undefined,
  unit: keyof typeof INTERVALS | undefined,
): string | undefined {
  return value === undefined || value === 0 || unit === undefined
    ? undefined
    : `${value}${INTERVALS[unit]}`
}

/** PostHog counts the events of people who have one, so "at most" is never none. */
function multiple(behaviour: Behaviour, name: unknown, where: Written): Reading {
  const operator = OPERATORS[behaviour.operator ?? 'exact']
  const number = behaviour.operator_value
  if (operator === undefined || number === undefined || number === 0)
    return loses('It does not say how often.')
  const most = operator === 'lte' ? number : operator === 'lt' ? number - 1 : undefined
  if (most === 0) return loses('Nobody did it at least once and fewer times than once.')
  return during(behaviour, (window) =>
    most === undefined
      ? didSo(name, { ...where, ...window }, operator, number)
      : { did: name, ...where, ...window, count: { between: [1, most] } },
  )
}

function firstTime(behaviour: Behaviour, name: unknown, where: Written): Reading {
  if (Object.keys(where).length > 0)
    return loses(
      'The first event of all is meant, if it is such a one; here the first of such events could be asked for.',
    )
  return during(behaviour, (window) => ({ did: name, ...window, nth: { eq: 1 } }))
}

function sequence(behaviour: Behaviour, name: unknown, where: Written): Reading {
  const { seq_event: second, seq_event_type: type } = behaviour
  if (type !== 'events' || typeof second !== 'string')
    return loses('It is about an action, which PostHog defines elsewhere. Name its events here.')
  if (Object.keys(where).length > 0)
    return loses('Which of the two events the filter is about is not documented.')
  const within = durationOf(behaviour.seq_time_value, behaviour.seq_time_interval)
  if (within === undefined) return loses('It does not say how soon the second event follows.')
  return during(behaviour, (window) => ({
    sequence: [{ did: name }, { did: eventName(second), within }],
    started: window,
  }))
}

const PERIODS = changed(
  'Periods are of the calendar here, the current one among them; PostHog leaves today out, and its weeks may begin on Sunday.',
)

function regularly(behaviour: Behaviour, name: unknown, where: Written): Reading {
  const {
    operator = 'exact',
    operator_value: times,
    min_periods: least,
    total_periods: of,
  } = behaviour
  const { time_value: length, time_interval: per } = behaviour
  const compares = OPERATORS[operator]
  if (
    compares === undefined ||
    times === undefined ||
    least === undefined ||
    of === undefined ||
    per === undefined
  )
    return loses('It does not say how often, or in how many periods.')
  if (length !== 1)
    return loses(
      `A period of ${length ?? 'no'} ${per}s cannot be asked for here, one of a single ${per} can.`,
    )
  if (Object.keys(where).length > 0)
    return loses('PostHog does not say what its filter means here.')
  const counted =
    compares === 'lte'
      ? { between: [1, times] }
      : compares === 'lt'
        ? { between: [1, times - 1] }
        : { [compares]: times }
  return writes({ did: name, count: counted, per, periods: { gte: least, of } }, PERIODS)
}

/** A time that ended some while ago: from `far` to `near`, which have to be in this order. */
function between(behaviour: Behaviour, write: (near: string, far: string) => Written): Reading {
  if (behaviour.explicit_datetime !== undefined) return loses('It says its time in two ways.')
  const far = durationOf(behaviour.time_value, behaviour.time_interval)
  const near = durationOf(behaviour.seq_time_value, behaviour.seq_time_interval)
  if (far === undefined || near === undefined) return loses('It does not say in which time.')
  if ((durationMs(far) ?? 0) <= (durationMs(near) ?? 0))
    return loses(`The longer time, ${far}, is not longer than the shorter one, ${near}.`)
  return writes(write(near, far), DAYS)
}

/** Did it lately, not in the time before, and not for the first time. */
const restarted = (name: unknown, where: Written, near: string, far: string): Written => ({
  all: [
    { did: name, ...where, within: near },
    { did_not: name, ...where, ago: [near, far] },
    { not: { did: name, ...where, nth: { eq: 1 }, within: near } },
  ],
})
