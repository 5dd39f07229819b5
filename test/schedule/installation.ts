import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { run, runOrder, type FinishedRun } from '../../src/app/run.ts'
import { setUpSync } from '../../src/app/sync-setup.ts'
import { readDefinition, Workspace, type Surroundings } from '../../src/app/workspace.ts'
import type { Guard } from '../../src/core/sync/guard.ts'
import type { RunOptions } from '../../src/sync/order.ts'
import { HOUR, type Platform } from './platform.ts'

/** The key of the only sync. */
const SYNC = 'everyone'

export interface StoryPerson {
  readonly id: string
  readonly email?: string
  readonly second?: string
}

/** A point in a run: just before or just after one of its calls to the store or to the platform. */
type Point =
  `${'before' | 'after'} ${'create' | 'createLookalike' | 'bindRemote' | 'publishPlan' | 'intend' | 'settle'}`

const OPTIONS: RunOptions = {
  full: false,
  empty: false,
  adopt: null,
  recreate: false,
  approveAll: false,
  waitMs: 0,
}

/** A definition file with its state folder, as a company has it: real files, a real database, DuckDB, and the real client of Meta. */
export class Installation {
  readonly #folder: string
  readonly #platform: Platform
  /** Keys of the sync's definition that take the place of the usual ones. */
  sync: Readonly<Record<string, unknown>> = {}
  /** Lines of the do-not-send list, the names of its columns first. */
  doNotSend: readonly string[] = ['email,customer_id']
  isLive = false
  /** Who is in the source: a name stands for somebody with this id and with an address at example.com. */
  people: readonly (string | StoryPerson)[] = []

  constructor(context: Pick<TestContext, 'after'>, platform: Platform) {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-schedule-'))
    context.after(() => rmSync(folder, { recursive: true, force: true }))
    this.#folder = folder
    this.#platform = platform
    mkdirSync(join(folder, 'data'))
  }

