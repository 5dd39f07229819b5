import fc from 'fast-check'
import type { Condition } from '../../src/core/audience/condition.ts'
import type { Operand, OperandKind, Value } from '../../src/core/audience/operand-shape.ts'
import { OPERATOR_NAMES, OPERATORS, type OperatorName } from '../../src/core/audience/operator.ts'
import type { Setting } from './evaluator.ts'
import { COLUMNS, day, HOSTILE, text, timeText, version, word } from './people.ts'

const COLUMN_NAMES = Object.keys(COLUMNS)
const PATHS = [
  'address.city',
  'address.size',
  'address.open',
  'data.city',
  'data.size',
  'data.ci/ty',
  'data.ci~ty',
  'note.none',
]
const TIMES = ['born', 'seen', 'updated', 'moment']
const NUMBERS = ['orders', 'revenue', 'price', 'amount', 'address.size', 'data.size', 'note']
// Lists, structs and times have no text that is the same in every engine.
const SCALARS = [
  'plan',
  'note',
  'we\'ird "col"; --',
  'amount',
  'orders',
  'revenue',
  'price',
  'active',
  'born',
  'moment',
  'version',
  'data.city',
  ...PATHS.slice(0, 3),
]

const from = (names: readonly string[]) => fc.constantFrom(...names)

const TRAITS: Readonly<Record<(typeof OPERATORS)[OperatorName]['family'], readonly string[]>> = {
  presence: [...COLUMN_NAMES, ...PATHS],
  equality: SCALARS,
  text: SCALARS,
  number: [...NUMBERS, 'active', 'born', 'plan'],
  truth: ['active', 'plan', 'note', 'orders', 'amount', 'address.open'],
  list: ['tags', 'data', 'plan', 'orders', 'address'],
  time: [...TIMES, 'plan', 'orders'],
  version: ['version', 'amount', 'orders', 'plan'],
}

const reference = (names: readonly string[]) => from(names).map((trait) => ({ trait }))
const number = fc.oneof(
  fc.integer({ min: -10, max: 110 }),
  fc.constantFrom(0.1, 0.3, 1.5, 99.95, 1000, 0.01),
)
const value: fc.Arbitrary<Value> = fc.oneof(
  text,
  number,
  fc.boolean(),
  reference(SCALARS),
  fc.constantFrom('a,b', "it's"),
)
const figure = fc.oneof(number, reference(NUMBERS))
const phrase = fc.oneof(
  text,
  fc.constantFrom('r', 'S', 'ß', 'a', '%', '_', '\\', "'"),
  reference(SCALARS),
)
export const duration = fc.oneof(
  fc.constantFrom('30d', '7d', '24h', '90m', '1w', '6mo', '1y', '2y'),
  fc.nat({ max: 800 }).map((days) => `${days}d`),
)
const someWord = fc.oneof(word, fc.constantFrom(...HOSTILE))

const likePattern = fc
  .array(
    fc.oneof(
      fc.constantFrom('%', '_', '\\%', '\\_', '\\\\', 'r', 'P', 'o', 'ä', "'"),
      someWord.map((letters) => letters.replaceAll('\\', '')),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''))

const regex = fc.constantFrom(
  '^pro$',
  'o',
  '[a-z]+',
  '^\\d+$',
  'a|b',
  '^.$',
  '\\.',
  "'",
  '(?:te|fr)[ae]',
  '\\p{Lu}',
  '^$',
  'x{2,3}',
  'ß',
  '\\w\\s\\w',
)

export const OPERANDS: {
  readonly [K in OperandKind]: fc.Arbitrary<Extract<Operand, { kind: K }>>
} = {
  none: fc.constant({ kind: 'none' }),
  flag: fc.record({ kind: fc.constant('flag'), flag: fc.boolean() }),
  any: fc.record({ kind: fc.constant('any'), value }),
  many: fc.record({
    kind: fc.constant('many'),
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
  }),
  text: fc.record({ kind: fc.constant('text'), value: phrase }),
  texts: fc.record({
    kind: fc.constant('texts'),
    values: fc.array(phrase, { minLength: 1, maxLength: 3 }),
  }),
  like: fc.record({ kind: fc.constant('like'), pattern: likePattern }),
  pattern: fc.record({ kind: fc.constant('pattern'), pattern: regex }),
  number: fc.record({ kind: fc.constant('number'), value: figure }),
  range: fc
    .tuple(figure, figure)
    .filter(([a, b]) => typeof a !== 'number' || typeof b !== 'number' || a <= b)
    .map(([a, b]) => ({ kind: 'range', from: a, to: b })),
  version: fc.record({ kind: fc.constant('version'), version }),
  moment: fc.record({ kind: fc.constant('moment'), moment: fc.oneof(timeText, reference(TIMES)) }),
  moments: fc.tuple(day, timeText).map(([a, b]) => ({ kind: 'moments', from: a, to: b })),
  duration: fc.record({ kind: fc.constant('duration'), duration }),
  durations: fc
    .tuple(fc.nat(200), fc.integer({ min: 1, max: 500 }))
    .map(([near, more]) => ({ kind: 'durations', near: `${near}d`, far: `${near + more}d` })),
  calendar: fc.record({
    kind: fc.constant('calendar'),
    unit: fc.constantFrom('day', 'week', 'month', 'quarter', 'year'),
  }),
}

function traitCondition(operator: OperatorName): fc.Arbitrary<Condition> {
  const { family, operand, text: textual } = OPERATORS[operator]
  return fc.record({
    kind: fc.constant('trait'),
    trait: from(TRAITS[family]),
    operator: fc.constant(operator),
    operand: OPERANDS[operand] as fc.Arbitrary<Operand>,
    ignoreCase: textual ? fc.boolean() : fc.constant(false),
  })
}

export const LISTS = { 'vip.csv': ['k1', 'k3', 'k17', "k'", 'nobody'] } as const

const SQL = { 'model.orders > 10': 10, 'model.orders > 30 -- few': 30 } as const

/** What the `sql` conditions mean. */
export const meaningOfSql: Setting['sql'] = Object.fromEntries(
  Object.entries(SQL).map(([written, limit]) => [
    written,
    ({ orders }) => (typeof orders === 'number' ? orders > limit : null),
  ]),
)

const leaf: fc.Arbitrary<Condition> = fc.oneof<fc.MaybeWeightedArbitrary<Condition>[]>(
  { weight: 12, arbitrary: fc.constantFrom(...OPERATOR_NAMES).chain(traitCondition) },
  { weight: 1, arbitrary: fc.constant<Condition>({ kind: 'everyone' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('has'),
      identifier: from(['plan', 'note', 'tags', 'orders', 'address.city']),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('list'), path: fc.constant('vip.csv') }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('sql'), sql: fc.constantFrom(...Object.keys(SQL)) }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        text.filter((salt) => salt !== ''),
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 1, max: 100 }),
      )
      .map(([salt, low, width]) => ({
        kind: 'sample',
        salt,
        from: low / 100,
        to: Math.min(1, (low + width) / 100),
      })),
  },
)

/** Trees of every condition and every operator, a few levels deep. */
export const tree: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
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
