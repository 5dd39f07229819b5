import fc from 'fast-check'
import type { Comparison } from '../../src/core/audience/comparison.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import {
  AGGREGATE_NAMES,
  AGGREGATES,
  type AggregateName,
} from '../../src/core/audience/event/aggregate.ts'
import {
  RELATIVE_OPERATORS,
  type AggregateMeasure,
  type EventCondition,
  type Measure,
  type SequenceStep,
} from '../../src/core/audience/event/event-condition.ts'
import type { EventSelection, EventWhere } from '../../src/core/audience/event/selection.ts'
import {
  WINDOW_OPERATORS,
  WINDOW_WORDS,
  type Window,
  type WindowOperand,
  type WindowWord,
} from '../../src/core/audience/event/window.ts'
import type { Operand, Reference } from '../../src/core/audience/operand-shape.ts'
import { OPERATOR_NAMES, OPERATORS, type OperatorName } from '../../src/core/audience/operator.ts'
import { NAMES, SOURCES } from './happenings.ts'
import { OPERANDS, tree } from './trees.ts'

type Family = (typeof OPERATORS)[OperatorName]['family']

const SCALARS = ['amount', 'revenue', 'qty', 'sku', 'note', 'gift', 'app', 'coupon', 'cart.city']
const ALL = [...SCALARS, 'due', 'tags', 'cart', 'cart.size', 'nothing']

/** Lists and structs have no text that is the same in every engine. */
const BY_FAMILY: Readonly<Record<Family, readonly string[]>> = {
  presence: ALL,
  equality: SCALARS,
  text: SCALARS,
  number: ['revenue', 'amount', 'qty', 'cart.size', 'sku', 'coupon'],
  truth: ['gift', 'sku', 'qty', 'coupon'],
  list: ['tags', 'sku', 'revenue'],
  time: ['due', 'sku', 'qty'],
  version: ['app', 'sku'],
}

const from = (names: readonly string[]) => fc.constantFrom(...names)

/** References to traits become references to properties, some of them. */
function withProperties(operand: Operand, family: Family, pick: number): Operand {
  const property = BY_FAMILY[family][pick % BY_FAMILY[family].length] ?? 'sku'
  const change = <T>(value: T | Reference): T | Reference =>
    typeof value === 'object' && pick % 3 > 0 ? { property } : value
  if (operand.kind === 'any') return { ...operand, value: change(operand.value) }
  if (operand.kind === 'text') return { ...operand, value: change(operand.value) }
  if (operand.kind === 'number') return { ...operand, value: change(operand.value) }
  if (operand.kind === 'moment') return { ...operand, moment: change(operand.moment) }
  return operand
}

function comparison(operators: readonly OperatorName[]): fc.Arbitrary<Comparison> {
  return fc.constantFrom(...operators).chain((operator) => {
    const { operand, text: textual, family } = OPERATORS[operator]
    return fc.record({
      operator: fc.constant(operator),
      operand: fc
        .tuple(OPERANDS[operand] as fc.Arbitrary<Operand>, fc.nat(100))
        .map(([made, pick]) => withProperties(made, family, pick)),
      ignoreCase: textual ? fc.boolean() : fc.constant(false),
    })
  })
}

const leaf: fc.Arbitrary<EventWhere> = comparison(OPERATOR_NAMES).chain((compared) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: from(BY_FAMILY[OPERATORS[compared.operator].family]).map((name): EventWhere => ({
        kind: 'property',
        name,
        ...compared,
      })),
    },
    {
      weight: 1,
      arbitrary: fc.constant<EventWhere>({ kind: 'context', name: 'page.city', ...compared }),
    },
  ),
)

const where: fc.Arbitrary<EventWhere> = fc.letrec<{ where: EventWhere }>((tie) => ({
  where: fc.oneof(
    { maxDepth: 2 },
    { weight: 5, arbitrary: leaf },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not'), of: tie('where') }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('all', 'any'),
        of: fc.array(tie('where'), { minLength: 1, maxLength: 3 }),
      }),
    },
  ),
})).where

export const selection: fc.Arbitrary<EventSelection> = fc.record({
  names: fc.oneof(
    fc.constantFrom<(readonly string[] | null)[]>(null, ['Order Completed'], ['Play'], ['Nothing']),
    fc.subarray([...NAMES, 'Nothing'], { minLength: 1 }),
  ),
  where: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: where }),
  sources: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('include', 'exclude'),
        of: fc.subarray([...SOURCES], { minLength: 1 }),
      }),
    },
  ),
})

export const shortDuration = fc.constantFrom('1d', '7d', '30d', '14d', '36h', '90m', '2w', '1y')

