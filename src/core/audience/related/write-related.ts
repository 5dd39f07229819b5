import { assertNever } from '../../exhaustive.ts'
import { writeComparison } from '../event/write-event.ts'
import type { Written } from '../written.ts'
import type { RelatedCondition, RowWhere } from './related-condition.ts'

function writeRowWhere(where: RowWhere): Written {
  switch (where.kind) {
    case 'all':
    case 'any':
      return { [where.kind]: where.of.map(writeRowWhere) }
    case 'not':
      return { not: writeRowWhere(where.of) }
    case 'column':
      return { column: where.column, ...writeComparison(where) }
    case 'related':
      return writeRelated(where)
    default:
      return assertNever(where)
  }
}

/** A condition over related rows as it is written in a file. */
export function writeRelated({ relation, where, asks }: RelatedCondition): Written {
  return {
    related: relation,
    ...(where === null ? {} : { where: writeRowWhere(where) }),
    ...(asks === 'all' ? { quantifier: asks } : { count: writeComparison(asks) }),
  }
}
