import fc from 'fast-check'
import type { Columns } from '../../src/core/audience/audience.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import type { Cell } from './comparison-meaning.ts'
import type { Person } from './evaluator.ts'

/** Moments on both sides of midnight and of changes of the clock, in the zones under test. */
const EDGES = [
  '2026-03-28T23:00:00Z',
  '2026-03-29T01:30:00Z',
  '2026-04-23T22:00:00Z',
  '2026-10-25T00:30:00Z',
  '2026-10-24T21:59:59Z',
  '2026-01-01T00:00:00Z',
  '2025-12-31T23:30:00Z',
  '2026-01-01T05:00:00Z',
  '2025-12-31T18:30:00Z',
  '2024-02-29T12:00:00Z',
  '2026-06-30T22:00:00Z',
  '2026-07-01T00:00:00Z',
].map((text) => Date.parse(text))

export const NOW = Date.parse('2026-07-01T02:15:30.500Z')

/** Lengths that the generated trees ask for, so that values stand on the very ends of windows. */
const SPANS = [0, -30, -7, -1, -7 * 52, 30, 7, 1].map((days) => days * 86_400_000)

export const time = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.constantFrom(0, 1, -1).chain((ms) => fc.constantFrom(...SPANS).map((span) => NOW + span + ms)),
  fc.integer({ min: -24 * 40, max: 24 * 40 }).map((hours) => NOW + hours * 3_600_000),
  fc.integer({ min: Date.parse('2023-01-01'), max: Date.parse('2028-01-01') }),
)

export const day = time.map((ms) => new Date(ms).toISOString().slice(0, 10))

export const HOSTILE = [
  '',
  ' ',
  "o'brien",
  '"; drop table people; --',
  "x' or '1'='1",
  '$p1',
  '100%',
  'a_b',
  'back\\slash',
  'STRASSE',
  'straße',
  'Ärger',
  'ärger',
  'ΣΊΣΥΦΟΣ',
  'line\nbreak',
  '😀 smile',
  'e\u0301',
  'é',
  'null',
  'NaN',
  'İstanbul',
] as const

export const numberText = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '1',
    '01',
    '1.0',
    '1.50',
    ' 7 ',
    '.5',
    '5.',
    '+3',
    '1e3',
    '1E-2',
    '1e999',
    'inf',
    '1_000',
    '0x10',
    '12abc',
    '1,5',
    '٣',
  ),
  fc.integer({ min: -20, max: 120 }).map(String),
)

export const word = fc.constantFrom(
  'pro',
  'Pro',
  'PRO',
  'team',
  'free',
  'yes',
  'no',
  'TRUE',
  'off',
  '1',
  '0',
)

export const text: fc.Arbitrary<string> = fc.oneof(word, fc.constantFrom(...HOSTILE), numberText)

export const timeText = fc.oneof(
  day,
  time.map((ms) => new Date(ms).toISOString()),
  time.map((ms) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')),
  time.map((ms) => new Date(ms).toISOString().slice(0, 16)),
  time.map((ms) => `${new Date(ms).toISOString().slice(0, 16)}Z`),
  time.map((ms) => `${new Date(ms).toISOString().slice(0, 19)}+05:30`),
  time.map((ms) => `${new Date(ms).toISOString().slice(0, 19)}-0800`),
  time.map((ms) => `${new Date(ms).toISOString().slice(0, 19)}+02`),
  time.map((ms) => `${new Date(ms).toISOString().slice(0, 19)}.123456789Z`),
)

export const brokenTime = fc.constantFrom(
  '2026-02-30',
  '2026-13-01',
  '2026-01-01T24:00:00',
  '1.1.2026',
  'today',
  '2026-1-1',
)

export const version = fc.oneof(
  fc.constantFrom(
    '1.2.3',
    'v1.2.3',
    '1.2',
    '1',
    '01.002.3',
    '1.10.0',
    '1.9.0',
    '2.0.0-alpha',
    '2.0.0-alpha.1',
    '2.0.0-alpha.beta',
    '2.0.0-2',
    '2.0.0-10',
    '2.0.0',
    '2.0.0+build.7',
    '2.0.0-rc-1',
    '1.12345678901.0',
  ),
  fc.tuple(fc.nat(11), fc.nat(11), fc.nat(11)).map((parts) => parts.join('.')),
)

const item = fc.oneof(word, fc.constantFrom("it's", '7', '7.0', 'a,b', '"q"'))

const json = fc.oneof(
  fc
    .record({ city: word, size: fc.nat(9), open: fc.boolean() }, { requiredKeys: [] })
    .map((value) => JSON.stringify(value)),
  fc
    .array(fc.oneof(item, fc.constant(null)), { maxLength: 3 })
    .map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '{broken',
    'plain',
    '{"city":null}',
    '{"ci/ty":"slash","ci~ty":"tilde"}',
    '"text"',
    '7',
  ),
)

