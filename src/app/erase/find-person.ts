import { identifierKey } from '../../core/identity/identifier.ts'
import { strongBits, strongKeys, STRONG_KEYS, type StrongKey } from '../../core/sync/strong.ts'
import { keyTombstone, memberTombstone, type Tombstone } from '../../core/sync/tombstone.ts'
import { PEOPLE_MODEL } from '../../definition/people-model.ts'
import type { FoundPerson as KeptPerson } from '../../people/find-people.ts'
import type { ErasureNeeds } from '../../store/erasures.ts'
import type { FoundRow } from '../../sync/duckdb/find-person.ts'
import { listContext } from '../do-not-send.ts'
import { findKept, findKeptIds } from '../erase-kept.ts'
import { peopleTombstones } from '../kept-people.ts'
import { memberHash } from '../member-hash.ts'
import { openLocal } from '../open-audience.ts'
import type { Workspace } from '../workspace.ts'
import { modelOf, tombstoneOfWorkspace } from './kept-tombstones.ts'
import { namedHere, type NamedHere } from '../named-here.ts'
import { LedgerFiles, type FoundIn } from './ledger-files.ts'
import { keysOf, PERSON, type NamedPerson } from '../name-person.ts'

/** Where somebody is known, before anything is done. */
export interface FoundPerson {
  readonly needs: ErasureNeeds
  readonly tombstones: readonly Tombstone[]
  /** Remote audiences in whose ledger or plans they are. */
  readonly audiences: readonly { readonly sync: string; readonly remoteId: string }[]
  /** To how many people the identifiers lead: more than one are a household, or no one person. */
  readonly people: number
  /** Strong keys of theirs that others have too, and keep. */
  readonly shared: number
}

/** Looks for whoever has one of the named identifiers, in all that is kept here. Changes nothing. */
export async function findPersonHere(
  workspace: Workspace,
  named: NamedPerson,
): Promise<FoundPerson> {
  await using local = await openLocal(workspace)
  const files = new LedgerFiles(workspace, local)
  const { here, kept, wanted, found } = await findWithKept(workspace, named, files)
  const members = membersByModel(workspace, found)
  const keys = new Set([...wanted.surely, ...wanted.maybe, ...keysOfAll(found)])
  // The same member elsewhere, where nothing of what was found was sent of them.
  const membersOf = (sync: string): readonly string[] => [
    ...wanted.membersOf(sync),
    ...(members.get(modelName(workspace, sync)) ?? []),
  ]
  const theirs = (await files.rowsOf([...keys], membersOf)).map(({ kept: ledger, rows }) => {
    const own = new Set(membersOf(ledger.sync))
    return { kept: ledger, rows: rows.filter(({ member }) => own.has(member)) }
  })
  const concerned = theirs.filter(({ rows }) => rows.length > 0)
  for (const key of keysOfAll(concerned)) keys.add(key)
  const others = await files.heldByOthers([...keys], membersOf)
  const own = [...keys].filter((key) => wanted.surely.has(key) || !others.has(key))
  const tombstoneOf = tombstoneOfWorkspace(workspace)
  return {
    needs: {
      own,
      keys: [...keys],
      members: membersByAudience(theirs, membersOf),
      people: kept.map(({ person }) => person),
      named: here.identifiers.map((one) => peopleTombstones(workspace)(identifierKey(one))),
    },
    tombstones: [
      ...own.map((key): Tombstone => ({
        digest: keyTombstone(tombstoneOf, key),
        kind: wanted.surely.has(key) ? 'person' : 'identifier',
      })),
      ...memberTombstones(workspace, theirs, wanted),
    ],
    audiences: concerned.map(({ kept: { sync, ledger } }) => ({
      sync,
      remoteId: ledger.remoteId,
    })),
    people: Math.max(
      kept.length,
      hasSomebodyElse(found, wanted) ? kept.length + 1 : 0,
      ...[...members.values()].map(peopleAmong(kept, wanted)),
    ),
    shared: keys.size - own.length,
  }
}

