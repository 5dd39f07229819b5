import { z } from 'zod'
import { durationText } from '../../core/audience/duration.ts'
import type { Written } from '../../core/audience/written.ts'
import { didSo, eventName, type CountOperator } from '../did.ts'
import {
  changed,
  check,
  denied,
  joined,
  loses,
  remarked,
  writes,
  type Reading,
  whereAll,
} from '../reading.ts'
import { readShape } from '../shape.ts'
import { comparisonOf } from './operator.ts'

const properties = z
  .array(z.strictObject({ path: z.string(), operator: z.unknown().optional() }))
  .optional()
const id = z.string().optional()

type Properties = z.infer<typeof properties>

const TRAIT = z.strictObject({
  type: z.literal('Trait'),
  id,
  path: z.string(),
  operator: z.unknown().optional(),
})

const INCLUDES = z.strictObject({
  type: z.enum(['Includes', 'NotIncludes']),
  id,
  path: z.string(),
  item: z.string(),
})

const PERFORMED = z.strictObject({
  type: z.literal('Performed'),
  id,
  event: z.string(),
  times: z.number().int().nonnegative().optional(),
  timesOperator: z.enum(['=', '>=', '<']).optional(),
  timeOperator: z.enum(['Within', 'AfterAbsolute', 'BeforeAbsolute']).optional(),
  withinSeconds: z.number().int().nonnegative().optional(),
  absoluteTimestamp: z.string().optional(),
  properties,
})

const LAST_PERFORMED = z.strictObject({
  type: z.literal('LastPerformed'),
  id,
  event: z.string(),
  whereProperties: properties,
  hasProperties: properties,
})

const RANDOM = z.strictObject({ type: z.literal('RandomBucket'), id, percent: z.number() })

const MESSAGES =
  'It is about messages that Dittofeed sent. Where they are events of yours, write { did: … }.'
const SUBSCRIPTION =
  'Whom a subscription group holds is kept by Dittofeed. Let the model declare a consent, and write { consent: … }.'

/** Nodes of which nothing can be written, and why. */
const LOST: Readonly<Record<string, string>> = {
  Email: MESSAGES,
  Broadcast: MESSAGES,
  SubscriptionGroup: SUBSCRIPTION,
  SubscriptionGroupUnsubscribed: SUBSCRIPTION,
  Manual: 'It is a list of people, not a rule. Export them and write { list: … }.',
  KeyedPerformed: 'It belongs to one run of a journey, which an audience does not have.',
}

const OPERATORS = { '=': 'eq', '>=': 'gte', '<': 'lt' } as const satisfies Record<
  string,
  CountOperator
>

/** A node that has no others below it. @param salt the name of the segment, by which it draws people */
export function nodeOf(value: unknown, type: unknown, salt: string): Reading {
  switch (type) {
    case 'Everyone':
      return writes({ everyone: true })
    case 'Trait':
      return traitOf(value)
    case 'Includes':
    case 'NotIncludes':
      return includesOf(value)
    case 'Performed':
      return performedOf(value)
    case 'LastPerformed':
      return lastPerformedOf(value)
    case 'RandomBucket':
      return randomOf(value, salt)
    default:
      return loses(LOST[String(type)] ?? `There is nothing like "${String(type)}" here.`)
  }
}

const PLAIN_PATH = /^(?:\$\.)?(?<name>[\p{L}\p{N}_ -]+(?:\.[\p{L}\p{N}_ -]+)*)$/u

/** `$.address.city` as `address.city`; undefined for paths that do more than name a value. */
const nameOf = (path: string): string | undefined => PLAIN_PATH.exec(path)?.groups?.['name']

const named = (path: string, write: (name: string) => Reading): Reading => {
  const name = nameOf(path)
  return name === undefined ? loses(`The path "${path}" does more than name a value.`) : write(name)
}

function traitOf(value: unknown): Reading {
  const node = readShape(TRAIT, value)
  if (typeof node === 'string') return loses(node)
  return named(node.path, (trait) => comparisonOf({ trait }, node.operator))
}

function includesOf(value: unknown): Reading {
  const node = readShape(INCLUDES, value)
  if (typeof node === 'string') return loses(node)
  const includes = named(node.path, (trait) => writes({ trait, includes: node.item }))
  return node.type === 'Includes' ? includes : denied(includes)
}

/** All of some conditions on an event's properties. */
const propertiesOf = (list: Properties): Reading =>
  whereAll(
    (list ?? []).map(({ path, operator }) =>
      named(path, (property) => comparisonOf({ property }, operator)),
    ),
  )

type Performed = z.infer<typeof PERFORMED>

function windowOf({ timeOperator, withinSeconds, absoluteTimestamp }: Performed): Reading {
  switch (timeOperator) {
    case undefined:
      return withinSeconds === undefined
        ? writes({})
        : writes(
            { within: durationText(withinSeconds * 1000) },
            check('The node has "withinSeconds" without "timeOperator"; it is taken as a window.'),
          )
    case 'Within':
      return withinSeconds === undefined
        ? loses('It does not say in which time.')
        : writes({ within: durationText(withinSeconds * 1000) })
    case 'AfterAbsolute':
      return absoluteTimestamp === undefined
        ? loses('It does not say since when.')
        : writes({ since: absoluteTimestamp })
    case 'BeforeAbsolute':
      return loses(
        'A time until which an event happened, without its last moment, cannot be written here.',
      )
  }
}

/** Without an operator Dittofeed means exactly so many times, and once without a number. */
function performedOf(value: unknown): Reading {
  const node = readShape(PERFORMED, value)
  if (typeof node === 'string') return loses(node)
  const { event, times = 1, timesOperator } = node
  const performed = joined([propertiesOf(node.properties), windowOf(node)], (parts) =>
    didSo(eventName(event), Object.assign({}, ...parts), OPERATORS[timesOperator ?? '='], times),
  )
  if (timesOperator !== undefined) return performed
  const reason =
    'Without "timesOperator" Dittofeed means exactly so many times. If at least is meant, change the count.'
  return remarked(performed, check(reason))
}

/** The last of some events is so: such a one, and none of them after it. */
function lastPerformedOf(value: unknown): Reading {
  const node = readShape(LAST_PERFORMED, value)
  if (typeof node === 'string') return loses(node)
  const did = eventName(node.event)
  const eligible = propertiesOf(node.whereProperties)
  if (node.hasProperties === undefined) return joined([eligible], ([where]) => ({ did, ...where }))
  const wanted = propertiesOf([...(node.whereProperties ?? []), ...node.hasProperties])
  return joined([wanted, eligible], ([such, any]) => ({
    sequence: [
      { did, ...such },
      { did_not: did, ...any },
    ],
  }))
}

function randomOf(value: unknown, salt: string): Reading {
  const node = readShape(RANDOM, value)
  if (typeof node === 'string') return loses(node)
  const sample: Written = { sample: { salt, from: 0, to: node.percent } }
  return writes(
    sample,
    changed('As many people are drawn, but others: they are told apart by another hash.'),
  )
}
