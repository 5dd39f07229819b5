import type { ConsentSource } from '../core/consent-source.ts'
import { duckdb } from '../sql/duckdb.ts'
import { literal } from './profile-columns.ts'

/**
 * SQL of what somebody last said about a purpose, over rows of their facts: true, false, or null where they never said
 * anything. Of what was said in one moment, no counts before yes.
 */
export function agreesSql({ category, trait }: ConsentSource): string {
  const ways = [
    ...(category === null
      ? []
      : [
          {
            fact: `fact = 'consent'`,
            yes: `list_contains(cast(json_extract_string(value, '$[*]') as varchar[]), ${literal(category)})`,
          },
        ]),
    ...(trait === null
      ? []
      : [
          {
            fact: `fact = 'trait' and name = ${literal(trait)}`,
            yes: `coalesce(${duckdb.truth(`json_extract_string(value, '$')`)}, false)`,
          },
        ]),
  ]
  const says = ways.map(({ fact, yes }) => `when ${fact} then ${yes}`).join(' ')
  const isSaid = ways.map(({ fact }) => `(${fact})`).join(' or ')
  const order = `{'time': time, 'id': id, 'no': not (case ${says} end)}`
  return `arg_max(case ${says} end, ${order}) filter (where ${isSaid})`
}
