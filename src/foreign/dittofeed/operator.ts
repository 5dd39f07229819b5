import { z } from 'zod'
import { durationText } from '../../core/audience/duration.ts'
import type { Written } from '../../core/audience/written.ts'
import { heldFor } from '../held.ts'
import { check, joined, loses, writes, type Reading } from '../reading.ts'
import { readShape } from '../shape.ts'

const value = z.union([z.string(), z.number(), z.boolean()])
const seconds = z.number().int().nonnegative()

const OPERATOR = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('Equals'), value }),
  z.strictObject({ type: z.literal('NotEquals'), value }),
  z.strictObject({ type: z.literal('Exists') }),
  z.strictObject({ type: z.literal('NotExists') }),
  z.strictObject({ type: z.literal('GreaterThanOrEqual'), value: z.number() }),
  z.strictObject({ type: z.literal('LessThan'), value: z.number() }),
  z.strictObject({ type: z.literal('Within'), windowSeconds: seconds }),
  z.strictObject({ type: z.literal('NotWithin'), windowSeconds: seconds }),
  z.strictObject({
    type: z.literal('AbsoluteTimestamp'),
    absoluteTimestamp: z.string(),
    direction: z.enum(['After', 'Before', 'after', 'before']),
  }),
  z.strictObject({
    type: z.literal('HasBeen'),
    comparator: z.enum(['GTE', 'LT']),
    value,
    windowSeconds: seconds,
  }),
])

const HELD = check(
  'How long it has held is known from the day on which this is first kept track of.',
)

/** A comparison of Dittofeed, of the trait or property that `subject` names. There, absent and empty text are the same. */
export function comparisonOf(subject: Written, written: unknown): Reading {
  const operator = readShape(OPERATOR, written)
  if (typeof operator === 'string') return loses(operator)
  switch (operator.type) {
    case 'Equals':
      return String(operator.value) === ''
        ? writes({ not: { ...subject, ne: '' } })
        : writes({ ...subject, eq: String(operator.value) })
    case 'NotEquals':
      return String(operator.value) === ''
        ? writes({ ...subject, ne: '' })
        : writes({ not: { ...subject, eq: String(operator.value) } })
    case 'Exists':
      return writes({ ...subject, ne: '' })
    case 'NotExists':
      return writes({ not: { ...subject, ne: '' } })
    case 'GreaterThanOrEqual':
      return writes({ ...subject, gte: operator.value })
    case 'LessThan':
      return writes({ ...subject, lt: operator.value })
    case 'Within':
      // What lies ahead is within as well.
      return joined(
        [
          writes({ ...subject, within_last: durationText(operator.windowSeconds * 1000) }),
          writes({ ...subject, after_next: '0d' }),
        ],
        (any) => ({ any }),
      )
    case 'NotWithin':
      return writes({ ...subject, before_last: durationText(operator.windowSeconds * 1000) })
    case 'AbsoluteTimestamp': {
      const isAfter = operator.direction.toLowerCase() === 'after'
      return writes({ ...subject, [isAfter ? 'since' : 'before']: operator.absoluteTimestamp })
    }
    case 'HasBeen': {
      const comparator = operator.comparator === 'GTE' ? 'gte' : 'lt'
      const comparison = { ...subject, eq: String(operator.value) }
      return writes(heldFor(comparison, comparator, operator.windowSeconds), HELD)
    }
  }
}