function window(word: WindowWord): fc.Arbitrary<Window> {
  const { operand } = OPERATORS[WINDOW_OPERATORS[word]]
  if (word !== 'within') {
    return fc.record({
      word: fc.constant(word),
      operand: OPERANDS[operand] as fc.Arbitrary<WindowOperand>,
      from: fc.constant(null),
    })
  }
  return fc.record({
    word: fc.constant(word),
    operand: shortDuration.map((duration): WindowOperand => ({ kind: 'duration', duration })),
    from: fc.oneof<fc.MaybeWeightedArbitrary<Window['from']>[]>(
      { weight: 6, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constant('first_seen') },
      {
        weight: 1,
        arbitrary: from(['seen', 'born', 'updated', 'moment']).map((trait) => ({ trait })),
      },
    ),
  })
}

export const windows: fc.Arbitrary<readonly Window[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  {
    weight: 3,
    arbitrary: fc
      .uniqueArray(fc.constantFrom(...WINDOW_WORDS, 'within' as const), {
        minLength: 1,
        maxLength: 2,
      })
      // In the order in which they are read back.
      .map((words) => WINDOW_WORDS.filter((known) => words.includes(known)))
      .chain((words) => fc.tuple(...words.map(window))),
  },
)

/** A comparison of a count: the numbers are small, so that either answer comes up. */
export const countComparison: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    operator: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    operand: fc.record({
      kind: fc.constant('number'),
      value: fc.oneof(fc.nat(4), fc.constantFrom({ trait: 'orders' }, { trait: 'amount' })),
    }),
    ignoreCase: fc.constant(false),
  }),
  fc.record({
    operator: fc.constantFrom('eq', 'ne'),
    operand: fc.record({ kind: fc.constant('any'), value: fc.nat(3) }),
    ignoreCase: fc.constant(false),
  }),
  fc.record({
    operator: fc.constantFrom('in', 'not_in'),
    operand: fc.record({
      kind: fc.constant('many'),
      values: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
    }),
    ignoreCase: fc.constant(false),
  }),
  fc.record({
    operator: fc.constantFrom('between', 'not_between'),
    operand: fc.tuple(fc.nat(2), fc.nat(3)).map(([low, more]) => ({
      kind: 'range' as const,
      from: low,
      to: low + more,
    })),
    ignoreCase: fc.constant(false),
  }),
)

const figureComparison: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    operator: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    operand: fc.record({
      kind: fc.constant('number'),
      value: fc.oneof(fc.integer({ min: -5, max: 120 }), fc.constant({ trait: 'revenue' })),
    }),
    ignoreCase: fc.constant(false),
  }),
  fc.record({
    operator: fc.constant('exists'),
    operand: fc.record({ kind: fc.constant('flag'), flag: fc.boolean() }),
    ignoreCase: fc.constant(false),
  }),
)

const comparisonOf = (...families: readonly Family[]): fc.Arbitrary<Comparison> =>
  fc
    .constantFrom(...OPERATOR_NAMES.filter((name) => families.includes(OPERATORS[name].family)))
    .chain((operator) => {
      const { operand, text: textual } = OPERATORS[operator]
      return fc.record({
        operator: fc.constant(operator),
        operand: OPERANDS[operand] as fc.Arbitrary<Operand>,
        ignoreCase: textual ? fc.boolean() : fc.constant(false),
      })
    })

const anyComparison = comparisonOf('presence', 'equality', 'text', 'number', 'time', 'version')
const listComparison = comparisonOf('list', 'presence')

/** An aggregate over one of these properties, or over the context. */
export const aggregated = (
  aggregate: AggregateName,
  properties: readonly string[],
): fc.Arbitrary<AggregateMeasure> =>
  fc
    .record({
      name: from(properties),
      isContext: fc.nat(9).map((pick) => pick === 0),
      atLeast: fc.option(fc.integer({ min: 1, max: 3 })),
    })
    .map(({ name, isContext, atLeast }) => ({
      kind: 'aggregate',
      aggregate,
      of: isContext ? 'context' : 'property',
      name: isContext ? 'page.city' : name,
      ...(aggregate === 'most_frequent' && atLeast !== null ? { atLeast } : {}),
    }))

export const measured: fc.Arbitrary<readonly [Measure, Comparison]> = fc.oneof<
  fc.MaybeWeightedArbitrary<readonly [Measure, Comparison]>[]
>(
  { weight: 3, arbitrary: fc.tuple(fc.constant<Measure>({ kind: 'count' }), countComparison) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom('day', 'week', 'month').map((unit): Measure => ({ kind: 'active', unit })),
      countComparison,
    ),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom(...AGGREGATE_NAMES).chain((aggregate) => {
      const { gives } = AGGREGATES[aggregate]
      const isNumber = gives === 'number' && aggregate !== 'distinct'
      const figures = aggregate === 'distinct' ? countComparison : figureComparison
      return fc.tuple(
        aggregated(aggregate, isNumber ? BY_FAMILY.number : SCALARS),
        { number: figures, text: anyComparison, list: listComparison }[gives],
      )
    }),
  },
)

const did: fc.Arbitrary<EventCondition> = fc
  .tuple(selection, windows, measured)
  .map(([events, within, [measure, compared]]) => ({
    kind: 'did',
    events,
    windows: within,
    measure,
    comparison: compared,
  }))

