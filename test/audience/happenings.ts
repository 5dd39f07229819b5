import type { DuckDBConnection } from '@duckdb/node-api'
import fc from 'fast-check'
import type { Columns, EventStream } from '../../src/core/audience/audience.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import type { Cell } from './comparison-meaning.ts'
import { literal, quoted } from './duckdb-people.ts'
import type { Happening } from './event-meaning.ts'
import {
  brokenTime,
  day,
  maybe,
  NOW,
  numberText,
  text,
  time,
  timeText,
  version,
  word,
} from './people.ts'

export const NAMES = ['Order Completed', 'Play', 'Skip', `it's "odd"; --`] as const
export const SOURCES = ['web', 'import', `o'server`] as const

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Dense around now, with equal moments, the ends of windows and of days, late ones and some ahead of the clock. */
export const moment = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }).map((days) => NOW - days * DAY) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 24 * 10 }).map((hours) => NOW - hours * HOUR) },
  { weight: 2, arbitrary: time },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      NOW,
      NOW + 1,
      NOW + HOUR / 2,
      NOW + HOUR,
      NOW + HOUR + 1,
      NOW - 7 * DAY,
      NOW - 7 * DAY + 1,
      NOW - 30 * DAY,
    ),
  },
)

const number = fc.oneof(
  fc.integer({ min: -5, max: 60 }),
  fc.constantFrom(0.1, 0.2, 0.3, 1.5, 99.95, 1e15),
)

/** The properties of both streams: as JSON, and as the type of a column. Null in place of a type: the orders lack it. */
export const PROPERTIES = {
  revenue: { type: 'DOUBLE', cell: maybe(number) },
  amount: { type: 'VARCHAR', cell: maybe(numberText) },
  qty: { type: 'BIGINT', cell: maybe(fc.integer({ min: 0, max: 5 })) },
  sku: { type: 'VARCHAR', cell: maybe(word) },
  note: { type: 'VARCHAR', cell: maybe(text) },
  gift: { type: 'BOOLEAN', cell: maybe(fc.boolean()) },
  due: { type: 'VARCHAR', cell: maybe(fc.oneof(timeText, brokenTime)) },
  app: { type: 'VARCHAR', cell: maybe(version) },
  tags: { type: 'VARCHAR[]', cell: maybe(fc.array(word, { maxLength: 3 })) },
  cart: {
    type: 'STRUCT(city VARCHAR, size INTEGER)',
    cell: maybe(
      fc
        .record({ city: fc.option(word), size: fc.option(fc.nat(9)) })
        .map((fields) => ({ fields })),
    ),
  },
  coupon: { type: null, cell: maybe(word) },
} as const satisfies Record<
  string,
  { readonly type: string | null; readonly cell: fc.Arbitrary<Cell> }
>

/** How the time of an event may be stored. */
const TIME_CELLS = {
  TIMESTAMP: moment.map((ms): Cell => ({ time: ms })),
  TIMESTAMPTZ: moment.map((ms): Cell => ({ time: ms })),
  DATE: day.map((value): Cell => ({ day: value })),
  VARCHAR: fc.oneof(
    moment.map((ms) => new Date(ms).toISOString()),
    timeText,
    brokenTime,
  ) as fc.Arbitrary<Cell>,
} as const

export type TimeType = keyof typeof TIME_CELLS

const KNOWN_COLUMNS = {
  TIMESTAMP: 'TIMESTAMP',
  TIMESTAMPTZ: 'TIMESTAMP WITH TIME ZONE',
  DATE: 'DATE',
  VARCHAR: 'VARCHAR',
} as const

/** Rows of one table, each of a person or of nobody. */
type Row = Happening & { readonly person: string | null }

const properties = (names: readonly (keyof typeof PROPERTIES)[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, PROPERTIES[name].cell])))

const PROPERTY_NAMES = Object.keys(PROPERTIES) as (keyof typeof PROPERTIES)[]
const ORDER_COLUMNS = PROPERTY_NAMES.filter((name) => PROPERTIES[name].type !== null)

const option = (of: fc.Arbitrary<string>) => fc.option(of, { freq: 8 })

function row(people: number, type: TimeType, kind: 'event' | 'order'): fc.Arbitrary<Row> {
  return fc.record({
    person: option(
      fc.oneof(
        { weight: 12, arbitrary: fc.nat(people - 1).map((index) => `k${index}`) },
        { weight: 1, arbitrary: fc.constantFrom('stranger', '', `k'`) },
      ),
    ),
    name: kind === 'order' ? fc.constant('Order Completed') : option(fc.constantFrom(...NAMES)),
    time: maybe(TIME_CELLS[type]),
    id: kind === 'order' ? fc.constant(null) : option(fc.nat(60).map(String)),
    source: kind === 'order' ? fc.constant(null) : option(fc.constantFrom(...SOURCES)),
    properties: properties(kind === 'order' ? ORDER_COLUMNS : PROPERTY_NAMES),
    context:
      kind === 'order'
        ? fc.constant({})
        : fc.record({ page: fc.record({ city: word }).map((fields): Cell => ({ fields })) }),
  })
}

