// Messages about people who do what the generated trees of test/audience ask about.
import fc from 'fast-check'
import type { JsonObject, Message } from '../../src/core/event/message.ts'
import type { Cell } from '../audience/comparison-meaning.ts'
import { moment, NAMES, PROPERTIES, SOURCES } from '../audience/happenings.ts'
import { COLUMNS } from '../audience/people.ts'
import { message } from '../support/message.ts'

/** A value as a client would send it. */
function sentOf(cell: Cell): unknown {
  if (cell === null || typeof cell !== 'object' || Array.isArray(cell)) return cell
  if ('time' in cell) return new Date(cell.time).toISOString()
  if ('day' in cell) return cell.day
  return 'fields' in cell ? cell.fields : null
}

const objects = (
  cells: Readonly<Record<string, { readonly cell: fc.Arbitrary<Cell> }>>,
): fc.Arbitrary<JsonObject> =>
  fc
    .record(Object.fromEntries(Object.entries(cells).map(([name, { cell }]) => [name, cell])))
    .map(
      (values) =>
        Object.fromEntries(
          Object.entries(values).flatMap(([name, cell]) =>
            cell === null ? [] : [[name, sentOf(cell)]],
          ),
        ) as JsonObject,
    )

const VISITORS = 18
const USERS = 10

const userId = fc.nat(USERS - 1).map((n) => `u${n}`)
const anonymousId = fc.nat(VISITORS - 1).map((n) => `a${n}`)
const addresses = fc.nat(USERS).map((n) => ({ email: `mail${n}@example.com` }))

const common = fc.record({ timestamp: moment, source: fc.constantFrom(...SOURCES) })

const track: fc.Arbitrary<Message> = fc
  .tuple(
    common,
    fc.oneof(
      anonymousId.map((id) => ({ anonymousId: id })),
      userId.map((id) => ({ userId: id })),
    ),
    fc.constantFrom(...NAMES),
    objects(PROPERTIES),
  )
  .map(([own, who, event, properties]) => message({ ...own, ...who, event, properties }))

const identify: fc.Arbitrary<Message> = fc
  .tuple(
    common,
    fc.option(anonymousId, { freq: 2 }),
    userId,
    objects(COLUMNS),
    fc.oneof({ weight: 3, arbitrary: addresses }, { weight: 1, arbitrary: fc.constant({}) }),
  )
  .map(([own, visitor, user, traits, address]) =>
    message({
      ...own,
      kind: 'identify',
      event: null,
      anonymousId: visitor,
      userId: user,
      traits: { ...traits, ...address },
    }),
  )

/** What comes in at a time: visitors do things, some say who they are, and some turn out to be somebody else. */
export const messages = (most: number): fc.Arbitrary<readonly Message[]> =>
  fc.array(fc.oneof({ weight: 3, arbitrary: track }, { weight: 2, arbitrary: identify }), {
    minLength: 1,
    maxLength: most,
  })

/** Somebody of whom every trait is known, so that a tree may name any of them. */
export function founder(): Message {
  const traits: JsonObject = {
    ...Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, 'x'])),
    orders: 1,
    revenue: 2.5,
    price: 3,
    active: true,
    tags: ['a'],
    data: { city: 'Rome' },
    address: { city: 'Rome', size: 1, open: true },
  }
  return message({ kind: 'identify', event: null, userId: 'founder', traits, timestamp: 0 })
}
