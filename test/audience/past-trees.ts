import fc from 'fast-check'
import { referencesOf } from '../../src/core/audience/comparison.ts'
import type { TraitHistory } from '../../src/core/audience/audience.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import type { Window } from '../../src/core/audience/event/window.ts'
import type { Lasting, PastCondition } from '../../src/core/audience/past/past-condition.ts'
import { literal, quoted } from './duckdb-people.ts'
import { windows } from './event-trees.ts'
import type { Person } from './evaluator.ts'
import { moment } from './happenings.ts'
import { brokenTime, COLUMNS, maybe } from './people.ts'
import type { Said } from './past-meaning.ts'
import type { Cell } from './comparison-meaning.ts'
import { asText } from './comparison-meaning.ts'
import { tree } from './trees.ts'

/** Traits that some rows of the history are about. Times and decimals have another text there than in their column. */
const TOLD = ['plan', 'note', 'amount', 'orders', 'revenue', 'active', 'version'] as const
const ALSO_TOLD = ['moment', 'tags', 'address'] as const

/** As a history may be stored: values as JSON or as text, times as times or as text. */
const FORMS = [
  { value: 'JSON', since: 'TIMESTAMP' },
  { value: 'VARCHAR', since: 'TIMESTAMPTZ' },
  { value: 'JSON', since: 'VARCHAR' },
] as const

export const HISTORY: TraitHistory = {
  relation: { kind: 'select', sql: 'select * from told -- all' },
  person: 'who',
  trait: 'of trait',
  value: 'said',
  time: 'at time',
}

interface Row extends Said {
  readonly person: string | null
}

export interface PastWorld {
  readonly byPerson: ReadonlyMap<string, readonly Said[]>
  readonly create: readonly string[]
}

const COPIES = [1, 1, 1, 1, 2] as const

/** What one person's trait was: any values at any times, the last of them mostly the one that it has now. */
const said = (person: Person, name: keyof typeof COLUMNS): fc.Arbitrary<readonly Row[]> =>
  fc
    .array(
      fc.record({
        at: moment,
        value: maybe(COLUMNS[name].cell),
        copies: fc.constantFrom(...COPIES),
        broken: fc.option(brokenTime, { freq: 20 }),
      }),
      { maxLength: 6 },
    )
    .chain((rows) => fc.tuple(fc.constant(rows), fc.nat(4), fc.boolean()))
    .map(([rows, pick, isRepeated]) => {
      const sorted = rows.toSorted((a, b) => a.at - b.at)
      return sorted.flatMap(({ at, value, copies, broken }, index) => {
        const isLast = index >= sorted.length - (isRepeated ? 2 : 1)
        const now = isLast && pick > 0 ? (person[name] ?? null) : value
        const row: Row = {
          person: asText(person['id'] ?? null),
          trait: name,
          value: now,
          since: broken ?? { time: at },
        }
        return Array.from({ length: copies }, () => row)
      })
    })

function jsonText(cell: Cell): string | null {
  if (cell === null) return null
  return JSON.stringify(typeof cell === 'object' && 'fields' in cell ? cell.fields : cell)
}

const plainText = (cell: Cell): string | null =>
  typeof cell === 'object' ? jsonText(cell) : asText(cell)

function sinceSql(since: Cell, type: (typeof FORMS)[number]['since']): string {
  // A broken time is text, which no column of times can hold.
  if (typeof since === 'string') return type === 'VARCHAR' ? quoted(since) : 'null'
  if (type !== 'VARCHAR')
    return type === 'TIMESTAMPTZ' ? `timezone('UTC', ${literal(since)})` : literal(since)
  return since !== null && typeof since === 'object' && 'time' in since
    ? quoted(new Date(since.time).toISOString())
    : 'null'
}

/** What was said of a crowd. */
export const pastWorld = (crowd: readonly Person[], form: number): fc.Arbitrary<PastWorld> =>
  fc
    .tuple(...crowd.flatMap((person) => [...TOLD, ...ALSO_TOLD].map((name) => said(person, name))))
    .chain((lists) => fc.shuffledSubarray(lists.flat(), { minLength: lists.flat().length }))
    .map((rows) => {
      const types = FORMS[form % FORMS.length] ?? FORMS[0]
      const texts = types.value === 'JSON' ? jsonText : plainText
      const values = rows.map(
        ({ person, trait, value, since }) =>
          `(${literal(person)}, ${quoted(trait)}, ${literal(texts(value))}, ${sinceSql(since, types.since)})`,
      )
      return {
        byPerson: Map.groupBy(rows, ({ person }) => person ?? ''),
        create: [
          `create table told (who VARCHAR, "of trait" VARCHAR, said ${types.value}, "at time" ${types.since})`,
          `insert into told values ${values.join(', ')}`,
        ],
      }
    })

const ALL: readonly string[] = [...TOLD, ...ALSO_TOLD, 'address.city', 'address.size', 'data']

/** Several comparisons of one trait with written values. */
const compared = fc
  .tuple(
    tree.filter(
      (node) =>
        node.kind === 'trait' &&
        referencesOf(node.operand).length === 0 &&
        ALL.includes(node.trait),
    ),
    fc.option(fc.boolean(), { freq: 4 }),
  )
  .map(([node, known]) => {
    if (node.kind !== 'trait') throw new Error('It was filtered')
    const { trait, operator, operand, ignoreCase } = node
    const exists = { kind: 'flag', flag: known ?? true } as const
    const further = { operator: 'exists', operand: exists, ignoreCase: false } as const
    const first = { operator, operand, ignoreCase }
    return {
      trait,
      comparisons: known === null || operator === 'exists' ? [first] : [first, further],
    }
  })

const length = fc.constantFrom('0d', '1d', '3d', '7d', '10d', '30d', '36h', '1y')

const lasting: fc.Arbitrary<Lasting> = fc.oneof(
  fc.record({ operator: fc.constantFrom('gt', 'gte', 'lt', 'lte'), duration: length }),
  fc.constantFrom<Lasting[]>(
    { operator: 'between', from: '0d', to: '7d' },
    { operator: 'between', from: '3d', to: '20d' },
  ),
)

const isOfPast = ({ from, operand }: Window): boolean =>
  from === null && referencesOf(operand).length === 0

/** A condition over the past of a trait, of either kind. */
export const pastCondition: fc.Arbitrary<PastCondition> = compared.chain((past) =>
  fc.oneof(
    fc
      .uniqueArray(lasting, {
        minLength: 1,
        maxLength: 2,
        selector: ({ operator }) => operator,
      })
      // In the order in which they are read back.
      .map((several) =>
        several.toSorted((a, b) => ORDER.indexOf(a.operator) - ORDER.indexOf(b.operator)),
      )
      .map((several): PastCondition => ({ kind: 'held_for', ...past, lasting: several })),
    windows
      .filter((some) => some.every(isOfPast))
      .map((some): PastCondition => ({ kind: 'ever', ...past, windows: some })),
  ),
)

const ORDER = ['gt', 'gte', 'lt', 'lte', 'between']

/** Trees over what people are and were. */
export const pastTree: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    { weight: 8, arbitrary: pastCondition },
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
