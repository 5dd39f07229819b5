import fc from 'fast-check'
import type { Condition } from '../../src/core/audience/condition.ts'
import { eventTree } from './event-trees.ts'
import { tree } from './trees.ts'

/** Audiences that name those before them, some of them over another model. */
export const AUDIENCE_NAMES = ['a0', 'a1', 'o0', 'o1', 'a2'] as const

export type AudienceName = (typeof AUDIENCE_NAMES)[number]

const memberOf = (names: readonly AudienceName[]): fc.Arbitrary<Condition> =>
  fc.constantFrom(...names).map((audience) => ({ kind: 'member_of', audience }))

/** Trees over the audiences with these names, beside what people are and, where it is known, did. */
export function setTree(names: readonly AudienceName[], events: boolean): fc.Arbitrary<Condition> {
  const leaves = [
    { weight: 2, arbitrary: tree },
    ...(events ? [{ weight: 2, arbitrary: eventTree }] : []),
    ...(names.length === 0 ? [] : [{ weight: 4, arbitrary: memberOf(names) }]),
  ]
  return fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 2 },
      { weight: 3, arbitrary: fc.oneof(...leaves) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('not'), of: tie('tree') }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constantFrom('all', 'any'),
          of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        }),
      },
    ),
  })).tree
}
