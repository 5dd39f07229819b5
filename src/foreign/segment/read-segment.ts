import { z } from 'zod'
import { loses } from '../reading.ts'
import { unreadable, type ForeignReading } from '../foreign-reading.ts'
import { asksUsers, carryAccounts } from './accounts.ts'
import { carryQuery, lineAndColumn } from './carry.ts'
import { parseQuery } from './parse.ts'
import { Misread } from './token.ts'

/** An audience as Segment's API has it; a query may also stand by itself. */
const AUDIENCE = z.looseObject({
  name: z.string().optional(),
  definition: z.looseObject({ query: z.string(), type: z.string().optional() }),
})

/** True for JSON that holds a query. */
export const isSegmentAudience = (value: unknown): boolean => AUDIENCE.safeParse(value).success

/** Reads a query, or an audience of the API with one. @param audiences the keys of audiences that exist here */
export function readSegment(
  text: string,
  json: unknown,
  audiences: ReadonlySet<string>,
): ForeignReading {
  const audience = AUDIENCE.safeParse(json)
  if (!audience.success) return readQuery(text, null, audiences)
  const { name = null, definition } = audience.data
  const { query, type } = definition
  if (type !== undefined && type !== 'USERS' && type !== 'ACCOUNTS') {
    const reading = loses('It is known of users and of accounts only.')
    const source = `type: ${type}`
    return { kind: 'read', name, tree: { kind: 'leaf', place: 'definition.type', source, reading } }
  }
  return readQuery(query, name, audiences, type)
}

/** @param type of whom the audience is; without it, as the query itself tells */
function readQuery(
  text: string,
  name: string | null,
  audiences: ReadonlySet<string>,
  type?: 'USERS' | 'ACCOUNTS',
): ForeignReading {
  try {
    const query = parseQuery(text)
    const isOfAccounts = type === undefined ? asksUsers(query) : type === 'ACCOUNTS'
    const carry = isOfAccounts ? carryAccounts : carryQuery
    return { kind: 'read', name, tree: carry(query, { text, audiences }) }
  } catch (error) {
    if (error instanceof Misread) return unreadable(lineAndColumn(text, error.at), error.message)
    throw error
  }
}
