import { keyTombstone, memberTombstone, type TombstoneKind } from '../../core/sync/tombstone.ts'
import { tombstonesWith, type TombstoneOf } from '../../core/tombstone.ts'
import type { StrongKey } from '../../core/sync/strong.ts'
import type { ErasureStore } from '../../store/erasures.ts'
import type { ErasedPeople } from '../../sync/order.ts'
import type { Workspace } from '../workspace.ts'

/** Makes the tombstones of what was sent. */
export const tombstoneOfWorkspace = ({ secret }: Pick<Workspace, 'secret'>): TombstoneOf =>
  tombstonesWith(`${secret}/sent`)

/** The model that a sync's members are of; null where the file does not say it any more. */
export function modelOf(
  { definition }: Pick<Workspace, 'definition'>,
  sync: string,
): string | null {
  const audience = definition.syncs[sync]?.audience
  return audience === undefined ? null : (definition.audiences[audience]?.model.name ?? null)
}

/** Who was erased, as the store keeps them; read again when somebody is erased meanwhile. */
export class KeptTombstones {
  readonly #store: ErasureStore
  readonly #tombstoneOf: TombstoneOf
  readonly #model: string | null
  #version = -1
  #kinds: ReadonlyMap<string, TombstoneKind> = new Map()

  private constructor(store: ErasureStore, tombstoneOf: TombstoneOf, model: string | null) {
    this.#store = store
    this.#tombstoneOf = tombstoneOf
    this.#model = model
  }

  /** @param model Which the members are of; null where none is meant. */
  static async read(workspace: Workspace, model: string | null): Promise<KeptTombstones> {
    const kept = new KeptTombstones(workspace.store, tombstoneOfWorkspace(workspace), model)
    await kept.refresh()
    return kept
  }

  async refresh(): Promise<void> {
    const version = await this.#store.tombstonesVersion()
    if (version === this.#version) return
    this.#kinds = await this.#store.tombstones()
    this.#version = version
  }

  /** Undefined where nobody was erased, so that nothing is asked of anybody. */
  get erased(): ErasedPeople | undefined {
    if (this.#kinds.size === 0) return undefined
    const kinds = this.#kinds
    const model = this.#model
    return {
      kindOf: (key: StrongKey) => kinds.get(keyTombstone(this.#tombstoneOf, key)) ?? null,
      hasMember: (member) =>
        model !== null && kinds.has(memberTombstone(this.#tombstoneOf, model, member)),
    }
  }
}
