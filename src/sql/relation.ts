import type { Relation } from '../core/audience/audience.ts'
import type { Dialect } from './dialect.ts'
import type { Query } from './query.ts'
import { Parameters, type Scope } from './scope.ts'

// Texts, quoted names and comments are passed over, so that only a `$now` that means something is found.
const NOW = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$now\b/g

/**
 * Something to select from. `$now` in its SQL becomes the moment of evaluation, a UTC time without zone, bound as a
 * parameter when it is used.
 */
export function relationSql(
  relation: Relation,
  { dialect, parameters, now }: Pick<Scope, 'dialect' | 'parameters' | 'now'>,
): string {
  if (relation.kind === 'table') {
    return relation.table.split('.').map(dialect.quote).join('.')
  }
  const sql = relation.sql.replaceAll(NOW, (found) => {
    if (found !== '$now') return found
    parameters.set('now', now)
    return dialect.timestamp(dialect.parameter('now'))
  })
  return `(${sql.replace(/;\s*$/, '')}\n)`
}

/** Every row of a relation. */
export function wholeRelation(relation: Relation, dialect: Dialect, now: number): Query {
  const parameters = new Parameters()
  const sql = `select * from ${relationSql(relation, { dialect, parameters, now })} as stream`
  return { sql, parameters: parameters.values() }
}
