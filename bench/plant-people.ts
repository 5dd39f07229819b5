// People and events as taking them in leaves them on disk, written by SQL: taking in a hundred million messages would take hours.
import { join } from 'node:path'
import type { LocalDuckDb } from '../src/engine/duckdb/local.ts'
import { ParquetFolder } from '../src/engine/duckdb/parquet-folder.ts'
import { eventsFile, factsFile } from '../src/people/piece-columns.ts'
import { PeopleStore, type Piece } from '../src/people/people-store.ts'
import { copyTo } from '../src/people/write-piece.ts'

/** The moment at which the events end. */
export const NOW = Date.UTC(2026, 6, 1)
const DAYS = 730
const SPAN_MS = DAYS * 86_400_000
/** Each piece holds the events of an equal part of the time, as merging pieces leaves them. */
const PIECES = 10

const NAMES = [
  'Product Viewed',
  'Product Viewed',
  'Product Viewed',
  'Product Added',
  'Login',
  'Page Viewed',
  'Page Viewed',
  'Play',
  'Skip',
  'Order Completed',
]

/** A person of that number. */
const PERSON = (number: string): string => `cast(md5('person ' || ${number}) as uuid)`

/** Numbers that look random and are always the same. */
const drawn = (purpose: number, below: number): string => `(hash(i * 8 + ${purpose}) % ${below})`

/** Most is done by few: one in a hundred people does a tenth of everything. */
const busy = (people: number): string =>
  `cast(floor(${people} * pow(${drawn(2, 1_000_003)} / 1000003, 2)) as bigint)`

/** Writes `people` people with `events` events of the last two years between them, and nothing else. */
export async function plantPeople(
  local: LocalDuckDb,
  stateFolder: string,
  { people, events }: { readonly people: number; readonly events: number },
): Promise<void> {
  const path = join(stateFolder, 'people')
  const folder = new ParquetFolder(path)
  await folder.prepare()
  await using store = PeopleStore.open(path)
  const name = `['${NAMES.join(`', '`)}'][1 + cast(${drawn(1, NAMES.length)} as int)]`
  const perPiece = Math.ceil(events / PIECES)
  const spanMs = SPAN_MS / PIECES
  for (let index = 0; index < PIECES; index += 1) {
    const first = NOW - SPAN_MS + Math.round(index * spanMs)
    const time = `(${first} + cast((i - ${index * perPiece}) as bigint) * ${Math.floor(spanMs)} // ${perPiece})`
    await copyTo(
      local,
      folder,
      eventsFile(`planted-${index}`),
      `select ${PERSON(busy(people))} as person, ${name} as name, ${time} as time, 'event-' || i as id, ` +
        `'{"revenue":' || ${drawn(3, 20_000)} / 100 || ',"product_id":"p' || ${drawn(4, 5000)} || '"}' as properties, ` +
        `'{"page":{"path":"/p/' || ${drawn(5, 1000)} || '"}}' as context, 'web' as source, ${time} + 50 as received, hash(i) as id_hash ` +
        `from range(${index * perPiece}, ${(index + 1) * perPiece}) as numbers(i)`,
    )
    await keep(store, {
      name: `planted-${index}`,
      events: perPiece,
      facts: 0,
      first,
      last: first + Math.floor(spanMs),
      level: 3,
    })
  }
  await copyTo(
    local,
    folder,
    factsFile('planted-people'),
    ['seen', 'identifier']
      .map(
        (fact) =>
          `select '${fact}' as fact, ${PERSON('i')} as person, ${fact === 'seen' ? 'null' : `'user_id'`} as name, ` +
          `${fact === 'seen' ? 'null' : `'u' || i`} as value, ${NOW - SPAN_MS}::bigint as time, ${NOW}::bigint as until, ` +
          `${NOW - SPAN_MS}::bigint as received, null::varchar as id from range(${people}) as numbers(i)`,
      )
      .join(' union all '),
  )
  await keep(store, {
    name: 'planted-people',
    events: 0,
    facts: 2 * people,
    first: 0,
    last: 0,
    level: 3,
  })
}

async function keep(store: PeopleStore, piece: Piece): Promise<void> {
  const { version } = await store.ground([], String)
  const kept = await store.keep({
    version,
    changes: {
      profiles: new Map(),
      identifiers: new Map(),
      shared: [],
      refusals: [],
      kinds: ['user_id'],
    },
    traits: [],
    accountTraits: [],
    piece,
    stream: 'planted',
    position: piece.name,
    messages: piece.events,
    turnedAway: [],
  })
  if (!kept) throw new Error(`${piece.name} was not kept`)
}
