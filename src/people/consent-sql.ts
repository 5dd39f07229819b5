import type { ConsentSource } from '../core/consent-source.ts'
import { duckdb } from '../sql/duckdb.ts'
import { literal } from './profile-columns.ts'

/** SQL over a fact: whether it says something about a purpose, and if so, what. */
export interface Agreement {
  readonly isSaid: string
  readonly says: string
}

export function agreement({ category, trait }: ConsentSource): Agreement {
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
  return {
    isSaid: ways.map(({ fact }) => `(${fact})`).join(' or '),
    says: `case ${ways.map(({ fact, yes }) => `when ${fact} then ${yes}`).join(' ')} end`,
  }
}

/**
 * SQL of what somebody last said about a purpose, over rows of their facts: true, false, or null where they never said
 * anything. Of what was said in one moment, no counts before yes.
 */
export function agreesSql(source: ConsentSource): string {
  const { isSaid, says } = agreement(source)
  return `arg_max(${says}, {'time': time, 'id': id, 'no': not (${says})}) filter (where ${isSaid})`
}