const relative: fc.Arbitrary<EventCondition> = fc
  .record({ events: selection, windows, operator: fc.constantFrom(...RELATIVE_OPERATORS) })
  .chain((one) =>
    fc.record({
      kind: fc.constant('relative'),
      events: fc.constant(one.events),
      windows: fc.constant(one.windows),
      operator: fc.constant(one.operator),
      other: fc.record({
        events: selection,
        // Without windows of its own it has those of the first.
        windows: windows.map((own) => (own.length === 0 ? one.windows : own)),
      }),
    }),
  )

const regular: fc.Arbitrary<EventCondition> = fc.record({
  kind: fc.constant('regular'),
  events: selection,
  windows,
  comparison: countComparison,
  per: fc.constantFrom('day', 'week', 'month', 'quarter', 'year'),
  periods: countComparison,
  of: fc.integer({ min: 1, max: 6 }),
})

const nth: fc.Arbitrary<EventCondition> = fc.record({
  kind: fc.constant('nth'),
  events: selection,
  windows,
  comparison: countComparison,
})

const stopped: fc.Arbitrary<EventCondition> = fc.record({
  kind: fc.constant('stopped'),
  events: selection,
  within: fc.constantFrom('1d', '3d', '7d', '36h'),
  hadWithin: fc.constantFrom('8d', '30d', '1y'),
})

const resumed: fc.Arbitrary<EventCondition> = fc.record({
  kind: fc.constant('resumed'),
  events: selection,
  within: shortDuration,
  afterPause: shortDuration,
})

const newWithin: fc.Arbitrary<EventCondition> = fc.record({
  kind: fc.constant('new_within'),
  within: shortDuration,
})

/** References to earlier steps in place of some of what is written out. */
function withSteps(own: EventWhere, steps: readonly number[], pick: number): EventWhere {
  const step = steps[pick % Math.max(1, steps.length)]
  if (own.kind === 'all' || own.kind === 'any')
    return { ...own, of: own.of.map((child, index) => withSteps(child, steps, pick + index)) }
  if (own.kind === 'not') return { ...own, of: withSteps(own.of, steps, pick) }
  if (step === undefined || pick % 4 === 0) return own
  const { operand, operator } = own
  const names = BY_FAMILY[OPERATORS[operator].family]
  const property = names[pick % names.length] ?? 'sku'
  const value = { step, property }
  if (operand.kind === 'any' || operand.kind === 'text' || operand.kind === 'number')
    return { ...own, operand: { ...operand, value } }
  if (operand.kind === 'moment') return { ...own, operand: { ...operand, moment: value } }
  return own
}

/** Many steps want what an earlier one had. */
const sameAs = (step: number, property: string): EventWhere => ({
  kind: 'property',
  name: property,
  operator: 'eq',
  operand: { kind: 'any', value: { step, property } },
  ignoreCase: false,
})

/** Mostly of few words, so that several steps are reached. */
const stepSelection: fc.Arbitrary<EventSelection> = fc.oneof(
  { weight: 1, arbitrary: selection },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<(readonly string[] | null)[]>(null, ['Order Completed'], ['Play'], ['Skip'])
      .map((names) => ({ names, where: null, sources: null })),
  },
)

const step = fc.record({
  negated: fc.constantFrom(true, false, false),
  events: stepSelection,
  within: fc.oneof(fc.constant(null), shortDuration),
})

const sequence: fc.Arbitrary<EventCondition> = fc
  .record({
    steps: fc.array(step, { minLength: 2, maxLength: 4 }),
    picks: fc.array(fc.nat(40), { minLength: 4, maxLength: 4 }),
    started: fc.oneof(windows, fc.constant([])),
    anchor: fc.constantFrom('any', 'first', 'last'),
  })
  .map(({ steps, picks, started, anchor }) => ({
    kind: 'sequence',
    steps: steps.map((one, index): SequenceStep => {
      if (index === 0) return { ...one, negated: false, within: null }
      const earlier = steps.flatMap(({ negated }, place) =>
        place < index && (place === 0 || !negated) ? [place + 1] : [],
      )
      const pick = picks[index] ?? 0
      const { where: own } = one.events
      const whole =
        own === null && pick % 3 > 0
          ? sameAs(earlier[pick % earlier.length] ?? 1, pick % 2 === 0 ? 'gift' : 'sku')
          : own && withSteps(own, earlier, pick)
      return { ...one, events: { ...one.events, where: whole } }
    }),
    started,
    anchor,
  }))

/** A condition over events, of any kind. */
export const eventCondition: fc.Arbitrary<EventCondition> = fc.oneof(
  { weight: 6, arbitrary: did },
  { weight: 3, arbitrary: sequence },
  ...[relative, regular, nth, stopped, resumed, newWithin].map((arbitrary) => ({
    weight: 1,
    arbitrary,
  })),
)

/** Trees over what people are and what they did. */
export const eventTree: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    { weight: 6, arbitrary: eventCondition },
    { weight: 1, arbitrary: tree },
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