  /** Somebody writes the do-not-send list anew, maybe while a run is under way. */
  writeDoNotSend(lines: readonly string[]): void {
    this.doNotSend = lines
    writeFileSync(join(this.#folder, 'do-not-send.csv'), `${lines.join('\n')}\n`)
  }

  /** One run as the command would make it. */
  async run(options: Partial<RunOptions> = {}): Promise<FinishedRun> {
    await using workspace = await this.#open()
    const wish = { ...OPTIONS, ...options, now: this.#platform.now() }
    const finished = await run(workspace, SYNC, wish, () => undefined)
    return finished
  }

  /** One run that nothing stands in the way of. */
  async done(options: Partial<RunOptions> = {}): Promise<FinishedRun> {
    const finished = await this.run(options)
    const { state, holds, problem } = finished
    if (state !== 'done') throw new Error(JSON.stringify({ state, holds, problem }))
    return finished
  }

  /** A run that dies at this point: it makes no further call, and does not give its lease back. */
  async dies(point: Point, options: Partial<RunOptions> = {}): Promise<void> {
    const { close } = await this.#stopsAt(point, options, new Promise(() => undefined))
    await close()
  }

  /** A run that falls asleep at this point. @returns wakes it, and waits until it has come to whatever end */
  async sleeps(point: Point): Promise<() => Promise<void>> {
    const { promise: morning, resolve: wake } = Promise.withResolvers<void>()
    const { end, close } = await this.#stopsAt(point, {}, morning)
    return async () => {
      wake()
      await Promise.allSettled([end])
      await close()
    }
  }

  /** Begins a run and waits until it stops at the point, where it stays until `morning`. */
  async #stopsAt(
    point: Point,
    options: Partial<RunOptions>,
    morning: Promise<void>,
  ): Promise<{ end: Promise<FinishedRun>; close: () => Promise<void> }> {
    const workspace = await this.#open()
    const setup = await setUpSync(workspace, SYNC, this.#platform.now(), () => undefined)
    const { promise: stopped, resolve: stop } = Promise.withResolvers<string>()
    const pause = async (): Promise<void> => {
      stop(point)
      await morning
    }
    const ports = {
      ...setup.ports,
      store: pausing(setup.ports.store, point, pause),
      destination: pausing(setup.ports.destination, point, pause),
    }
    const end = runOrder(workspace, setup.order, { ...OPTIONS, ...options }, ports)
    const first = await Promise.race([stopped, end.then(({ state }) => state)])
    if (first !== point) throw new Error(`The run came to its end as "${first}" and not ${point}`)
    const close = async (): Promise<void> => {
      await setup[Symbol.asyncDispose]()
      await workspace[Symbol.asyncDispose]()
    }
    return { end, close }
  }

  /** Somebody approves up to `count` of what a guard counts. */
  async approve(guard: Guard, count: number): Promise<void> {
    await using workspace = await this.#open()
    const until = this.#platform.now() + 24 * HOUR
    await workspace.store.approve(SYNC, [{ guard, count, until }])
  }

  get #state(): string {
    return join(this.#folder, '.rollcall')
  }

  get #stateFile(): string {
    return join(this.#state, 'store.db')
  }

  /** Puts a copy of the state folder aside. */
  copyState(): void {
    cpSync(this.#state, join(this.#folder, 'copy'), { recursive: true })
  }

  /** Puts the copy in the place of the state folder. */
  restoreState(): void {
    this.loseState()
    cpSync(join(this.#folder, 'copy'), this.#state, { recursive: true })
  }

  loseState(): void {
    rmSync(this.#state, { recursive: true })
  }

  /** The state file is gone, while the secret beside it says that this is the same installation. */
  loseStateFile(): void {
    for (const end of ['', '-wal', '-shm']) rmSync(`${this.#stateFile}${end}`, { force: true })
  }

  /** The state file is overwritten with something else. */
  damageState(): void {
    this.loseStateFile()
    writeFileSync(this.#stateFile, 'This is not a database.'.repeat(500))
  }

  /** As if the last run had been one of an older Rollcall with other rules of normalisation. */
  ageNormaliser(): void {
    using database = new DatabaseSync(this.#stateFile)
    database.exec('update sync set normaliser_version = 0')
  }

  async #open(): Promise<Workspace> {
    this.#writeFiles()
    const file = join(this.#folder, 'rollcall.yaml')
    const surroundings = surroundingsOf(this.#platform)
    const loaded = readDefinition(file, surroundings.env)
    if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.mistakes, null, 2))
    return Workspace.open(file, loaded.definition, surroundings)
  }

  #writeFiles(): void {
    const lines = this.people.map((person) => {
      const {
        id,
        email = '',
        second = '',
      } = typeof person === 'string' ? { id: person, email: person } : person
      return [id, ...[email, second].map((name) => this.#addressOf(name))].join(',')
    })
    const write = (file: string, text: string): void =>
      writeFileSync(join(this.#folder, file), text)
    write('data/people.csv', `${['id,email,second', ...lines].join('\n')}\n`)
    write('do-not-send.csv', `${this.doNotSend.join('\n')}\n`)
    // JSON is YAML.
    write('rollcall.yaml', JSON.stringify(this.#definition()))
  }

  /** A number stands for itself, as an id does that is no address. */
  #addressOf(name: string): string {
    if (name === '' || /^\d+$/.test(name)) return name
    const email = `${name}@example.com`
    this.#platform.digestOf(email)
    return email
  }

  #definition(): object {
    const live = {
      environment: 'live',
      ad_account: 'act_1000000001',
      access_token: { env: 'META_ACCESS_TOKEN' },
    }
    return {
      version: 1,
      sources: { shop: { type: 'files', path: './data' } },
      models: { people: { source: 'shop', table: 'people', key: 'id' } },
      audiences: { everyone: { name: 'Everyone', model: 'people' } },
      destinations: { meta: { type: 'meta', ...(this.isLive ? live : {}) } },
      syncs: {
        [SYNC]: {
          audience: 'everyone',
          destination: 'meta',
          mapping: { EXTERN_ID: 'id', EMAIL: ['email', 'second'] },
          ...this.sync,
        },
      },
      do_not_send: ['./do-not-send.csv'],
    }
  }
}

function surroundingsOf(platform: Platform): Surroundings {
  return {
    world: {
      now: () => platform.now(),
      sleep: async (ms) => Promise.resolve(platform.sleep(ms)),
      random: () => platform.random(),
      fetch: async (request) => platform.fetch(request),
    },
    env: { META_ACCESS_TOKEN: 'sandbox-token' },
    startSandbox: async () => Promise.resolve(async (request) => platform.fetch(request)),
    owner: 'story',
    // Whoever has a lease here is a run that died.
    isDead: () => true,
  }
}

/** The same port, except that its caller has to wait at the point. */
function pausing<Port extends object>(port: Port, point: Point, pause: () => Promise<void>): Port {
  const [when, call] = point.split(' ')
  return new Proxy(port, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property)
      if (property !== call || typeof value !== 'function') return value
      return async (...values: unknown[]) => {
        if (when === 'before') await pause()
        const answer: unknown = await value.apply(target, values)
        if (when === 'after') await pause()
        return answer
      }
    },
  })
}
