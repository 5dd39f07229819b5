import { hash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
  closeSync,
  fsyncSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { nearestWord } from '../core/audience/nearest-word.ts'
import { RollcallError } from '../core/error.ts'
import { Secret } from '../core/secret.ts'
import type { World } from '../core/world.ts'
import type { Definition, DestinationDefinition, SyncDefinition } from '../definition/definition.ts'
import { loadDefinition, type Loaded } from '../definition/load.ts'
import { resolveSecret, type SecretWorld } from '../definition/secret-reference.ts'
import { metaDestination } from '../destination/meta/destination.ts'
import type { Destination } from '../destination/port.ts'
import { openStore, type SqliteStore } from '../store/sqlite/open-store.ts'

/** What the entry point hands in: the world, the environment, and how to start the sandbox that a workspace keeps for itself. */
export interface Surroundings {
  readonly world: World
  readonly env: Readonly<Record<string, string | undefined>>
  /** Answers requests from a sandbox in this process whose state is kept in `stateFile`. */
  readonly startSandbox: (stateFile: string) => Promise<World['fetch']>
  /** Names this process in a lease. */
  readonly owner: string
  /** Is the process that a lease names surely dead? */
  readonly isDead: (owner: string) => boolean
  /** Aborted when the process is asked to end: a run then stops after the requests under way. */
  readonly stop?: AbortSignal
}

/** The host of a sandbox inside this process. It is never looked up. */
const EMBEDDED_SANDBOX = 'http://localhost'

/** Reads and checks a definition file. What is wrong with it is an answer, not an exception. */
export function readDefinition(file: string, env: Surroundings['env']): Loaded {
  return loadDefinition(readText(file), worldBeside(file, env))
}

/** What a definition file may look at: the environment, and files beside it. */
export const worldBeside = (file: string, env: Surroundings['env']): SecretWorld => ({
  env,
  readFile: (path) => readBeside(file, path),
})

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new RollcallError(`Cannot read the definition file "${file}"`, {
      code: 'definition/missing',
      next: 'act',
      remedy: 'Name it with --file, or write one with "rollcall init"',
      cause: error,
    })
  }
}

function readBeside(file: string, path: string): string | undefined {
  try {
    return readFileSync(resolve(dirname(file), path), 'utf8')
  } catch {
    return undefined
  }
}

/** One definition file with its state folder: a whole installation. */
export class Workspace implements AsyncDisposable {
  readonly definition: Definition
  readonly folder: string
  readonly stateFolder: string
  readonly store: SqliteStore
  readonly surroundings: Surroundings
  /** Keys the hashes by which members and rows are told apart in the state folder. */
  readonly secret: string
  readonly #file: string
  readonly #destinations = new Map<string, Promise<Destination>>()
  #sandbox: Promise<World['fetch']> | undefined

  private constructor(
    file: string,
    definition: Definition,
    stateFolder: string,
    secret: string,
    store: SqliteStore,
    surroundings: Surroundings,
  ) {
    this.#file = file
    this.definition = definition
    this.folder = dirname(resolve(file))
    this.stateFolder = stateFolder
    this.secret = secret
    this.store = store
    this.surroundings = surroundings
  }

  /** Opens the workspace of a valid definition; its state folder is made when it is missing, for its owner alone. */
  static async open(
    file: string,
    definition: Definition,
    surroundings: Surroundings,
  ): Promise<Workspace> {
    const stateFolder = join(dirname(resolve(file)), '.rollcall')
    makeFolder(stateFolder)
    const secret = keepSecret(join(stateFolder, 'secret'))
    const store = await openStore(join(stateFolder, 'store.db'))
    const workspace = new Workspace(file, definition, stateFolder, secret, store, surroundings)
    await workspace.#moveRenamed()
    return workspace
  }

  /** A short name for this installation, in the remote description. */
  get installation(): string {
    return hash('sha256', `${this.secret}\ninstallation`, 'hex').slice(0, 8)
  }

