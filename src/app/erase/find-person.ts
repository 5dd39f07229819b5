import { join } from 'node:path'
import { strongBits, strongKeys, type StrongKey } from '../../core/sync/strong.ts'
import { keyTombstone, memberTombstone, type Tombstone } from '../../core/sync/tombstone.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import { ParquetFolder } from '../../engine/duckdb/parquet-folder.ts'
import type { ErasureNeeds } from '../../store/erasures.ts'
import type { KeptLedger } from '../../store/port.ts'
import { findPerson, keysOfOthers, type FoundRow } from '../../sync/duckdb/find-person.ts'
import { listContext } from '../do-not-send.ts'
import { openLocal } from '../open-audience.ts'
import type { Workspace } from '../workspace.ts'
import { modelOf, tombstoneOfWorkspace } from './kept-tombstones.ts'
import { findKept } from '../erase-kept.ts'
import { wantedHere } from './kept-traces.ts'
import { keysOf, PERSON, type NamedPerson } from './name-person.ts'

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
  const kept = await findKept(workspace, wantedHere(workspace, named.identifiers))
  const context = listContext(workspace.definition, workspace.surroundings.world.now())
  const joined = kept
    .flatMap(({ person, identifiers }) => [{ kind: PERSON, value: person }, ...identifiers])
    .flatMap((identifier) => keysOf(identifier, context, false))
  const namedKeys = new Set([...named.keys, ...joined])
  await using local = await openLocal(workspace)
  const files = new LedgerFolder(workspace, local)
  const ledgers = await workspace.store.ledgers()
  const found = await files.rowsOf(ledgers, [...namedKeys])
  const people = Math.max(kept.length, peopleIn(workspace, found))
  const members = new Set(found.flatMap(({ rows }) => rows.map(({ member }) => member)))
  const keys = new Set([...namedKeys, ...found.flatMap(({ rows }) => rows.flatMap(keysOfRow))])
  // The same member elsewhere, where another of their identifiers was sent.
  const elsewhere = await files.rowsOf(ledgers, [...keys])
  const theirs = elsewhere.map(({ kept: ledger, rows }) => ({
    kept: ledger,
    rows: rows.filter(({ member }) => members.has(member)),
  }))
  for (const { rows } of theirs) for (const key of rows.flatMap(keysOfRow)) keys.add(key)
  const others = await files.heldByOthers(ledgers, [...keys], members)
  const own = [...keys].filter((key) => namedKeys.has(key) || !others.has(key))
  const concerned = theirs.filter(({ rows }) => rows.length > 0)
  const tombstoneOf = tombstoneOfWorkspace(workspace)
  return {
    needs: {
      own,
      keys: [...keys],
      members: membersByAudience(concerned),
      people: kept.map(({ person }) => person),
    },
    tombstones: [
      ...own.map((key): Tombstone => ({
        digest: keyTombstone(tombstoneOf, key),
        kind: namedKeys.has(key) ? 'person' : 'identifier',
      })),
      ...memberTombstones(workspace, concerned),
    ],
    audiences: concerned.map(({ kept: { sync, ledger } }) => ({
      sync,
      remoteId: ledger.remoteId,
    })),
    people,
    shared: keys.size - own.length,
  }
}

/** What the files of one remote audience have of somebody. */
interface FoundIn {
  readonly kept: KeptLedger
  readonly rows: readonly FoundRow[]
}

const keysOfRow = ({ cells }: FoundRow): StrongKey[] => strongKeys(cells, strongBits(cells))

/** Two members of one model are two people; whether those of two models are the same is not known, so they are taken for it. */
function peopleIn(workspace: Workspace, found: readonly FoundIn[]): number {
  const members = new Map<string, Set<string>>()
  for (const { kept, rows } of found) {
    const model = modelOf(workspace, kept.sync) ?? `\n${kept.sync}`
    const known = members.get(model) ?? new Set()
    for (const { member } of rows) known.add(member)
    members.set(model, known)
  }
  return Math.max(0, ...[...members.values()].map(({ size }) => size))
}

function membersByAudience(found: readonly FoundIn[]): ErasureNeeds['members'] {
  const members: Record<string, string[]> = {}
  for (const { kept, rows } of found) {
    const id = kept.ledger.remoteId
    members[id] = [...new Set([...(members[id] ?? []), ...rows.map(({ member }) => member)])]
  }
  return members
}

function memberTombstones(workspace: Workspace, found: readonly FoundIn[]): Tombstone[] {
  const tombstoneOf = tombstoneOfWorkspace(workspace)
  const digests = found.flatMap(({ kept, rows }) => {
    const model = modelOf(workspace, kept.sync)
    return model === null
      ? []
      : rows.map(({ member }) => memberTombstone(tombstoneOf, model, member))
  })
  return [...new Set(digests)].map((digest) => ({ digest, kind: 'person' }))
}

/** The ledgers and plans of a workspace, asked for people. */
class LedgerFolder {
  readonly #workspace: Workspace
  readonly #local: LocalDuckDb
  readonly #folder: ParquetFolder

  constructor(workspace: Workspace, local: LocalDuckDb) {
    this.#workspace = workspace
    this.#local = local
    this.#folder = new ParquetFolder(join(workspace.stateFolder, 'ledger'))
  }

  async rowsOf(
    ledgers: readonly KeptLedger[],
    keys: readonly StrongKey[],
  ): Promise<readonly FoundIn[]> {
    const found: FoundIn[] = []
    for (const kept of ledgers) {
      const { files, remoteId } = kept.ledger
      const plans = (await this.#workspace.store.plans(kept.sync))
        .filter((plan) => plan.remoteId === remoteId)
        .map(({ file }) => file)
      const rows = await findPerson(this.#local, this.#folder, { files, plans }, keys)
      found.push({ kept, rows })
    }
    return found
  }

  /** Which of these keys somebody else has in a ledger. */
  async heldByOthers(
    ledgers: readonly KeptLedger[],
    keys: readonly StrongKey[],
    but: ReadonlySet<string>,
  ): Promise<ReadonlySet<StrongKey>> {
    const held = new Set<StrongKey>()
    for (const { ledger } of ledgers)
      for (const key of await keysOfOthers(this.#local, this.#folder, ledger.files, keys, but))
        held.add(key)
    return held
  }
}
