import type { ExternMemory } from './extern-memory.ts'
import { marksOf, type Row } from './match-keys.ts'
import type { Matching, Membership } from './membership.ts'

type PeopleMatching = Extract<Matching, { kind: 'people' }>

const EXTERN = 'EXTERN_ID'

/** The EXTERN_ID of a row, if any, and the people who own one of its other identifiers. */
function readRow(
  row: Row,
  ownerOf: PeopleMatching['ownerOf'],
): { readonly externId: string | undefined; readonly owners: ReadonlySet<string> } {
  const owners = new Set<string>()
  let externId: string | undefined
  for (const mark of marksOf(row)) {
    const colon = mark.indexOf(':')
    const key = mark.slice(0, colon)
    const value = mark.slice(colon + 1)
    if (key === EXTERN) {
      externId = value
      continue
    }
    const owner = ownerOf(key, value)
    if (owner !== null) owners.add(owner)
  }
  return { externId, owners }
}

/**
 * An audience as the set of people matched. An add puts in everybody who owns an identifier of the row; a removal takes
 * out everybody who owns one, and everybody whom the account remembers for the row's EXTERN_ID.
 */
export function peopleMembership(memory: ExternMemory, matching: PeopleMatching): Membership {
  const people = new Set<string>()
  const { ownerOf, addsMatchExtern = false } = matching
  const rememberedFor = (externId: string | undefined, at: number): Iterable<string> =>
    externId === undefined ? [] : (memory.recall(externId, at) ?? [])
  return {
    get size() {
      return people.size
    },
    get matched() {
      return people.size
    },
    add: ({ rows }, at) => {
      for (const row of rows) {
        const { externId, owners } = readRow(row, ownerOf)
        if (addsMatchExtern) for (const person of rememberedFor(externId, at)) people.add(person)
        for (const person of owners) people.add(person)
        if (externId !== undefined) memory.remember(externId, owners, at)
      }
    },
    remove: ({ rows }, at) => {
      for (const row of rows) {
        const { externId, owners } = readRow(row, ownerOf)
        for (const person of rememberedFor(externId, at)) people.delete(person)
        for (const person of owners) people.delete(person)
        // Where adds follow an EXTERN_ID, a removal ends what it stands for; otherwise the next add would undo it.
        if (addsMatchExtern && externId !== undefined) memory.forget(externId)
      }
    },
    rows: function* () {
      for (const person of people) yield { person }
    },
    people: () => people,
    held: () => [{ of: 'people', people: [...people] }],
    restore: (held) => {
      if (held.of === 'people') for (const person of held.people) people.add(person)
    },
  }
}
