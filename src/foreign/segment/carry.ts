import type { Carried } from '../carried.ts'
import { check, loses, remarked, writes, type Reading } from '../reading.ts'
import { nameFault, textOf } from './call.ts'
import { compared } from './compare.ts'
import { eventCondition } from './event.ts'
import type { Comparison, Expression } from './expression.ts'
import { entityCondition } from './related.ts'

const EXCERPT_MAX = 120

/** What a definition may refer to, and where it stands. */
export interface Around {
  readonly text: string
  /** The keys of audiences that exist here: Segment writes audiences as traits. */
  readonly audiences: ReadonlySet<string>
}

/** Line and column of a place in a text, counted from 1. */
export function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

/** A query as a tree of conditions. */
export function carryQuery(expression: Expression, around: Around): Carried {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return {
        kind: expression.kind === 'and' ? 'all' : 'any',
        of: expression.of.map((child) => carryQuery(child, around)),
      }
    case 'not':
      return { kind: 'not', of: carryQuery(expression.of, around) }
    case 'any':
    case 'all':
      return leaf(
        expression,
        loses(
          `${expression.kind.toUpperCase()} asks for an account's users, in an audience of users.`,
        ),
        around,
      )
    case 'comparison':
      return leaf(expression, comparisonOf(expression, around), around)
    case 'chain':
    case 'literal':
    case 'duration':
    case 'parent':
    case 'excluded':
      return leaf(expression, loses(NO_COMPARISON), around)
  }
}

export const NO_COMPARISON =
  'It gives a value and compares it with nothing, as a computed trait does.'

/** A condition of a query, as it stands in the text, and what became of it. */
export function leaf(
  { from, to }: Pick<Expression, 'from' | 'to'>,
  reading: Reading,
  { text }: Around,
): Carried {
  const source = text.slice(from, to).replaceAll(/\s+/g, ' ')
  const short = source.length > EXCERPT_MAX ? `${source.slice(0, EXCERPT_MAX - 1)}…` : source
  return { kind: 'leaf', place: lineAndColumn(text, from), source: short, reading }
}

/** One condition about a person. */
export function comparisonOf(comparison: Comparison, around: Around): Reading {
  const name = comparison.left.calls[0]?.name ?? ''
  switch (name) {
    case 'event':
      return eventCondition(comparison)
    case 'entity':
      return entityCondition(comparison)
    case 'trait':
      return traitCondition(comparison, around)
    default:
      return loses(`"${name}" means nothing here: begin with event, trait or entity.`)
  }
}

function traitCondition(comparison: Comparison, { audiences }: Around): Reading {
  const plain = traitComparison(comparison)
  const asked = askedAudience(comparison)
  if (plain.kind === 'lost' || asked === undefined) return plain
  const { name, isMember } = asked
  if (!audiences.has(name))
    return remarked(
      plain,
      check(
        `In Segment an audience is a trait too. If "${name}" is one, write { member_of: ${name} }.`,
      ),
    )
  const member = { member_of: name }
  const reason = `"${name}" is an audience of this file. If a trait is meant, write { trait: ${name}, eq: ${String(isMember)} }.`
  return writes(isMember ? member : { not: member }, check(reason))
}

/** A comparison of a trait, whatever it may be the name of. */
export function traitComparison(comparison: Comparison): Reading {
  const [call, next] = comparison.left.calls
  const name = call && textOf(call)
  if (name === undefined) return loses('"trait" takes one name.')
  if (next !== undefined) return loses(`"${next.name}" cannot be asked of a trait here.`)
  const fault = nameFault(name)
  return fault === undefined ? compared({ trait: name }, comparison) : loses(fault)
}

/** The audience whose members, or all others, are asked for by `trait('name') = true`, if it is the name of one. */
export function askedAudience({
  left,
  comparator,
  right,
}: Comparison): { readonly name: string; readonly isMember: boolean } | undefined {
  const [call] = left.calls
  const [value] = right
  const name = call?.name === 'trait' ? textOf(call) : undefined
  if (name === undefined || value?.kind !== 'literal' || comparator !== 'equals') return undefined
  return typeof value.value === 'boolean' ? { name, isMember: value.value } : undefined
}
