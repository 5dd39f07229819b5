import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { pathText, type Path } from '../../core/audience/mistake.ts'
import { isWritten } from '../../core/audience/written.ts'
import type { Carried } from '../carried.ts'
import { unreadable, type ForeignReading } from '../foreign-reading.ts'
import { loses } from '../reading.ts'
import { excerpt, readShape } from '../shape.ts'
import { clauseOf } from './clause.ts'

const DEFINITION = z.strictObject({
  version: z.number().optional(),
  countGroup: z.looseObject({ name: z.string(), is_computed: z.boolean().optional() }).optional(),
  cohortType: z.string().optional(),
  andClauses: z.array(z.unknown()).optional(),
  orClauses: z.array(z.unknown()).optional(),
  referenceFrameTimeParams: z.never().optional(),
})

const COHORT = z.looseObject({ name: z.string().nullish(), definition: z.unknown().optional() })

const AND_CLAUSE = z.strictObject({
  negated: z.boolean().optional(),
  orClauses: z.array(z.unknown()),
})

const isDefinition = (value: unknown): boolean =>
  isWritten(value) && (Array.isArray(value['andClauses']) || 'countGroup' in value)

/** True for a cohort of Amplitude, or its definition. */
export const isAmplitudeCohort = (value: unknown): boolean =>
  isDefinition(value) || (isWritten(value) && isDefinition(value['definition']))

/** Reads a cohort as Amplitude's API has it, or its definition alone. */
export function readAmplitude(value: unknown): ForeignReading {
  const isWhole = isWritten(value) && isDefinition(value['definition'])
  const name = COHORT.safeParse(value).data?.name ?? null
  const written = isWhole ? value['definition'] : value
  const path: Path = isWhole ? ['definition'] : []
  if (!isDefinition(written))
    return unreadable('', 'It is no cohort of Amplitude: there are no "andClauses" in it.')
  const whole = (reason: string): ForeignReading => ({
    kind: 'read',
    name,
    tree: { kind: 'leaf', place: pathText(path), source: excerpt(written), reading: loses(reason) },
  })
  const definition = readShape(DEFINITION, written)
  if (typeof definition === 'string') return whole(definition)
  const { andClauses = [], orClauses, countGroup, cohortType = 'UNIQUES' } = definition
  if (countGroup !== undefined && countGroup.name !== 'User')
    return whole(`It is a cohort of ${countGroup.name}; an audience here is of people.`)
  if (cohortType !== 'UNIQUES')
    return whole(`What a cohort of the type "${cohortType}" means is not documented.`)
  if (andClauses.length === 0)
    return whole('It is a list of people, not a rule. Export them and write { list: … }.')
  // The API repeats the clauses as one alternative.
  if (orClauses !== undefined && !isDeepStrictEqual(orClauses, [andClauses]))
    return whole('What "orClauses" mean beside other "andClauses" is not documented.')
  const of = andClauses.map((clause, index) => carryAnd(clause, [...path, 'andClauses', index]))
  return { kind: 'read', name, tree: { kind: 'all', of } }
}

function carryAnd(value: unknown, path: Path): Carried {
  const clause = readShape(AND_CLAUSE, value)
  if (typeof clause === 'string')
    return { kind: 'leaf', place: pathText(path), source: excerpt(value), reading: loses(clause) }
  const of = clause.orClauses.map((one, index): Carried => ({
    kind: 'leaf',
    place: pathText([...path, 'orClauses', index]),
    source: excerpt(one),
    reading: clauseOf(one),
  }))
  return clause.negated === true ? { kind: 'not', of: { kind: 'any', of } } : { kind: 'any', of }
}
