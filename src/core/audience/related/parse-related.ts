import { referencesOf, type Comparison } from '../comparison.ts'
import { readCount } from '../event/parse-count.ts'
import { AT_LEAST_ONCE, NEVER } from '../event/parse-event.ts'
import { shown } from '../mistake.ts'
import { EVERY_OPERATOR, readComparisons, readName, TRAITS_ONLY } from '../parse-comparison.ts'
import { readInnerTree } from '../parse-inner-tree.ts'
import { below, fail, refuseOthers, type Place } from '../place.ts'
import type { Written } from '../written.ts'
import type { RelatedCondition, RowWhere } from './related-condition.ts'

const QUANTIFIERS = { any: AT_LEAST_ONCE, all: 'all', none: NEVER } as const

const isQuantifier = (value: unknown): value is keyof typeof QUANTIFIERS =>
  typeof value === 'string' && Object.hasOwn(QUANTIFIERS, value)

/** `related`, with everything that may stand beside it. Several comparisons of the count must all hold. */
export function readRelated(written: Written, place: Place): readonly RelatedCondition[] {
  refuseOthers(written, ['related', 'where', 'count', 'quantifier'], place)
  const relation: unknown = written['related']
  const where =
    written['where'] === undefined
      ? null
      : readRowWhere(written['where'], { ...below(place, 'where'), depth: place.depth + 1 })
  const asks = readAsks(written, place)
  if (typeof relation !== 'string' || relation === '') {
    const message = `Cannot read ${shown(relation)} as the name of a relation`
    fail(below(place, 'related'), message, 'a relation of the model', 'Write related: orders')
    return []
  }
  if (where === undefined) return []
  if (place.account === 'traits')
    for (const asked of asks) if (asked !== 'all') refuseReferences(asked, place)
  return asks.map((asked) => ({ kind: 'related', relation, where, asks: asked }))
}

function readAsks(written: Written, place: Place): readonly RelatedCondition['asks'][] {
  const { count, quantifier } = written
  if (quantifier === undefined)
    return count === undefined ? [AT_LEAST_ONCE] : readCount(count, 'count', below(place, 'count'))
  const here = below(place, 'quantifier')
  if (count !== undefined)
    fail(here, 'The number of rows is asked for twice', 'either of the two', 'Remove one of them')
  if (isQuantifier(quantifier)) return [QUANTIFIERS[quantifier]]
  fail(here, `Cannot read ${shown(quantifier)} here`, 'any, all or none', 'Write quantifier: all')
  return []
}

/** Reads a tree over one row. */
function readRowWhere(value: unknown, place: Place): RowWhere | undefined {
  return readInnerTree(value, ROW, place)
}

const ROW = {
  subject: 'a row',
  example: '{ column: status, eq: open }',
  words: ['column', 'related'] as const,
  leaf(word: 'column' | 'related', written: Written, place: Place): RowWhere | undefined {
    if (word === 'column') return readRowLeaf(written, place)
    const nested = readRelated(written, place)
    for (const { asks } of nested) if (asks !== 'all') refuseReferences(asks, place)
    return together(nested)
  },
}

function together(several: readonly RowWhere[]): RowWhere | undefined {
  return several.length > 1 ? { kind: 'all', of: several } : several[0]
}

function readRowLeaf(written: Written, place: Place): RowWhere | undefined {
  const column = readName(written['column'], 'trait', below(place, 'column'))
  const form = {
    keys: ['column'],
    operators: EVERY_OPERATOR,
    subject: `The condition on "${column ?? ''}"`,
    example: '{ column: status, eq: open }',
    reach: TRAITS_ONLY,
  }
  const comparisons = readComparisons(written, form, place)
  for (const comparison of comparisons) refuseReferences(comparison, place)
  if (column === undefined) return undefined
  return together(comparisons.map((comparison) => ({ kind: 'column', column, ...comparison })))
}

/** A row is looked at by itself: the person whose it is is not in reach. */
function refuseReferences({ operator, operand }: Comparison, place: Place): void {
  if (referencesOf(operand).length === 0) return
  const whom = place.account === 'traits' ? 'account' : 'person'
  const message = `A condition on a related row cannot refer to the ${whom}`
  fail(below(place, operator), message, 'a value', 'Write a value, or compare in the select')
}
