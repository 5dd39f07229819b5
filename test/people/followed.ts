// One sync over the people that Rollcall keeps, as a company has it, with a sandbox of its own and a clock that is set.
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { createSandbox, type Sandbox } from '../../sandbox/meta/sandbox.ts'
import { openKeptPeople, withKeptStore } from '../../src/app/kept-people.ts'
import { openAudience, openLocal } from '../../src/app/open-audience.ts'
import { quickPass } from '../../src/app/quick-pass.ts'
import { run, type FinishedRun } from '../../src/app/run.ts'
import { readDefinition, Workspace } from '../../src/app/workspace.ts'
import type { ResolvedAudience } from '../../src/core/audience/audience.ts'
import type { Condition } from '../../src/core/audience/condition.ts'
import type { Message } from '../../src/core/event/message.ts'
import type { GuardSettings } from '../../src/core/sync/guard.ts'
import type { Definition } from '../../src/definition/definition.ts'
import { takeIn } from '../../src/people/take-in.ts'
import type { News } from '../../src/people/news.ts'
import { compileAudience } from '../../src/sql/audience.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { LISTS } from '../audience/trees.ts'
import { streamOf } from './town.ts'

const SYNC = 'followed'

const DEFINITION = `version: 1
audiences: { judged: { model: profiles } }
destinations: { meta: { type: meta } }
syncs:
  ${SYNC}: { audience: judged, destination: meta, mapping: { EXTERN_ID: person, EMAIL: email }, reassert: 0 }
`

const NO_GUARDS: GuardSettings = {
  empty: 'off',
  removed: 'off',
  added: 'off',
  unusable: 'off',
  unlisted: 'off',
  normaliser: 'off',
  first_live: 'off',
}

const OPTIONS = {
  full: false,
  empty: false,
  adopt: null,
  recreate: false,
  approveAll: false,
  waitMs: 0,
} as const

/** Who is in an audience: by person, the addresses by which. */
export type Inside = ReadonlyMap<string, string>

export class Followed {
  readonly #sandbox: Sandbox
  readonly #workspace: Workspace
  readonly #clock: { now: number }
  #streams = 0

  private constructor(sandbox: Sandbox, workspace: Workspace, clock: { now: number }) {
    this.#sandbox = sandbox
    this.#workspace = workspace
    this.#clock = clock
  }

  static async open(
    context: Pick<TestContext, 'after'>,
    where: Condition,
    now: number,
  ): Promise<Followed> {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-followed-'))
    const file = join(folder, 'rollcall.yaml')
    writeFileSync(file, DEFINITION)
    const loaded = readDefinition(file, {})
    if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.mistakes))
    const clock = { now }
    const sandbox = createSandbox({ now: () => clock.now, seed: 7, tier: 'off' })
    const workspace = await Workspace.open(file, withTree(loaded.definition, where), {
      world: {
        now: () => clock.now,
        sleep: async () => Promise.resolve(),
        random: Math.random,
        fetch: async (request) => sandbox.fetch(request),
      },
      env: {},
      startSandbox: async () => Promise.resolve(async (request) => sandbox.fetch(request)),
      owner: 'follower',
      isDead: () => false,
    })
    context.after(async () => {
      await workspace[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    })
    return new Followed(sandbox, workspace, clock)
  }

  later(ms: number): void {
    this.#clock.now += ms
  }

  get audience(): ResolvedAudience {
    const { judged } = this.#workspace.definition.audiences
    if (judged === undefined) throw new Error('There is no audience')
    return judged
  }

  /** Takes messages in, as many at a time as stand in each list. @returns of whom they were */
  async take(lists: readonly (readonly Message[])[]): Promise<News> {
    const before = await withKeptStore(this.#workspace, async (store) => store?.version() ?? 0)
    await using local = await openLocal(this.#workspace)
    await using people = await openKeptPeople(this.#workspace, local)
    for (const messages of lists) {
      const stream = streamOf(`stream ${(this.#streams += 1)}`, messages, 100)
      for await (const taken of takeIn(people, this.#workspace.definition.identity, stream))
        if (taken.messages === 0) throw new Error('Nothing was taken in')
    }
    return await people.store.newsSince(before)
  }

  async full(): Promise<FinishedRun> {
    const options = { ...OPTIONS, now: this.#clock.now }
    return run(this.#workspace, SYNC, options, () => undefined)
  }

  async quick(people: readonly string[]): ReturnType<typeof quickPass> {
    return quickPass(this.#workspace, SYNC, people, () => undefined)
  }

  /** Who belongs now, everybody judged, by nothing that was sent before. */
  async wanted(): Promise<Inside> {
    const { local, audience, context } = await openAudience(
      this.#workspace,
      'judged',
      this.#clock.now,
    )
    try {
      const { sql, parameters } = compileAudience(audience, duckdb, context)
      // Whoever has no address has nothing that is sent.
      const rows = await local.source.all(
        `select person::varchar as person, array_to_string(email, ' ') as emails from (${sql}) where email is not null`,
        parameters,
      )
      return new Map(
        rows.map(({ person, emails }) => [
          String(person),
          textOf(
            String(emails)
              .split(' ')
              .map((email) => hash('sha256', email)),
          ),
        ]),
      )
    } finally {
      await local[Symbol.asyncDispose]()
    }
  }

  /** Who is in the Custom Audience. */
  inside(): Inside {
    const { model } = this.#sandbox
    const found = new Map<string, string[]>()
    for (const { EXTERN_ID, EMAIL } of model.audienceIds().flatMap((id) => [...model.rowsOf(id)]))
      found.set(String(EXTERN_ID), [...(found.get(String(EXTERN_ID)) ?? []), String(EMAIL ?? '')])
    return new Map([...found].map(([person, emails]) => [person, textOf(emails)]))
  }
}

const textOf = (emails: readonly string[]): string => emails.toSorted().join(' ')

function withTree(definition: Definition, where: Condition): Definition {
  const { judged } = definition.audiences
  const sync = definition.syncs[SYNC]
  if (judged === undefined || sync === undefined) throw new Error('The definition lacks something')
  return {
    ...definition,
    audiences: { judged: { ...judged, where, lists: LISTS } },
    syncs: { [SYNC]: { ...sync, guards: NO_GUARDS } },
  }
}
