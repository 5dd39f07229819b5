import { z } from 'zod'
import { pathText, type Path } from '../../core/audience/mistake.ts'
import { isWritten } from '../../core/audience/written.ts'
import { DEPTH_MAX, TOO_DEEP, type Carried } from '../carried.ts'
import { check, denied, loses, writes, type Reading } from '../reading.ts'
import { otherCohort } from '../other-cohort.ts'
import { excerpt, readShape } from '../shape.ts'
import { behaviourOf, IDLE } from './behaviour.ts'
import { comparisonOf } from './operator.ts'

const GROUP = z.strictObject({
  type: z.enum(['AND', 'OR', 'and', 'or']),
  values: z.array(z.unknown()),
})

const PERSON = z.strictObject({
  type: z.literal('person'),
  key: z.string(),
  operator: z.string().optional(),
  value: z.unknown().optional(),
  negation: z.boolean().optional(),
})

const COHORT = z.strictObject({
  type: z.enum(['cohort', 'precalculated-cohort', 'static-cohort', 'dynamic-cohort']),
  key: z.literal('id').optional(),
  value: z.union([z.number(), z.string()]),
  operator: z.enum(['in', 'not_in', 'exact', 'is_not']).optional(),
  negation: z.boolean().optional(),
})

/** A group of conditions, with groups in it to any depth. */
export function carryGroup(value: unknown, path: Path, depth = 0): Carried {
  const leaf = (reading: Reading): Carried => ({
    kind: 'leaf',
    place: pathText(path),
    source: excerpt(value),
    reading,
  })
  if (depth > DEPTH_MAX) return leaf(loses(TOO_DEEP))
  if (!isWritten(value) || !Array.isArray(value['values'])) return leaf(leafOf(value))
  if (value['values'].length === 0) return leaf(loses('The group has no conditions.'))
  const group = readShape(GROUP, value)
  if (typeof group === 'string') return leaf(loses(group))
  return {
    kind: group.type.toUpperCase() === 'AND' ? 'all' : 'any',
    of: group.values.map((child, index) =>
      carryGroup(child, [...path, 'values', index], depth + 1),
    ),
  }
}

function leafOf(value: unknown): Reading {
  const reading = positiveOf(value)
  const isNegated = isWritten(value) && value['negation'] === true
  return isNegated ? denied(reading) : reading
}

function positiveOf(value: unknown): Reading {
  const type = isWritten(value) ? value['type'] : undefined
  if (type === 'behavioral') return behaviourOf(value)
  if (type === 'person') return personOf(value)
  if (typeof type === 'string' && type.endsWith('cohort')) return cohortOf(value)
  return loses(`A condition on "${String(type)}" cannot be carried over.`)
}

function personOf(value: unknown): Reading {
  const person = readShape(PERSON, value, IDLE)
  if (typeof person === 'string') return loses(person)
  const operator = person.operator ?? 'exact'
  return comparisonOf({ trait: person.key }, { operator, value: person.value })
}

function cohortOf(value: unknown): Reading {
  const cohort = readShape(COHORT, value, IDLE)
  if (typeof cohort === 'string') return loses(cohort)
  const key = otherCohort(cohort.value)
  const called =
    isWritten(value) && typeof value['cohort_name'] === 'string'
      ? `, "${value['cohort_name']}",`
      : ''
  const reason = `Import the cohort ${cohort.value}${called} as "${key}" too; if it is static, export its people and write { list: … }.`
  const member = { member_of: key }
  const isNegative = cohort.operator === 'not_in' || cohort.operator === 'is_not'
  return writes(isNegative ? { not: member } : member, check(reason))
}
