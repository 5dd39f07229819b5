import { assertNever } from '../../exhaustive.ts'
import { comparisonWords } from '../comparison-words.ts'
import type { RelatedCondition, RowWhere } from './related-condition.ts'

function rowWords(where: RowWhere): string {
  switch (where.kind) {
    case 'all':
    case 'any':
      return where.of.map(partWords).join(where.kind === 'all' ? ' and ' : ' or ')
    case 'not':
      return `not (${rowWords(where.of)})`
    case 'column':
      return `${where.column} ${comparisonWords(where)}`
    case 'related':
      return describeRelated(where)
    default:
      return assertNever(where)
  }
}

const partWords = (where: RowWhere): string =>
  (where.kind === 'all' || where.kind === 'any') && where.of.length > 1
    ? `(${rowWords(where)})`
    : rowWords(where)

/** A condition over related rows in plain words. */
export function describeRelated({ relation, where, asks }: RelatedCondition): string {
  const meant = where === null ? '' : ` (${rowWords(where)})`
  if (asks === 'all') return `has ${relation}, and all of them are so${meant}`
  return `the number of ${relation}${meant} ${comparisonWords(asks)}`
}