export const maybe = (of: fc.Arbitrary<Cell>): fc.Arbitrary<Cell> =>
  fc.oneof({ weight: 4, arbitrary: of }, { weight: 1, arbitrary: fc.constant(null) })

/** Every column of the table of people: its type in DuckDB and what may stand in it. */
export const COLUMNS = {
  plan: { type: 'VARCHAR', cell: maybe(word) },
  note: { type: 'VARCHAR', cell: maybe(text) },
  'we\'ird "col"; --': { type: 'VARCHAR', cell: maybe(text) },
  amount: { type: 'VARCHAR', cell: maybe(numberText) },
  orders: { type: 'BIGINT', cell: maybe(fc.integer({ min: -5, max: 60 })) },
  revenue: {
    type: 'DOUBLE',
    cell: maybe(
      fc.oneof(
        fc.integer({ min: -10, max: 100 }),
        fc.constantFrom(0.1, 0.30000000000000004, 1.5, 99.95),
      ),
    ),
  },
  price: {
    type: 'DECIMAL(10,2)',
    cell: maybe(fc.integer({ min: -200, max: 9999 }).map((cents) => cents / 100)),
  },
  active: { type: 'BOOLEAN', cell: maybe(fc.boolean()) },
  born: { type: 'DATE', cell: maybe(day.map((value) => ({ day: value }))) },
  seen: { type: 'TIMESTAMP', cell: maybe(time.map((ms) => ({ time: ms }))) },
  updated: { type: 'TIMESTAMPTZ', cell: maybe(time.map((ms) => ({ time: ms }))) },
  moment: { type: 'VARCHAR', cell: maybe(fc.oneof(timeText, brokenTime)) },
  version: { type: 'VARCHAR', cell: maybe(fc.oneof(version, word)) },
  tags: {
    type: 'VARCHAR[]',
    cell: maybe(fc.array(fc.oneof(item, fc.constant(null), fc.constant('')), { maxLength: 3 })),
  },
  data: { type: 'VARCHAR', cell: maybe(json) },
  address: {
    type: 'STRUCT(city VARCHAR, size INTEGER, open BOOLEAN)',
    cell: maybe(
      fc
        .record({
          city: fc.option(word),
          size: fc.option(fc.nat(9)),
          open: fc.option(fc.boolean()),
        })
        .map((fields) => ({ fields })),
    ),
  },
} as const satisfies Record<string, { readonly type: string; readonly cell: fc.Arbitrary<Cell> }>

/** The kinds of the columns, as the engine describes them. */
export const KINDS: Columns = new Map([
  ['id', 'text'],
  ...Object.entries(COLUMNS).map(
    ([name, { type }]) =>
      [
        name,
        duckdb.columnKind(type === 'TIMESTAMPTZ' ? 'TIMESTAMP WITH TIME ZONE' : type),
      ] as const,
  ),
])

const cells = fc.record(
  Object.fromEntries(Object.entries(COLUMNS).map(([name, { cell }]) => [name, cell])),
) as fc.Arbitrary<Person>

export const people = (count: number): fc.Arbitrary<readonly Person[]> =>
  fc
    .array(cells, { minLength: count, maxLength: count })
    .map((list) => list.map((person, index) => ({ id: `k${index}`, ...person })))
