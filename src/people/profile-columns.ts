import { duckdb } from '../sql/duckdb.ts'
import { consentColumn, type ConsentSource } from '../core/consent-source.ts'
import type { TraitName } from './people-store.ts'
import { TRAIT_TYPES } from './read-traits.ts'

/** The columns that every person has. */
const OWN_COLUMNS = ['person', 'first_seen', 'last_seen', 'created'] as const

/** Kinds of identifiers that have a column before anybody has one, so that a definition can name them from the beginning. */
const USUAL_KINDS = ['user_id', 'email', 'phone', 'anonymous_id'] as const

/** A column of the people that comes from what messages said. */
export interface ProfileColumn {
  /** The kind of identifier, or the trait. */
  readonly name: string
  /** What it is called among the columns. */
  readonly column: string
  /** SQL that reads it from SQL of what is kept of it: for a trait JSON. */
  readonly read: (kept: string) => string
}

/** What a definition says of the people beside what is kept of them. */
export interface NamedColumns {
  readonly purposes: Readonly<Record<string, ConsentSource>>
  /** The names of their computed traits. */
  readonly computed: readonly string[]
}

export interface ProfileColumns {
  readonly consent: readonly { readonly column: string; readonly source: ConsentSource }[]
  readonly identifiers: readonly ProfileColumn[]
  readonly traits: readonly ProfileColumn[]
}

/**
 * The columns of the people: whether they agree to each purpose, a list for each kind of identifier, and each trait under its
 * own name. A trait whose name is taken, also in other capitals, is `trait_` and the name.
 */
export function profileColumns(
  kinds: readonly string[],
  traits: readonly TraitName[],
  { purposes, computed }: NamedColumns,
): ProfileColumns {
  const taken = new Set<string>(OWN_COLUMNS)
  const free = (name: string): string => freeName(name, taken)
  const consent = Object.entries(purposes).map(([purpose, source]) => ({
    column: free(consentColumn(purpose)),
    source,
  }))
  const identifiers = [...new Set([...USUAL_KINDS, ...kinds])].map((name): ProfileColumn => ({
    name,
    column: free(name),
    read: (kept) => kept,
  }))
  for (const name of computed) taken.add(name.toLowerCase())
  return {
    consent,
    identifiers,
    traits: traitColumns(traits, taken),
  }
}

/** The columns of the accounts' traits, named in the same way. */
export const accountColumns = (traits: readonly TraitName[]): readonly ProfileColumn[] =>
  traitColumns(traits, new Set(['account']))

const traitColumns = (traits: readonly TraitName[], taken: Set<string>): readonly ProfileColumn[] =>
  traits.map(({ name, types }) => ({
    name,
    column: freeName(name, taken),
    read: readSql(types),
  }))

/** The name, or the first of its like that no other column has; from then on it is taken. */
function freeName(name: string, taken: Set<string>): string {
  const candidates = [name, `trait_${name}`]
  for (let number = 2; ; number += 1) {
    const candidate = candidates.shift() ?? `trait_${name}_${number}`
    const folded = candidate.toLowerCase()
    if (taken.has(folded)) continue
    taken.add(folded)
    return candidate
  }
}

/** A trait that was of several types is text; of a list or an object that is its JSON. */
function readSql(types: number): ProfileColumn['read'] {
  switch (types) {
    case TRAIT_TYPES.number:
      return (kept) => `try_cast(${kept} as double)`
    case TRAIT_TYPES.boolean:
      return (kept) => `try_cast(${kept} as boolean)`
    case TRAIT_TYPES.list:
      return (kept) => `cast(json_extract_string(${kept}, '$[*]') as varchar[])`
    case TRAIT_TYPES.object:
      return (kept) => `try_cast(${kept} as json)`
    default:
      return (kept) => `json_extract_string(${kept}, '$')`
  }
}

/** A text as SQL. It is one of our own, or a name that stands in data; neither can be a parameter of a view. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

export const quoted = (name: string): string => duckdb.quote(name)