/** By what somebody is looked for in ledgers. */
interface WantedRows {
  /** What was named, and ids of theirs: who has one of these is the person. */
  readonly surely: ReadonlySet<StrongKey>
  /** What else the people that Rollcall keeps say of them. Others may have it too. */
  readonly maybe: ReadonlySet<StrongKey>
  /** The members that they are of the model `profiles`. */
  readonly members: ReadonlySet<string>
  /** As which members a sync may know them, those by the ids that were named among them: of these nothing may ever have been sent. */
  readonly membersOf: (sync: string) => readonly string[]
}

interface FoundTogether {
  readonly here: NamedHere
  readonly kept: readonly KeptPerson[]
  readonly wanted: WantedRows
  readonly found: readonly FoundIn[]
}

/**
 * The people that Rollcall keeps may be sent by what identifies nobody there, such as a trait. So whoever is found in a ledger as one of
 * them is looked for among them, and what is known of them there again in all ledgers.
 */
async function findWithKept(
  workspace: Workspace,
  named: NamedPerson,
  files: LedgerFiles,
): Promise<FoundTogether> {
  const here = namedHere(workspace, named.identifiers)
  const people = new Set(here.people)
  for (;;) {
    const kept = await findKept(workspace, { ...here, people: [...people] })
    const wanted = wantedRows(workspace, named, kept)
    const keys = [...wanted.surely, ...wanted.maybe]
    const found = meant(workspace, await files.rowsOf(keys, wanted.membersOf), wanted)
    const asMembers = membersByModel(workspace, found).get(PEOPLE_MODEL) ?? new Set()
    const unknown = new Set([...asMembers].filter((member) => !wanted.members.has(member)))
    const ids =
      unknown.size === 0
        ? []
        : await findKeptIds(workspace, (id) => unknown.has(memberHash(workspace, id)))
    if (ids.every((id) => people.has(id))) return { here, kept, wanted, found }
    for (const id of ids) people.add(id)
  }
}

function wantedRows(
  workspace: Workspace,
  named: NamedPerson,
  kept: readonly KeptPerson[],
): WantedRows {
  const context = listContext(workspace.definition, workspace.surroundings.world.now())
  const keys = kept
    .flatMap(({ person, identifiers }) => [{ kind: PERSON, value: person }, ...identifiers])
    .flatMap((identifier) => keysOf(identifier, context, false))
  const surely = new Set([...named.keys, ...keys.filter(isId)])
  const members = new Set(kept.flatMap(({ ids }) => ids.map((id) => memberHash(workspace, id))))
  const byId = [...surely].filter(isId).map((key) => memberHash(workspace, textOf(key)))
  const models = new Set(modelsTold(workspace))
  return {
    surely,
    maybe: new Set(keys),
    members,
    membersOf: (sync) => [...members, ...(models.has(modelOf(workspace, sync)) ? byId : [])],
  }
}

/** The models of which some sync sends the key itself as EXTERN_ID, so that who has an id there is known without a row. */
const modelsTold = ({
  definition: { syncs, audiences },
}: Pick<Workspace, 'definition'>): readonly (string | null)[] =>
  Object.values(syncs).flatMap(({ audience, mapping: { EXTERN_ID: [id, ...others] = [] } }) => {
    const model = audiences[audience]?.model
    return model !== undefined && id === model.key && others.length === 0 ? [model.name] : []
  })

const ID_PLACE = STRONG_KEYS.indexOf('EXTERN_ID')
const isId = (key: StrongKey): boolean => key.startsWith(`${ID_PLACE}:`)
const textOf = (key: StrongKey): string => key.slice(key.indexOf(':') + 1)

