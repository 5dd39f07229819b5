import { z } from 'zod'
import { durationText } from '../../core/audience/duration.ts'
import type { Written } from '../../core/audience/written.ts'
import { didSo, eventName } from '../did.ts'
import {
  changed,
  check,
  group,
  joined,
  loses,
  remarked,
  writes,
  type Reading,
  whereAll,
} from '../reading.ts'
import { otherCohort } from '../other-cohort.ts'
import { readShape } from '../shape.ts'
import { comparisonOf } from './property.ts'

const value = z.union([z.string(), z.number(), z.boolean()])

const EVENT = z.strictObject({
  type: z.literal('event'),
  type_value: z.string(),
  operator: z.string().optional(),
  operator_value: z.number().optional(),
  time_type: z.string(),
  time_value: z.unknown().optional(),
  offset: z.literal(0).optional(),
  interval: z.literal(1).optional(),
  exclude_current_interval: z.literal(false).optional(),
  filters: z.array(z.unknown()).optional(),
})

const FILTER = z.strictObject({
  group_type: z.literal('User').optional(),
  subprop_type: z.literal('event'),
  subprop_key: z.string(),
  subprop_op: z.string(),
  subprop_value: z.array(value),
})

const PROPERTY = z.strictObject({
  type: z.literal('property'),
  group_type: z.literal('User').optional(),
  prop_type: z.literal('user').optional(),
  prop: z.string(),
  op: z.string(),
  values: z.array(value),
})

const SECONDS = z.number().int().nonnegative().max(253_402_300_799)

const DAYS = check(
  'A day is 24 hours here, counted back from now. In Amplitude it is a day of the calendar, in the zone of the project.',
)

/** What an event clause may say beside its count, and how that is written here. */
const MEASURED: Readonly<Record<string, string>> = {
  group_by: 'write sum, avg or distinct with { property: … } in place of count',
  metric: 'write sum, distinct, nth, active_days or count: { gt: { did: … } } in place of count',
}

/** One clause, alone. */
export function clauseOf(clause: unknown): Reading {
  const type = Object(clause)['type']
  if (type === 'event') return eventOf(clause)
  if (type === 'property') return propertyOf(clause)
  return loses(`How Amplitude writes a clause on "${String(type)}" is not documented.`)
}

function eventOf(clause: unknown): Reading {
  const event = readShape(EVENT, clause)
  if (typeof event === 'string') {
    const measured = Object.keys(MEASURED).find((key) => event.includes(`"${key}"`))
    return loses(measured === undefined ? event : `${event} Here: ${MEASURED[measured] ?? ''}.`)
  }
  const name = nameOf(event.type_value)
  if (typeof name === 'string') return loses(name)
  const where = whereAll((event.filters ?? []).map(filterOf))
  const counted = joined([where, windowOf(event)], (parts) =>
    countOf(
      name.did,
      Object.assign({}, ...parts),
      event.operator ?? '>=',
      event.operator_value ?? 1,
    ),
  )
  if (counted.kind === 'written' && Object.keys(counted.written).length === 0)
    return loses(
      'Amplitude finds nobody who did it no times. For those who did not, negate the clause, or write did_not.',
    )
  return remarked(counted, ...name.remarks)
}

/** The event, or a text that says why it cannot be named. */
function nameOf(name: string) {
  if (name === '_active')
    return {
      did: 'any',
      remarks: [
        changed(
          'Any event counts here. Events that are marked as inactive in Amplitude do not count there: name the others.',
        ),
      ],
    }
  if (name === '_all') return { did: 'any', remarks: [] }
  if (name === '_new')
    return 'Who is new is asked for by { new_within: … } here; how Amplitude counts it in a cohort is not documented.'
  if (name.startsWith('ce:'))
    return 'It is about a custom event, which Amplitude defines elsewhere. Name its events here.'
  return { did: eventName(name), remarks: [] }
}

function filterOf(written: unknown): Reading {
  const filter = readShape(FILTER, written)
  return typeof filter === 'string'
    ? loses('It filters events by something else than their properties.')
    : comparisonOf({ property: filter.subprop_key }, filter.subprop_op, filter.subprop_value)
}

function windowOf({ time_type: type, time_value: time }: z.infer<typeof EVENT>): Reading {
  const number = SECONDS.safeParse(time).data
  switch (type) {
    case 'rolling':
      return number === undefined || number === 0
        ? loses('It does not say in which time.')
        : writes({ within: `${number}d` }, DAYS)
    case 'relative':
      return number === undefined
        ? loses('It does not say in which time.')
        : writes({
            within: durationText(number * 1000),
            from: 'first_seen',
          })
    case 'since':
      return number === undefined
        ? loses('It does not say since when.')
        : writes({ since: moment(number) })
    case 'absolute': {
      const [from, to] = z.tuple([SECONDS, SECONDS]).safeParse(time).data ?? []
      return from === undefined || to === undefined
        ? loses('It does not say in which time.')
        : writes({ during: [moment(from), moment(to)] })
    }
    default:
      return loses(`There is no time like "${type}" here.`)
  }
}

/** Seconds since 1970 as a time. */
const moment = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('.000', '')

/** Amplitude counts the events of people who have one, so "fewer" is never none. Nothing at all for nobody. */
function countOf(name: unknown, events: Written, operator: string, number: number): Written {
  const counted = (count: Written): Written => ({ did: name, ...events, count })
  switch (operator) {
    case '>=':
      return didSo(name, events, 'gte', Math.max(number, 1))
    case '>':
      return didSo(name, events, 'gte', Math.max(Math.floor(number) + 1, 1))
    case '=':
      return number === 0 ? {} : didSo(name, events, 'eq', number)
    case '<=':
    case '<': {
      const most = operator === '<' ? Math.ceil(number) - 1 : Math.floor(number)
      return most < 1 ? {} : counted({ between: [1, most] })
    }
    case '!=':
      return counted({ gte: 1, ne: number })
    default:
      return counted({ [operator]: number })
  }
}

/** The property by which Amplitude asks for cohorts. */
const COHORT = 'userdata_cohort'

function propertyOf(clause: unknown): Reading {
  const property = readShape(PROPERTY, clause)
  if (typeof property === 'string') return loses(property)
  const { op, values } = property
  if (property.prop === COHORT) return cohortOf(op, values)
  const trait = property.prop.replace(/^gp:/, '')
  return comparisonOf({ trait }, op, values)
}

function cohortOf(operator: string, values: readonly (string | number | boolean)[]): Reading {
  if (operator !== 'is' && operator !== 'is not')
    return loses(`There is no operator like "${operator}" for cohorts here.`)
  const members = group(
    'any',
    values.map((id) => ({ member_of: otherCohort(id) })),
  )
  const reason = `Import ${values.length === 1 ? 'this cohort' : 'these cohorts'} too, under ${values.map((id) => `"${otherCohort(id)}"`).join(', ')}.`
  return writes(operator === 'is' ? members : { not: members }, check(reason))
}