const EVENTS: EventStream = {
  relation: { kind: 'table', table: 'events' },
  person: 'who',
  name: { kind: 'column', column: 'event' },
  time: 'at time',
  id: 'message_id',
  properties: 'properties',
  context: 'context',
  origin: 'sent_by',
}

const ORDERS: EventStream = {
  relation: { kind: 'select', sql: 'select * from orders -- all' },
  person: 'customer',
  name: { kind: 'constant', name: 'Order Completed' },
  time: 'created',
  id: null,
  properties: null,
  context: null,
  origin: null,
}

/** What people did, in one or two tables. */
export interface EventWorld {
  readonly streams: readonly EventStream[]
  readonly columns: readonly Columns[]
  readonly byPerson: ReadonlyMap<string, readonly Happening[]>
  readonly create: readonly string[]
}

function jsonOf(cell: Cell): unknown {
  if (cell === null || typeof cell !== 'object' || Array.isArray(cell)) return cell
  return 'fields' in cell ? cell.fields : null
}

const jsonText = (cells: Readonly<Record<string, Cell>>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, jsonOf(cell)])),
  )

const zoned = (type: TimeType, cell: Cell): string =>
  type === 'TIMESTAMPTZ' && cell !== null ? `timezone('UTC', ${literal(cell)})` : literal(cell)

function tableSql(
  name: string,
  columns: readonly (readonly [string, string])[],
  rows: readonly string[],
): readonly string[] {
  const declared = columns.map(([column, type]) => `${duckdb.quote(column)} ${type}`)
  return [
    `create table ${name} (${declared.join(', ')})`,
    ...(rows.length === 0 ? [] : [`insert into ${name} values ${rows.join(', ')}`]),
  ]
}

function eventsTable(rows: readonly Row[], type: TimeType): readonly string[] {
  const columns = [
    ['who', 'VARCHAR'],
    ['event', 'VARCHAR'],
    ['at time', type],
    ['message_id', 'VARCHAR'],
    ['sent_by', 'VARCHAR'],
    ['properties', 'JSON'],
    ['context', 'VARCHAR'],
  ] as const
  const values = rows.map(
    ({ person, name, time: at, id, source, properties: held, context }) =>
      `(${literal(person)}, ${literal(name)}, ${zoned(type, at)}, ${literal(id)}, ${literal(source)}, ${quoted(jsonText(held))}, ${quoted(jsonText(context))})`,
  )
  return tableSql('events', columns, values)
}

const typeOf = (name: keyof typeof PROPERTIES): string => PROPERTIES[name].type ?? ''

function ordersTable(rows: readonly Row[], type: TimeType): readonly string[] {
  const columns = [
    ['customer', 'VARCHAR'] as const,
    ['created', type] as const,
    ...ORDER_COLUMNS.map((name) => [name, typeOf(name)] as const),
  ]
  const values = rows.map(
    ({ person, time: at, properties: held }) =>
      `(${[literal(person), zoned(type, at), ...ORDER_COLUMNS.map((name) => literal(held[name] ?? null))].join(', ')})`,
  )
  return tableSql('orders', columns, values)
}

const kinds = (columns: readonly (readonly [string, string])[]): Columns =>
  new Map(columns.map(([name, type]) => [name, duckdb.columnKind(type)]))

/** What a crowd of so many people did. */
export function eventWorld(
  people: number,
  which: 'events' | 'orders' | 'both',
  type: TimeType,
): fc.Arbitrary<EventWorld> {
  const some = (kind: 'event' | 'order') =>
    fc.array(row(people, type, kind), { minLength: people * 6, maxLength: people * 8 })
  return fc.tuple(some('event'), some('order')).map(([events, orders]) => {
    const [withEvents, withOrders] = [which !== 'orders', which !== 'events']
    const rows = [...(withEvents ? events : []), ...(withOrders ? orders : [])]
    return {
      streams: [...(withEvents ? [EVENTS] : []), ...(withOrders ? [ORDERS] : [])],
      columns: [
        ...(withEvents
          ? [
              kinds([
                ['who', 'VARCHAR'],
                ['event', 'VARCHAR'],
                ['at time', KNOWN_COLUMNS[type]],
                ['message_id', 'VARCHAR'],
                ['sent_by', 'VARCHAR'],
                ['properties', 'JSON'],
                ['context', 'VARCHAR'],
              ]),
            ]
          : []),
        ...(withOrders
          ? [
              kinds([
                ['customer', 'VARCHAR'],
                ['created', KNOWN_COLUMNS[type]],
                ...ORDER_COLUMNS.map((name) => [name, typeOf(name)] as const),
              ]),
            ]
          : []),
      ],
      byPerson: Map.groupBy(
        rows.filter(({ person }) => person !== null),
        ({ person }) => person ?? '',
      ),
      create: [
        ...eventsTable(withEvents ? events : [], type),
        ...ordersTable(withOrders ? orders : [], type),
      ],
    }
  })
}

/** Puts the tables of a world beside the people. */
export async function addEvents(connection: DuckDBConnection, world: EventWorld): Promise<void> {
  for (const sql of world.create) await connection.run(sql)
}
