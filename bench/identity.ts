// Messages taken in, and rows imported, set against the engine writing the same without asking who is who.
import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { z } from 'zod'
import type { Message } from '../src/core/event/message.ts'
import { DEFAULT_RULES } from '../src/core/identity/rules.ts'
import { identifierTombstones } from '../src/core/identity/tombstone.ts'
import { LocalDuckDb } from '../src/engine/duckdb/local.ts'
import { ParquetFolder } from '../src/engine/duckdb/parquet-folder.ts'
import { fileStream, openFile } from '../src/people/import/file-stream.ts'
import { mapColumns } from '../src/people/import/mapping.ts'
import { PeopleStore } from '../src/people/people-store.ts'
import { takeIn, type Stream } from '../src/people/take-in.ts'
import type { Tools } from '../src/people/tools.ts'
import { inFolder } from './bed.ts'
import { figure, type Figure } from './figure.ts'

const MESSAGES = Number(process.env['ROLLCALL_BENCH_MESSAGES'] ?? 1_000_000)
const CHUNK = 1_000
/** So many people are there at the same time. */
const AT_ONCE = 5_000

/** Of ten messages of a person the last shows that two are one: a tenth of all messages merges. */
const TURNS = 10

function message(index: number): Message {
  const round = Math.floor(index / (AT_ONCE * TURNS))
  const turn = Math.floor(index / AT_ONCE) % TURNS
  const person = round * AT_ONCE + (index % AT_ONCE)
  const isLogin = turn === 0 || turn === TURNS - 1
  const isElsewhere = turn % 2 === 1
  const time = Date.UTC(2026, 0, 1) + index
  return {
    id: `message-${index}`,
    kind: isLogin ? 'identify' : 'track',
    source: 'web',
    userId: isLogin ? `user-${person}` : null,
    anonymousId: `anonymous-${person}-${isElsewhere ? 'phone' : 'laptop'}`,
    previousId: null,
    groupId: null,
    event: isLogin ? null : 'Product Viewed',
    properties: isLogin
      ? {}
      : { product_id: `p${index % 1000}`, price: index % 100, category: 'Games' },
    traits: isLogin
      ? { email: `person.${person}@example.com`, plan: turn === 0 ? 'free' : 'pro' }
      : {},
    context: {
      page: { url: 'https://shop.example.com/products', title: 'Products' },
      ip: '192.0.2.1',
    },
    timestamp: time,
    receivedAt: time + 50,
  }
}

const journal: Stream<{ at: number }> = {
  name: 'journal',
  position: z.object({ at: z.number() }),
  linger: null,
  async *read() {
    for (let at = 0; at < MESSAGES; at += CHUNK) {
      await Promise.resolve()
      yield Array.from({ length: CHUNK }, (_, place) => ({
        message: message(at + place),
        next: { at: at + place + 1 },
      }))
    }
  },
}

/** CPU and other seconds, of all threads, that some work takes. */
async function secondsOf(work: () => Promise<void>): Promise<{ cpu: number; wall: number }> {
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpuBefore)
  return { cpu: (user + system) / 1e6, wall: (performance.now() - began) / 1000 }
}

/** The floor: the messages as lines of JSON, made columns and a durable Parquet file by the engine, a batch at a time. */
async function writePlain({ local, folder }: Tools): Promise<void> {
  for (let from = 0; from < MESSAGES; from += 20 * CHUNK) {
    const lines = Array.from({ length: 20 * CHUNK }, (_, place) =>
      JSON.stringify(message(from + place)),
    )
    await local.scratch.run('create or replace table plain (line varchar)')
    await local.appendLines('plain', lines)
    const path = folder.path(`plain-${from}.parquet`)
    await local.scratch.run(
      `copy (select json_extract_string(line, '$.id') as id, line from plain) to '${path}' (format parquet, compression zstd)`,
    )
    await folder.makeDurable(`plain-${from}.parquet`)
  }
}

async function openTools(folder: string): Promise<Tools & AsyncDisposable> {
  mkdirSync(folder, { recursive: true })
  const local = await LocalDuckDb.open({
    spillFolder: join(folder, 'spill'),
    memoryLimit: '800MB',
    threads: availableParallelism(),
  })
  const store = PeopleStore.open(folder)
  let names = 0
  return {
    local,
    store,
    folder: new ParquetFolder(folder),
    now: () => Date.now(),
    tombstoneOf: identifierTombstones('a secret of benches'),
    newName: () => `piece-${(names += 1)}`,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]()
      await local[Symbol.asyncDispose]()
    },
  }
}

export async function identity(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    await using tools = await openTools(folder)
    const plain = await secondsOf(async () => writePlain(tools))
    let merged = 0
    const own = await secondsOf(async () => {
      for await (const taken of takeIn(tools, DEFAULT_RULES, journal)) merged += taken.mergedPeople
    })
    return [
      figure(
        'identity',
        'messages per CPU second, a tenth of which merge two people, against writing the same without asking who is who',
        MESSAGES / own.cpu,
        MESSAGES / plain.cpu,
        { atLeast: 0.1 },
        {
          per_second: Math.round(MESSAGES / own.wall),
          merged_share: merged / MESSAGES,
          memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
        },
      ),
    ]
  })
}

async function writeOrders(path: string): Promise<void> {
  const file = createWriteStream(path)
  file.write('order_id,customer_id,email,ordered_at,total,country,product\n')
  for (let row = 0; row < MESSAGES; row += 1) {
    const customer = row % 200_000
    const day = String(1 + (row % 28)).padStart(2, '0')
    const line = `o${row},c${customer},person.${customer}@example.com,2026-01-${day}T10:00:00Z,${row % 500}.99,DE,Product ${row % 1000}\n`
    if (!file.write(line)) await once(file, 'drain')
  }
  file.end()
  await finished(file)
}

export async function importRows(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    await using tools = await openTools(folder)
    const path = join(folder, 'orders.csv')
    await writeOrders(path)
    const plain = await secondsOf(async () =>
      tools.local.scratch.run(
        `copy (select * from read_csv('${path}', all_varchar = true)) to '${join(folder, 'orders.parquet')}' (format parquet, compression zstd)`,
      ),
    )
    const file = await openFile(tools.local, path)
    const mapped = mapColumns([...file.columns.keys()], {
      map: ['user_id=customer_id', 'time=ordered_at', 'trait.email=email', 'id=order_id'],
      event: 'Order Completed',
      onlyMapped: false,
    })
    if (mapped.kind === 'wrong') throw new Error(mapped.message)
    const stream = await fileStream(tools.local, file, {
      path,
      source: 'orders',
      mapping: mapped.mapping,
      timeZone: 'UTC',
      now: Date.now(),
      onFault: (fault, row) => {
        throw new Error(`${fault} in row ${row}`)
      },
    })
    let events = 0
    const own = await secondsOf(async () => {
      for await (const taken of takeIn(tools, DEFAULT_RULES, stream)) events += taken.events
    })
    if (events !== MESSAGES) throw new Error(`${events} of ${MESSAGES} rows became events`)
    return [
      figure(
        'import',
        'rows per CPU second into people and events, against the engine turning the same CSV file into Parquet',
        MESSAGES / own.cpu,
        MESSAGES / plain.cpu,
        { atLeast: 0.02 },
        {
          per_second: Math.round(MESSAGES / own.wall),
          memory_mb: Math.round(process.resourceUsage().maxRSS / 1024),
        },
      ),
    ]
  })
}
