import { denied, loses, type Reading } from '../reading.ts'
import { nameFault, textOf } from './call.ts'
import { compared, tree } from './compare.ts'
import type { Comparison, Expression } from './expression.ts'

/** A tree over the properties of one event, or the columns of one row. `words` says how its subjects are called here. */
export function whereOf(
  expression: Expression,
  words: Readonly<Record<string, string>>,
  other: (comparison: Comparison) => Reading,
): Reading {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return tree(
        expression.kind,
        expression.of.map((child) => whereOf(child, words, other)),
      )
    case 'not':
      return denied(whereOf(expression.of, words, other))
    case 'comparison': {
      const [subject] = expression.left.calls
      const word = subject === undefined ? undefined : words[subject.name]
      if (subject === undefined || word === undefined || expression.left.calls.length > 1)
        return other(expression)
      const name = textOf(subject)
      if (name === undefined) return loses(`"${subject.name}" takes one name.`)
      const fault = nameFault(name)
      return fault === undefined ? compared({ [word]: name }, expression) : loses(fault)
    }
    case 'any':
    case 'all':
    case 'chain':
    case 'literal':
    case 'duration':
    case 'parent':
    case 'excluded':
      return loses('There is something in "where" that compares nothing.')
  }
}

export const EVENT_WORDS = { property: 'property', context: 'context' } as const

export const ROW_WORDS = { property: 'column', trait: 'column' } as const
