import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { listDigest } from '../core/sync/list-digest.ts'
import type { StrongKey } from '../core/sync/strong.ts'
import type { Definition } from '../definition/definition.ts'
import type { LocalDuckDb } from '../engine/duckdb/local.ts'
import type { DoNotSend, ErasedPeople } from '../sync/order.ts'
import { misfits, partlyReadNotices, unappliedNotices, type ListUse } from './do-not-send-fit.ts'
import { KeptTombstones, modelOf } from './erase/kept-tombstones.ts'
import type { Workspace } from './workspace.ts'
import { readList, type ListContext, type ReadList } from './do-not-send-list.ts'

/** How the lists of a definition are read. @param now In milliseconds. */
export function listContext({ defaults, syncs }: Definition, now: number): ListContext {
  return {
    phoneCountry: defaults.phoneCountry,
    currentYear: new Date(now).getUTCFullYear(),
    idColumns: Object.values(syncs).flatMap(({ mapping }) => mapping.EXTERN_ID ?? []),
  }
}

/** Whom nobody sends: those on the lists of a definition, read again when one of them changes, and those who were erased. */
export class KeptDoNotSend implements DoNotSend {
  readonly #local: LocalDuckDb
  readonly #paths: readonly string[]
  readonly #context: ListContext
  readonly #use: ListUse | null
  readonly #tombstones: KeptTombstones
  #state = ''
  #lists: readonly ReadList[] = []
  keys: ReadonlySet<StrongKey> = new Set()
  digest = ''

  private constructor(
    local: LocalDuckDb,
    paths: readonly string[],
    context: ListContext,
    use: ListUse | null,
    tombstones: KeptTombstones,
  ) {
    this.#tombstones = tombstones
    this.#local = local
    this.#paths = paths
    this.#context = context
    this.#use = use
  }

  /**
   * @param use Null where nothing is sent by them, as when somebody only looks.
   * @throws RollcallError when a list cannot be read, or the sync cannot go by it
   */
  static async read(
    workspace: Workspace,
    local: LocalDuckDb,
    context: ListContext,
    use: ListUse | null,
  ): Promise<KeptDoNotSend> {
    const { definition, folder } = workspace
    const list = new KeptDoNotSend(
      local,
      definition.doNotSend.map((path) => resolve(folder, path)),
      context,
      use,
      await KeptTombstones.read(workspace, use === null ? null : modelOf(workspace, use.sync.key)),
    )
    await list.refresh()
    return list
  }

  get erased(): ErasedPeople | undefined {
    return this.#tombstones.erased
  }

  refresh = async (): Promise<void> => {
    await this.#tombstones.refresh()
    const files = await Promise.all(this.#paths.map(async (path) => stat(path).catch(() => null)))
    const state = files.map((file) => `${file?.mtimeMs}/${file?.size}`).join()
    if (state === this.#state && this.digest !== '') return
    const keys = new Set<StrongKey>()
    const lists: ReadList[] = []
    for (const path of this.#paths)
      lists.push(await readList(this.#local, path, this.#context, keys))
    const [misfit] = this.#use === null ? [] : misfits(lists, this.#use)
    if (misfit !== undefined) throw misfit
    this.#lists = lists
    this.keys = keys
    this.digest = listDigest(keys)
    this.#state = state
  }

  /** What of the lists has no effect on the sync that goes by them. */
  get notices(): string[] {
    const unapplied = this.#use === null ? [] : unappliedNotices(this.#lists, this.#use)
    return [...this.#lists.flatMap(partlyReadNotices), ...unapplied]
  }
}
