import fc from 'fast-check'
import { USERS } from '../../src/core/audience/account/account-condition.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import { AGGREGATES } from '../../src/core/audience/event/aggregate.ts'
import type { RankedBy, TopShare } from '../../src/core/audience/top/top-condition.ts'
import { referencesOf } from '../../src/core/audience/comparison.ts'
import type {
  RelatedCondition,
  RowWhere,
} from '../../src/core/audience/related/related-condition.ts'
import { countComparison, eventTree, measured, selection, windows } from './event-trees.ts'
import { tree } from './trees.ts'

/** Audiences that name those before them, some of them over another model. */
export const AUDIENCE_NAMES = ['a0', 'a1', 'o0', 'o1', 'a2'] as const

export type AudienceName = (typeof AUDIENCE_NAMES)[number]

const memberOf = (names: readonly AudienceName[]): fc.Arbitrary<Condition> =>
  fc.constantFrom(...names).map((audience) => ({ kind: 'member_of', audience }))

const percent = fc.oneof(
  fc.constantFrom(0.001, 10, 12.5, 33.333, 50, 100),
  fc.integer({ min: 1, max: 100_000 }).map((parts) => parts / 1000),
)

const share: fc.Arbitrary<TopShare> = fc.oneof(
  percent.map((value): TopShare => ({ kind: 'percent', percent: value })),
  fc.integer({ min: 1, max: 30 }).map((count): TopShare => ({ kind: 'count', count })),
  fc.tuple(fc.nat(99), fc.integer({ min: 1, max: 100 })).map(([from, width]): TopShare => ({
    kind: 'percentile',
    from,
    to: Math.min(100, from + width),
  })),
)

const byTrait: fc.Arbitrary<RankedBy> = fc
  .constantFrom('orders', 'revenue', 'price', 'amount', 'note', 'plan')
  .map((trait) => ({ kind: 'trait', trait }))

const byEvents: fc.Arbitrary<RankedBy> = fc
  .record({ events: selection, windows, measure: measured.map(([measure]) => measure) })
  .filter(
    ({ measure }) =>
      measure.kind !== 'aggregate' || AGGREGATES[measure.aggregate].gives === 'number',
  )
  .map((ranked) => ({ kind: 'events', measured: ranked }))

function top(names: readonly AudienceName[], events: boolean): fc.Arbitrary<Condition> {
  const groups: fc.Arbitrary<Condition>[] = [tree, ...(names.length === 0 ? [] : [memberOf(names)])]
  return fc.record({
    kind: fc.constant('top'),
    by: events ? fc.oneof(byTrait, byEvents) : byTrait,
    share,
    of: fc.option<Condition | null>(fc.oneof(...groups)),
  })
}

/** A comparison without references, which rows do not know. */
const column: fc.Arbitrary<RowWhere> = tree
  .filter((node) => node.kind === 'trait' && referencesOf(node.operand).length === 0)
  .map((node) => {
    if (node.kind !== 'trait') throw new Error('It was filtered')
    const { trait, operator, operand, ignoreCase } = node
    return { kind: 'column', column: trait, operator, operand, ignoreCase }
  })

const rowsAsk = fc.oneof(
  fc.constant('all' as const),
  countComparison.filter(({ operand }) => referencesOf(operand).length === 0),
)

function row(nested: readonly string[]): fc.Arbitrary<RowWhere> {
  const leaf = nested.length === 0 ? column : fc.oneof(column, related(nested, []))
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: leaf.map((of): RowWhere => ({ kind: 'not', of })) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('all', 'any'),
        of: fc.array(leaf, { minLength: 1, maxLength: 3 }),
      }),
    },
  )
}

const related = (
  relations: readonly string[],
  nested: readonly string[],
): fc.Arbitrary<RelatedCondition> =>
  fc.record({
    kind: fc.constant('related'),
    relation: fc.constantFrom(...relations),
    where: fc.option<RowWhere | null>(row(nested)),
    asks: rowsAsk,
  })

const relatedCondition = fc.oneof(related(['bought', 'alike'], []), related(['bought'], ['items']))

/** Columns of which some hold truth and some something else. */
export const CONSENT = {
  advertising: 'active',
  mail: 'plan',
  calls: 'orders',
  post: 'note',
} as const

const consent: fc.Arbitrary<Condition> = fc
  .constantFrom(...Object.keys(CONSENT))
  .map((purpose) => ({ kind: 'consent', purpose }))

/** Compares a number with the account's, so that often one of two accounts of a person is so and the other is not. */
const thanAccount = fc
  .record({
    operator: fc.constantFrom('gt' as const, 'lte' as const),
    trait: fc.constantFrom('orders', 'revenue', 'price'),
  })
  .map(({ operator, trait }) => ({
    operator,
    operand: { kind: 'number' as const, value: { trait } },
    ignoreCase: false,
  }))

/** Events that are compared with the account, each by itself or by their number. */
const didThanAccount: fc.Arbitrary<Condition> = fc.record({
  kind: fc.constant('did'),
  events: fc.record({
    names: fc.constant(null),
    where: fc.oneof(
      thanAccount.map((one) => ({ kind: 'property' as const, name: 'revenue', ...one })),
      fc.constant(null),
    ),
    sources: fc.constant(null),
  }),
  windows: fc.constant([]),
  measure: fc.constant({ kind: 'count' as const }),
  comparison: fc.oneof(thanAccount, countComparison),
})

/** A tree over accounts and their users. */
function account(names: readonly AudienceName[], events: boolean): fc.Arbitrary<Condition> {
  const leaf = fc.oneof(
    { weight: 4, arbitrary: tree },
    { weight: 1, arbitrary: top(names, events) },
    { weight: 1, arbitrary: relatedCondition },
    { weight: 1, arbitrary: consent },
    ...(events
      ? [
          { weight: 3, arbitrary: eventTree },
          { weight: 3, arbitrary: didThanAccount },
        ]
      : []),
    ...(names.length === 0 ? [] : [{ weight: 2, arbitrary: memberOf(names) }]),
  )
  const several = fc.record({
    kind: fc.constantFrom('all', 'any'),
    of: fc.array(leaf, { minLength: 2, maxLength: 3 }),
  })
  return fc.record({
    kind: fc.constant('account'),
    of: fc.oneof(
      leaf,
      leaf.map((of): Condition => ({ kind: 'not', of })),
      several,
    ),
    users: fc.constantFrom(...USERS),
  })
}

/** Trees over the audiences with these names, beside what people are and, where it is known, did. */
export function setTree(names: readonly AudienceName[], events: boolean): fc.Arbitrary<Condition> {
  const leaves = [
    { weight: 2, arbitrary: tree },
    { weight: 3, arbitrary: top(names, events) },
    { weight: 4, arbitrary: relatedCondition },
    { weight: 1, arbitrary: consent },
    { weight: 4, arbitrary: account(names, events) },
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
