// A people store in a folder of its own, with the engine beside it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { z } from 'zod'
import type { ConsentSource } from '../../src/core/consent-source.ts'
import type { Message } from '../../src/core/event/message.ts'
import { DEFAULT_RULES, type IdentityRules } from '../../src/core/identity/rules.ts'
import { identifierTombstones } from '../../src/core/identity/tombstone.ts'
import { LocalDuckDb } from '../../src/engine/duckdb/local.ts'
import { ParquetFolder } from '../../src/engine/duckdb/parquet-folder.ts'
import type { Row } from '../../src/engine/duckdb/session.ts'
import { PeopleStore } from '../../src/people/people-store.ts'
import { attachPeople } from '../../src/people/relations.ts'
import { takeIn, type Stream, type TakenIn } from '../../src/people/take-in.ts'
import type { Tools } from '../../src/people/tools.ts'

export interface Town extends Tools {
  readonly path: string
  /** Takes messages in, as many at a time as stand in each list. */
  readonly take: (
    messages: readonly (readonly Message[])[],
    own?: Partial<IdentityRules>,
  ) => Promise<readonly TakenIn[]>
  /** Asks the relations as they are now. */
  readonly ask: (
    sql: string,
    purposes?: Readonly<Record<string, ConsentSource>>,
  ) => Promise<readonly Row[]>
}

const position = z.object({ at: z.number() })

/** A stream of lists of messages; a position is how many messages came before. */
export function streamOf(
  name: string,
  messages: readonly Message[],
  chunk: number,
): Stream<{ at: number }> {
  return {
    name,
    position,
    linger: null,
    async *read(from) {
      for (let at = from?.at ?? 0; at < messages.length; at += chunk)
        yield messages
          .slice(at, at + chunk)
          .map((message, place) => ({ message, next: { at: at + place + 1 } }))
      await Promise.resolve()
    },
  }
}

export async function openTools(
  path: string,
  now: Tools['now'] = () => Date.now(),
): Promise<Tools & AsyncDisposable> {
  mkdirSync(path, { recursive: true })
  const folder = new ParquetFolder(path)
  const store = PeopleStore.open(path)
  const local = await LocalDuckDb.open({
    spillFolder: join(path, 'spill'),
    memoryLimit: '500MB',
    threads: 2,
  })
  let names = 0
  return {
    folder,
    store,
    local,
    now,
    tombstoneOf: identifierTombstones('a secret of tests'),
    newName: () => `piece-${process.pid}-${Date.now()}-${(names += 1)}`,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]()
      await local[Symbol.asyncDispose]()
    },
  }
}

export async function openTown(
  context: Pick<TestContext, 'after'>,
  now?: Tools['now'],
): Promise<Town> {
  const path = mkdtempSync(join(tmpdir(), 'rollcall-people-'))
  const tools = await openTools(path, now)
  context.after(async () => {
    await tools[Symbol.asyncDispose]()
    rmSync(path, { recursive: true, force: true })
  })
  let streams = 0
  return {
    ...tools,
    path,
    take: async (lists, own = {}) => {
      const taken: TakenIn[] = []
      for (const messages of lists) {
        streams += 1
        const stream = streamOf(`stream ${streams}`, messages, 100)
        for await (const batch of takeIn(tools, { ...DEFAULT_RULES, ...own }, stream))
          taken.push(batch)
      }
      return taken
    },
    ask: asking(tools),
  }
}

/** Asks the relations as they are at each question. */
export function asking({ local, folder, store }: Tools): Town['ask'] {
  return async (sql, purposes = {}) => {
    await attachPeople(local, folder, await store.shape(), { purposes, computed: [] })
    return local.source.all(sql)
  }
}
