/**
 * Does an audience in the sandbox hold what its definition says? Compared by person: by the EXTERN_ID of each row, by the hash of
 * each plain address, by each value.
 */
import { hash } from 'node:crypto'
import type { Expected } from './expected.ts'
import type { HeldRow } from './sandbox-process.ts'

/** An address that needs no rule but SHA-256. */
const PLAIN_EMAIL = /^[a-z0-9.]+@[a-z-]+\.(?:example|test|com|org|net)$/
const SHA256 = /^[0-9a-f]{64}$/
const FIRST = 5

export interface Verdict {
  readonly people: number
  /** People with a plain address whose hash was looked for, and found. */
  readonly hashes: number
  /** Rows of people who left, of which each key belongs to somebody who stays: to take it out would take out that person. */
  readonly covered: number
  /** What is wrong, in sentences; none when the sandbox equals the definition. */
  readonly faults: readonly string[]
}

const keysOf = (row: HeldRow): string[] =>
  ['EMAIL', 'PHONE'].flatMap((key) => (row[key] === undefined ? [] : [`${key} ${row[key]}`]))

function byPerson(rows: readonly HeldRow[]): Map<string, HeldRow[]> {
  const people = new Map<string, HeldRow[]>()
  for (const row of rows) {
    const id = String(row['EXTERN_ID'])
    const others = people.get(id)
    if (others === undefined) people.set(id, [row])
    else others.push(row)
  }
  return people
}

/** Rows of people who do not belong, less those that are covered. */
function strangers(expected: Expected, people: ReadonlyMap<string, readonly HeldRow[]>) {
  const kept = new Set<string>()
  for (const id of expected.keys())
    for (const row of people.get(id) ?? []) for (const key of keysOf(row)) kept.add(key)
  let covered = 0
  const wrong: string[] = []
  for (const [id, rows] of people) {
    if (expected.has(id)) continue
    const isCovered = rows.every((row) => {
      const keys = keysOf(row)
      return keys.length > 0 && keys.every((key) => kept.has(key))
    })
    if (isCovered) covered += rows.length
    else wrong.push(id)
  }
  return { covered, wrong }
}

function fault(what: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return []
  const more = ids.length > FIRST ? ' …' : ''
  return [`${ids.length} ${what}: ${ids.slice(0, FIRST).join(', ')}${more}`]
}

/** Is it a hash, wherever a hash must be? No address and no number may leave in clear. */
const inClear = (row: HeldRow): boolean =>
  Object.entries(row).some(
    ([key, cell]) => key !== 'EXTERN_ID' && typeof cell === 'string' && !SHA256.test(cell),
  )

/**
 * @param emails By customer, the address as it stands in contacts.csv.
 * @param nothingToGoBy Customers of whom nothing is known that surely identifies them; they need not be in.
 */
export function check(
  expected: Expected,
  rows: readonly HeldRow[],
  emails: ReadonlyMap<string, string>,
  nothingToGoBy: ReadonlySet<string> = new Set(),
): Verdict {
  const people = byPerson(rows)
  const ids = [...expected.keys()]
  const missing = ids.filter((id) => !people.has(id) && !nothingToGoBy.has(id))
  const { covered, wrong } = strangers(expected, people)
  const plain = ids.filter((id) => PLAIN_EMAIL.test(emails.get(id) ?? ''))
  const unhashed = plain.filter((id) => {
    const sent = hash('sha256', emails.get(id) ?? '')
    return !(people.get(id) ?? []).some((row) => row['EMAIL'] === sent)
  })
  const misvalued = ids.filter((id) => {
    const cents = expected.get(id) ?? null
    const value = cents === null ? undefined : cents / 100
    return (people.get(id) ?? []).some((row) => row['LOOKALIKE_VALUE'] !== value)
  })
  return {
    people: expected.size,
    hashes: plain.length - unhashed.length,
    covered,
    faults: [
      ...fault('people belong and are not in', missing),
      ...fault('people are in and do not belong', wrong),
      ...fault('people are in without the hash of their address', unhashed),
      ...fault('people have another value than they spent', misvalued),
      ...fault(
        'rows hold something in clear',
        rows.filter(inClear).map((row) => String(row['EXTERN_ID'])),
      ),
    ],
  }
}
