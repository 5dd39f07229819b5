import type { Identifier } from '../../core/identity/identifier.ts'
import { normaliserOf } from '../../core/identity/kinds.ts'
import { MATCH_KEY_NAMES, type MatchKey } from '../../core/match-key/table.ts'
import { PEOPLE_MODEL } from '../../definition/people-model.ts'
import type { Definition } from '../../definition/definition.ts'
import type { ErasedHere, ErasureProblem } from '../../store/erasures.ts'
import { listContext } from '../do-not-send.ts'
import { strongColumns } from '../do-not-send-list.ts'
import { beginErasingKept, finishErasing, findKept, type ErasedKept } from '../erase-kept.ts'
import type { Workspace } from '../workspace.ts'
import { KNOWN_KINDS, PERSON } from './name-person.ts'

/** Whom some identifiers name among the people that Rollcall keeps. */
export interface WantedHere {
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
export function wantedHere(
  { definition, surroundings }: Workspace,
  named: readonly Identifier[],
): WantedHere {
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

type KeptCounts = Pick<ErasedHere, 'profiles' | 'identifiers' | 'events' | 'journal' | 'rejected'>

const NOTHING: KeptCounts = { profiles: 0, identifiers: 0, events: 0, journal: 0, rejected: 0 }

/** What went of people, and why not all of it. */
export interface WentHere {
  readonly counts: KeptCounts
  readonly problem: ErasureProblem | null
}

/** Takes people out of the profiles, where that was not done before: from then on nothing that comes brings them back. */
export async function beginHere(workspace: Workspace, wanted: WantedHere): Promise<WentHere> {
  const isNeeded = wanted.identifiers.length > 0 || (await findKept(workspace, wanted)).length > 0
  const counts = isNeeded ? await beginErasingKept(workspace, wanted) : NOTHING
  return { counts: { ...NOTHING, ...counts }, problem: null }
}

/** Takes whoever was taken out of the profiles out of all else: events, the journal, what was rejected. */
export async function goOnHere(workspace: Workspace): Promise<WentHere> {
  const erased = await finishErasing(workspace)
  if (erased === null) return { counts: NOTHING, problem: null }
  const { events, journal, rejected, left } = erased
  return { counts: { ...NOTHING, events, journal, rejected }, problem: leftProblem(left) }
}

function leftProblem(left: ErasedKept['left']): ErasureProblem | null {
  switch (left?.kind) {
    case undefined:
      return null
    case 'busy':
      return {
        code: 'erase/people-busy',
        next: 'retry',
        remedy: 'Others were using the people. Run it again, or any sync',
      }
    case 'replaced':
      return {
        code: 'erase/replaced-files',
        next: 'wait',
        remedy: `Files that others may still be reading go with whatever runs after ${new Date(left.until).toISOString()}`,
      }
  }
}
