import type { Identifier } from '../core/identity/identifier.ts'
import { normaliserOf } from '../core/identity/kinds.ts'
import { MATCH_KEY_NAMES, type MatchKey } from '../core/match-key/table.ts'
import type { Definition } from '../definition/definition.ts'
import { PEOPLE_MODEL } from '../definition/people-model.ts'
import { listContext } from './do-not-send.ts'
import { strongColumns } from './do-not-send-list.ts'
import { KNOWN_KINDS, PERSON } from './name-person.ts'
import type { Workspace } from './workspace.ts'

/** Whom some identifiers name among the people that Rollcall keeps. */
export interface NamedHere {
  readonly people: readonly string[]
  readonly identifiers: readonly Identifier[]
}

/** As what kinds of identifiers the people that Rollcall keeps have what is sent by a match key. */
const KINDS: Readonly<Partial<Record<MatchKey, readonly string[]>>> = {
  EMAIL: ['email'],
  PHONE: ['phone'],
  MADID: ['ios.idfa', 'android.idfa'],
}

/** Reads the names and values that were written as the people that Rollcall keeps have them. */
export function namedHere(
  { definition, surroundings }: Workspace,
  named: readonly Identifier[],
): NamedHere {
  const context = listContext(definition, surroundings.world.now())
  const people: string[] = []
  const identifiers: Identifier[] = []
  for (const { kind, value } of named)
    for (const own of kindsOf(kind, definition, context.idColumns)) {
      const normalised = normaliserOf(own)(value, { ...context, country: null })
      if (own === PERSON) people.push(value.trim())
      else if (normalised.kind === 'value') identifiers.push({ kind: own, value: normalised.text })
    }
  return { people: people.filter(isPersonId), identifiers }
}

/** Ids of people are UUIDs; what is none names nobody here. */
const isPersonId = (text: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** Under its own name, and where it is none of theirs also under those of what is sent as the same match key. */
function kindsOf(
  name: string,
  definition: Definition,
  idColumns: readonly string[],
): readonly string[] {
  const ids = idsOfPeople(definition)
  if (KNOWN_KINDS.includes(name) || ids.includes(name)) return [name]
  const keys = strongColumns([name], idColumns).map(({ key }) => key)
  const kinds = keys.flatMap((key) => (key === 'EXTERN_ID' ? ids : (KINDS[key] ?? [])))
  const isMatchKey = MATCH_KEY_NAMES.some((key) => key === name)
  return [...new Set(isMatchKey ? kinds : [...kinds, name])]
}

/** Which of their columns syncs of the people send as their ids. */
const idsOfPeople = ({ syncs, audiences }: Definition): readonly string[] =>
  Object.values(syncs).flatMap(({ audience, mapping }) =>
    audiences[audience]?.model.name === PEOPLE_MODEL ? (mapping.EXTERN_ID ?? []) : [],
  )
