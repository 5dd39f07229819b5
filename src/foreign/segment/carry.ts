import type { Carried } from '../carried.ts'
import { check, loses, remarked, writes, type Reading } from '../reading.ts'
import { nameFault, textOf } from './call.ts'
import { compared } from './compare.ts'
import { eventCondition } from './event.ts'
import type { Comparison, Expression } from './expression.ts'
import { entityCondition } from './related.ts'

const EXCERPT_MAX = 120

/** What a definition may refer to, and where it stands. */
interface Around {
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
      return leaf(expression, loses('It is about accounts; an audience here is of people.'), around)
    case 'comparison':
      return leaf(expression, comparisonOf(expression, around), around)
    case 'chain':
    case 'literal':
    case 'duration':
    case 'parent':
    case 'excluded':
      return leaf(
        expression,
        loses('It gives a value and compares it with nothing, as a computed trait does.'),
        around,
      )
  }
}

function leaf({ from, to }: Expression, reading: Reading, { text }: Around): Carried {
  const source = text.slice(from, to).replaceAll(/\s+/g, ' ')
  const short = source.length > EXCERPT_MAX ? `${source.slice(0, EXCERPT_MAX - 1)}…` : source
  return { kind: 'leaf', place: lineAndColumn(text, from), source: short, reading }
}

function comparisonOf(comparison: Comparison, around: Around): Reading {
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
  const [call, next] = comparison.left.calls
  const name = call && textOf(call)
  if (name === undefined) return loses('"trait" takes one name.')
  if (next !== undefined) return loses(`"${next.name}" cannot be asked of a trait here.`)
  const fault = nameFault(name)
  if (fault !== undefined) return loses(fault)
  const [value] = comparison.right
  const isTruth = value?.kind === 'literal' && typeof value.value === 'boolean'
  if (!isTruth || comparison.comparator !== 'equals') return compared({ trait: name }, comparison)
  if (!audiences.has(name))
    return remarked(
      compared({ trait: name }, comparison),
      check(
        `In Segment an audience is a trait too. If "${name}" is one, write { member_of: ${name} }.`,
      ),
    )
  const member = { member_of: name }
  const reason = `"${name}" is an audience of this file. If a trait is meant, write { trait: ${name}, eq: ${String(value.value)} }.`
  return writes(value.value ? member : { not: member }, check(reason))
}
