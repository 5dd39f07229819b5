import { z } from 'zod'
import { isWritten } from '../../core/audience/written.ts'
import type { Carried } from '../carried.ts'
import { loses } from '../reading.ts'
import { unreadable, type ForeignReading } from '../foreign-reading.ts'
import { excerpt } from '../shape.ts'
import { carryGroup } from './carry.ts'

const COHORT = z.looseObject({
  name: z.string().nullish(),
  is_static: z.boolean().nullish(),
  query: z.unknown().optional(),
  filters: z.looseObject({
    properties: z.unknown().optional(),
    filterTestAccounts: z.boolean().nullish(),
  }),
})

const isGroup = (value: unknown): boolean =>
  isWritten(value) && typeof value['type'] === 'string' && Array.isArray(value['values'])

/** True for a cohort of PostHog, its filters, or the group in them. */
export const isPosthogCohort = (value: unknown): boolean =>
  COHORT.safeParse(value).success ||
  (isWritten(value) && (isGroup(value) || isGroup(value['properties'])))

/** Reads a cohort as PostHog's API has it, or its filters alone. */
export function readPosthog(value: unknown): ForeignReading {
  const cohort = COHORT.safeParse(value)
  if (!cohort.success) {
    if (isGroup(value)) return { kind: 'read', name: null, tree: carryGroup(value, []) }
    const inside = isWritten(value) ? value['properties'] : undefined
    if (isGroup(inside))
      return { kind: 'read', name: null, tree: carryGroup(inside, ['properties']) }
    return unreadable(
      '',
      'It is no cohort of PostHog: there are no "filters" with "properties" in it.',
    )
  }
  const { name = null, filters, query, is_static: isStatic } = cohort.data
  const whole = (place: string, reason: string): ForeignReading => ({
    kind: 'read',
    name,
    tree: {
      kind: 'leaf',
      place,
      source: excerpt(isWritten(value) ? value[place] : value),
      reading: loses(reason),
    },
  })
  if (isStatic === true)
    return whole(
      'is_static',
      'It is a list of people, not a rule. Export them and write { list: … }.',
    )
  if (query !== undefined && query !== null)
    return whole('query', 'It is a query of its own. Write it as the SQL of a model.')
  const tree = carryGroup(filters.properties, ['filters', 'properties'])
  if (filters.filterTestAccounts !== true) return { kind: 'read', name, tree }
  const reading = loses('PostHog leaves out the test accounts that its project names elsewhere.')
  const test: Carried = {
    kind: 'leaf',
    place: 'filters.filterTestAccounts',
    source: 'true',
    reading,
  }
  return { kind: 'read', name, tree: { kind: 'all', of: [tree, test] } }
}
