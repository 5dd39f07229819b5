import type { Destination } from '../../destination/port.ts'
import type {
  ErasureNeeds,
  ErasurePlace,
  ErasureRecord,
  PendingErasure,
} from '../../store/erasures.ts'
import type { Identifier } from '../../core/identity/identifier.ts'
import type { KeptLedger } from '../../store/port.ts'
import type { Ports } from '../../sync/order.ts'
import { openLocal } from '../open-audience.ts'
import type { Workspace } from '../workspace.ts'
import { eraseFromAccount } from './account-place.ts'
import { eraseFromAudience, type PlaceTools } from './audience-place.ts'
import { beginHere, goOnHere, type WentHere } from './kept-traces.ts'
import { problemOf } from './problem.ts'
import { scrubFiles } from './scrub-files.ts'

/**
 * Does what is left of an erasure, as far as it can be done now. What is done is written down at once and not done again.
 * @param identifiers With the first attempt: by which the person was named, as the people that Rollcall keeps have them. Nothing
 *   keeps them.
 */
export async function workOff(
  workspace: Workspace,
  { record, needs }: PendingErasure,
  tell: Ports['tell'],
  identifiers: readonly Identifier[] = [],
): Promise<ErasureRecord> {
  await using local = await openLocal(workspace)
  const work = new Work(record, needs, { workspace, local, tell })
  return await work.run(identifiers)
}

const isDone = ({ state }: ErasurePlace): boolean => state !== 'pending'

class Work {
  #record: ErasureRecord
  readonly #needs: ErasureNeeds
  readonly #tools: PlaceTools

  constructor(record: ErasureRecord, needs: ErasureNeeds, tools: PlaceTools) {
    this.#record = { ...record, problem: null }
    this.#needs = needs
    this.#tools = tools
  }

  async run(identifiers: readonly Identifier[]): Promise<ErasureRecord> {
    const { store } = this.#tools.workspace
    const { people, named } = this.#needs
    await this.#here(async (workspace) => beginHere(workspace, { people, identifiers }, named))
    await this.#audiences(await store.ledgers())
    await this.#accounts()
    await this.#here(goOnHere)
    if (this.#record.places.every(isDone)) await this.#files()
    const { places, problem } = this.#record
    if (problem === null && places.every(isDone)) await this.#finish()
    return this.#record
  }

  async #keep(change: Partial<ErasureRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change }
    await this.#tools.workspace.store.updateErasure(this.#record)
  }

  #place(kind: ErasurePlace['kind'], of: string, id: string): ErasurePlace {
    const known = this.#record.places.find(
      (place) => place.kind === kind && place.of === of && place.id === id,
    )
    const nothing = { rows: 0, removed: 0, requests: 0, at: 0, problem: null }
    return known ?? { kind, of, id, state: 'pending', ...nothing }
  }

  async #keepPlace(place: ErasurePlace): Promise<void> {
    const others = this.#record.places.filter(
      ({ kind, of, id }) => kind !== place.kind || of !== place.of || id !== place.id,
    )
    await this.#keep({ places: [...others, place] })
  }

  async #audiences(ledgers: readonly KeptLedger[]): Promise<void> {
    const { own, keys, members } = this.#needs
    for (const kept of ledgers) {
      const { remoteId } = kept.ledger
      const place = this.#place('audience', kept.sync, remoteId)
      if (isDone(place)) continue
      const theirs = new Set(members[remoteId])
      const erasing = { own: new Set(own), keys, members: theirs }
      await this.#keepPlace(await eraseFromAudience(erasing, kept, place, this.#tools))
    }
    // Its ledger was given up meanwhile, or is another sync's by now, where it was looked into just now.
    for (const place of this.#record.places)
      if (!isDone(place) && place.kind === 'audience' && !ledgers.some(isOf(place)))
        await this.#keepPlace({ ...place, state: 'forgotten', problem: null })
  }

  async #accounts(): Promise<void> {
    const { workspace } = this.#tools
    const seen = new Set<string>()
    for (const key of Object.keys(workspace.definition.destinations)) {
      const destination = await this.#open(key)
      if (destination === null) continue
      const { environment, accountId } = destination
      const place = this.#place('account', environment, accountId)
      if (seen.has(`${environment} ${accountId}`) || isDone(place)) continue
      seen.add(`${environment} ${accountId}`)
      await this.#keepPlace(await eraseFromAccount(this.#needs.own, destination, place, workspace))
    }
  }

  /** A destination whose token cannot be found is waited for. */
  async #open(key: string): Promise<Destination | null> {
    try {
      return await this.#tools.workspace.destination(key)
    } catch (error) {
      await this.#keep({ problem: problemOf(error) })
      return null
    }
  }

  /** Does a part of what concerns the people that are kept here. What fails is done by the next attempt. */
  async #here(part: (workspace: Workspace) => Promise<WentHere>): Promise<void> {
    try {
      const { counts, problem } = await part(this.#tools.workspace)
      const { here } = this.#record
      await this.#keep({
        here: {
          ...here,
          profiles: here.profiles + counts.profiles,
          identifiers: here.identifiers + counts.identifiers,
          events: here.events + counts.events,
          journal: here.journal + counts.journal,
          rejected: here.rejected + counts.rejected,
        },
        problem: this.#record.problem ?? problem,
      })
    } catch (error) {
      await this.#keep({ problem: problemOf(error) })
    }
  }

  async #files(): Promise<void> {
    const { store } = this.#tools.workspace
    const done = await scrubFiles(this.#needs, await store.ledgers(), this.#tools)
    const { here } = this.#record
    await this.#keep({
      here: {
        ...here,
        ledgers: here.ledgers + done.ledgers,
        plans: here.plans + done.plans,
        files: here.files + done.files,
      },
      problem: this.#record.problem ?? done.problem,
    })
  }

  async #finish(): Promise<void> {
    const { store, surroundings } = this.#tools.workspace
    const finished = { ...this.#record, finishedAt: surroundings.world.now() }
    try {
      await store.finishErasure(finished)
      this.#record = finished
    } catch (error) {
      await this.#keep({ problem: problemOf(error) })
    }
  }
}

const isOf =
  ({ of, id }: ErasurePlace) =>
  ({ sync, ledger }: KeptLedger): boolean =>
    sync === of && ledger.remoteId === id
