import type { InnerTree } from './inner-tree.ts'
import { shown } from './mistake.ts'
import { below, fail, refuseOthers, reportUnknown, type Place } from './place.ts'
import { isWritten, type Written } from './written.ts'

/** What a tree inside a condition is about. */
export interface InnerTreeForm<Word extends string, Leaf> {
  /** As in "a condition on an event". */
  readonly subject: string
  readonly example: string
  /** The words that a leaf begins with. */
  readonly words: readonly Word[]
  readonly leaf: (word: Word, written: Written, place: Place) => InnerTree<Leaf> | undefined
}

const DEPTH_MAX = 20
const GROUPS = ['all', 'any', 'not'] as const

/** Reads it; every mistake in it is reported, and what cannot be meant is left out. */
export function readInnerTree<Word extends string, Leaf>(
  value: unknown,
  form: InnerTreeForm<Word, Leaf>,
  place: Place,
): InnerTree<Leaf> | undefined {
  const { subject, example, words } = form
  const expected = `a condition on ${subject}: ${[...words, ...GROUPS].join(', ')}`
  if (!isWritten(value)) {
    const remedy = Array.isArray(value) ? 'Put the list under "all:" or "any:"' : `Write ${example}`
    return fail(place, `Cannot read ${shown(value)} as a condition on ${subject}`, expected, remedy)
  }
  if (place.depth >= DEPTH_MAX) {
    const message = `Cannot read conditions on ${subject} nested more than ${DEPTH_MAX} deep`
    return fail(place, message, 'a flatter tree', 'Put conditions of one kind into one list')
  }
  const inside = (at: Place, child: unknown): InnerTree<Leaf> | undefined =>
    readInnerTree(child, form, { ...at, depth: place.depth + 1 })
  const group = GROUPS.find((word) => value[word] !== undefined)
  if (group === 'not') {
    refuseOthers(value, ['not'], place)
    const of = inside(below(place, 'not'), value['not'])
    return of && { kind: 'not', of }
  }
  if (group !== undefined) {
    const list = readList(group, value, place)
    if (list === undefined) return undefined
    const here = below(place, group)
    return {
      kind: group,
      of: list.flatMap((item, index) => inside(below(here, index), item) ?? []),
    }
  }
  const word = words.find((known) => value[known] !== undefined)
  if (word !== undefined) return form.leaf(word, value, place)
  const [first] = Object.keys(value)
  if (first === undefined)
    return fail(place, 'The condition is empty', expected, `Write ${example}`)
  reportUnknown(first, [...words, ...GROUPS], expected, place)
  return undefined
}

/** The list under `all` or `any`. @param otherwise What else the remedy says. */
export function readList(
  kind: 'all' | 'any',
  written: Written,
  place: Place,
  otherwise = '',
): readonly unknown[] | undefined {
  refuseOthers(written, [kind], place)
  const list = written[kind]
  if (Array.isArray(list) && list.length > 0) return list
  const remedy = `Write a list under "${kind}:"${otherwise}`
  const message = `Cannot read ${shown(list)} as conditions`
  return fail(below(place, kind), message, 'a list of conditions', remedy)
}