  sync(key: string): SyncDefinition {
    const sync = this.definition.syncs[key]
    if (sync !== undefined) return sync
    const known = Object.keys(this.definition.syncs)
    const nearest = nearestWord(key, known)
    const meant = nearest === undefined ? '' : `Did you mean "${nearest}"? `
    throw new RollcallError(`There is no sync "${key}" in ${this.#file}`, {
      code: 'definition/unknown-sync',
      next: 'act',
      remedy:
        known.length === 0 ? 'Add one under "syncs"' : `${meant}There are: ${known.join(', ')}`,
    })
  }

  /** Syncs that have people in a remote audience and are no longer in the file. They are never passed over. */
  async left(): Promise<readonly string[]> {
    const kept = await this.store.syncs()
    return kept.filter((key) => this.definition.syncs[key] === undefined)
  }

  readBeside(path: string): string | undefined {
    return readBeside(this.#file, path)
  }

  destination(key: string): Promise<Destination> {
    const open = this.#destinations.get(key) ?? this.#connect(key)
    this.#destinations.set(key, open)
    return open
  }

  async #connect(key: string): Promise<Destination> {
    const definition = this.definition.destinations[key]
    if (definition === undefined) throw new Error(`Cannot find the destination "${key}"`)
    return definition.environment === 'live' ? this.#live(definition) : this.#sandboxed(definition)
  }

  #live(definition: DestinationDefinition): Destination {
    const { env, world } = this.surroundings
    const secrets = { env, readFile: (path: string) => this.readBeside(path) }
    if (definition.accessToken === null)
      throw new Error(`Cannot connect to "${definition.key}": it has no access token`)
    return metaDestination(
      {
        environment: 'LIVE',
        adAccount: definition.adAccount,
        accessToken: resolveSecret(definition.accessToken, secrets),
        ...(definition.appSecret === null
          ? {}
          : { appSecret: resolveSecret(definition.appSecret, secrets) }),
        ...(definition.apiVersion === null ? {} : { apiVersion: definition.apiVersion }),
        ...(definition.apiUrl === null ? {} : { apiUrl: definition.apiUrl }),
      },
      world,
    )
  }

  async #sandboxed({ adAccount, apiVersion, apiUrl }: DestinationDefinition): Promise<Destination> {
    const { world } = this.surroundings
    const settings = {
      environment: 'SANDBOX' as const,
      adAccount,
      accessToken: new Secret('sandbox-token'),
      ...(apiVersion === null ? {} : { apiVersion }),
    }
    if (apiUrl !== null) return metaDestination({ ...settings, apiUrl }, world)
    this.#sandbox ??= this.surroundings.startSandbox(join(this.stateFolder, 'sandbox.log'))
    const fetch = await this.#sandbox
    return metaDestination({ ...settings, apiUrl: EMBEDDED_SANDBOX }, { ...world, fetch })
  }

  /** A sync that says which key it had before takes its state along. */
  async #moveRenamed(): Promise<void> {
    const kept = await this.store.syncs()
    for (const { key, movedFrom } of Object.values(this.definition.syncs))
      if (movedFrom !== null && kept.includes(movedFrom) && !kept.includes(key))
        await this.store.rename(movedFrom, key)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]()
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  } catch (error) {
    throw new RollcallError(`Cannot make the state folder "${folder}"`, {
      code: 'state/not-writable',
      next: 'act',
      remedy: 'Let this user write beside the definition file',
      cause: error,
    })
  }
}

/** Made once, durably, and never changed: everything in the state folder is told apart by it. */
function keepSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    const secret = randomBytes(32).toString('hex')
    // `wx`: of two processes that come first, one writes it and the other reads it.
    try {
      const file = openSync(path, 'wx', 0o600)
      writeSync(file, secret)
      fsyncSync(file)
      closeSync(file)
      return secret
    } catch {
      return readFileSync(path, 'utf8').trim()
    }
  }
}