/** Those rows, and not those others, that surely are the person's. */
function bySureness(
  { kept, rows }: FoundIn,
  { surely, membersOf }: WantedRows,
): { readonly sure: readonly FoundRow[]; readonly others: readonly FoundRow[] } {
  const members = new Set(membersOf(kept.sync))
  const isSure = (row: FoundRow): boolean =>
    members.has(row.member) || keysOfRow(row).some((key) => surely.has(key))
  return { sure: rows.filter(isSure), others: rows.filter((row) => !isSure(row)) }
}

/**
 * Whether somebody shares with the person what others may have too, and has an address or a number that is not known of the person:
 * they may be the same, or live under one roof. An id says nothing, since each model has its own.
 */
function hasSomebodyElse(found: readonly FoundIn[], wanted: WantedRows): boolean {
  const isUnknown = (key: StrongKey): boolean =>
    !isId(key) && !wanted.surely.has(key) && !wanted.maybe.has(key)
  return found.some((one) =>
    bySureness(one, wanted).others.some((row) => keysOfRow(row).some(isUnknown)),
  )
}

/** Whoever of a model has only what others may have too is not meant, where somebody of it surely is. */
function meant(
  workspace: Workspace,
  found: readonly FoundIn[],
  wanted: WantedRows,
): readonly FoundIn[] {
  const sure = membersByModel(
    workspace,
    found.map((one) => ({ kept: one.kept, rows: bySureness(one, wanted).sure })),
  )
  return found.map(({ kept, rows }) => {
    const known = sure.get(modelName(workspace, kept.sync))
    return {
      kept,
      rows: known === undefined ? rows : rows.filter(({ member }) => known.has(member)),
    }
  })
}

const keysOfRow = ({ cells }: FoundRow): StrongKey[] => strongKeys(cells, strongBits(cells))
const keysOfAll = (found: readonly FoundIn[]): StrongKey[] =>
  found.flatMap(({ rows }) => rows.flatMap(keysOfRow))

/** Of a sync that is gone from the file the model is not known. */
const modelName = (workspace: Workspace, sync: string): string =>
  modelOf(workspace, sync) ?? `\n${sync}`

/** Two members of one model are two people; whether those of two models are the same is not known, so they are taken for it. */
function membersByModel(
  workspace: Workspace,
  found: readonly FoundIn[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const members = new Map<string, Set<string>>()
  for (const { kept, rows } of found)
    for (const { member } of rows) {
      const model = modelName(workspace, kept.sync)
      members.set(model, (members.get(model) ?? new Set()).add(member))
    }
  return members
}

/** How many people some members of one model are: whoever became part of somebody is that person, also where both were sent. */
const peopleAmong =
  (kept: readonly KeptPerson[], wanted: WantedRows) =>
  (members: ReadonlySet<string>): number => {
    const unknown = [...members].filter((member) => !wanted.members.has(member)).length
    return unknown < members.size ? unknown + kept.length : unknown
  }

/** Also of ledgers that may know them without a row: their hash is to be in no file either. */
function membersByAudience(
  found: readonly FoundIn[],
  membersOf: (sync: string) => readonly string[],
): ErasureNeeds['members'] {
  const members: Record<string, string[]> = {}
  for (const { kept } of found) {
    const id = kept.ledger.remoteId
    members[id] = [...new Set([...(members[id] ?? []), ...membersOf(kept.sync)])]
  }
  return members
}

function memberTombstones(
  workspace: Workspace,
  found: readonly FoundIn[],
  { members, membersOf }: WantedRows,
): Tombstone[] {
  const tombstoneOf = tombstoneOfWorkspace(workspace)
  const digests = found.flatMap(({ kept, rows }) => {
    const model = modelOf(workspace, kept.sync)
    const byId = membersOf(kept.sync).filter((member) => !members.has(member))
    return model === null
      ? []
      : [...byId, ...rows.map(({ member }) => member)].map((member) =>
          memberTombstone(tombstoneOf, model, member),
        )
  })
  return [...new Set(digests)].map((digest) => ({ digest, kind: 'person' }))
}
