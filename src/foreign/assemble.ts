import type { Condition } from '../core/audience/condition.ts'
import type { Written } from '../core/audience/written.ts'
import type { Carried } from './carried.ts'
import { checkedReading } from './checked-reading.ts'

/** Something that was not carried over as it stood, or has to be looked at. */
export interface Note {
  readonly kind: 'left-out' | 'changed' | 'check'
  readonly place: string
  readonly source: string
  readonly reason: string
  /** What was written for it; null: nothing. */
  readonly written: Written | null
  /** What leaving it out does to the audience; null: it does nothing, or nothing can be told. */
  readonly effect: 'more people' | 'fewer people' | null
}

export interface Assembled {
  /** Null when nothing is left. */
  readonly condition: Condition | null
  /** In the order of the definition. */
  readonly notes: readonly Note[]
}

interface Draft extends Omit<Note, 'effect'> {
  effect: Note['effect']
}

interface Part {
  readonly condition: Condition | null
  /** The conditions in it that were left out, for as long as nothing beside them is left. */
  readonly open: readonly Draft[]
}

/**
 * A carried tree as one of the language. What cannot be written is left out of the list it stands in, and its note says
 * whether the audience has more people for it or fewer.
 */
export function assemble(tree: Carried): Assembled {
  const notes: Draft[] = []
  const { condition } = settle(tree, true, notes)
  return { condition, notes }
}

/** @param positive False inside an odd number of `not`, where more becomes fewer. */
function settle(tree: Carried, positive: boolean, notes: Draft[]): Part {
  switch (tree.kind) {
    case 'leaf':
      return settleLeaf(tree, notes)
    case 'not': {
      const { condition, open } = settle(tree.of, !positive, notes)
      return { condition: condition && { kind: 'not', of: condition }, open }
    }
    case 'all':
    case 'any': {
      const parts = tree.of.map((child) => settle(child, positive, notes))
      const open = parts.flatMap((part) => part.open)
      const kept = parts.flatMap(({ condition }) => condition ?? [])
      if (kept.length === 0) return { condition: null, open }
      const effect = (tree.kind === 'all') === positive ? 'more people' : 'fewer people'
      for (const draft of open) draft.effect = effect
      return { condition: grouped(tree.kind, kept), open: [] }
    }
  }
}

/** A group of one is that one, and a group in a group of its kind is part of it. */
function grouped(kind: 'all' | 'any', parts: readonly Condition[]): Condition {
  const of = parts.flatMap((part) => (part.kind === kind ? part.of : [part]))
  const [only] = of
  return only !== undefined && of.length === 1 ? only : { kind, of }
}

function settleLeaf(leaf: Extract<Carried, { kind: 'leaf' }>, notes: Draft[]): Part {
  const { place, source } = leaf
  const { reading, condition } = checkedReading(leaf.reading)
  if (reading.kind === 'lost') {
    const { reason } = reading
    const draft: Draft = { kind: 'left-out', place, source, reason, written: null, effect: null }
    notes.push(draft)
    return { condition: null, open: [draft] }
  }
  for (const { kind, reason } of reading.remarks)
    notes.push({ kind, place, source, reason, written: reading.written, effect: null })
  return { condition, open: [] }
}
