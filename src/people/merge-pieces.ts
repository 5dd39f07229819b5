import { filesSql } from './files-sql.ts'
import type { Piece } from './people-store.ts'
import { EVENT_COLUMNS, eventsFile, FACT_COLUMNS, factsFile } from './piece-columns.ts'
import { pieceFiles } from './piece-files.ts'
import { standsSql } from './stands.ts'
import type { Tools } from './tools.ts'
import { copyTo } from './write-piece.ts'

/** The order within a file: what is asked for by time is found by time, facts by what they are. */
const EVENT_ORDER = 'time, id'
const FACT_ORDER = 'fact, name, person, time'

/** So many pieces of a level become one of the next. Each event is written once more for every level. */
const PIECES_TO_MERGE = 10
/** Pieces of this level stay: another merge would write hundreds of millions of events again. */
const LEVEL_MAX = 4
/** Messages that come later than this may find the history of a trait only by its ends. */
const SETTLED_MS = 30 * 86_400_000
/** Who reads a piece that was replaced has so long to end. */
export const REPLACED_KEPT_MS = 3_600_000

/**
 * Merges small pieces into larger ones where there are enough of them, and then deletes what nothing needs any more. Whenever
 * the process dies, either the old pieces count or the new one.
 *
 * Events are sorted by time and not by person: audiences ask for the last days or months, copies of an event are looked for
 * near its time, and a merge of people would undo an order by person.
 */
export async function mergePieces(tools: Tools): Promise<void> {
  let isMerged = false
  for (let level = 0; level < LEVEL_MAX; level += 1) {
    const { pieces } = await tools.store.shape()
    const small = pieces.filter((piece) => piece.level === level)
    if (small.length < PIECES_TO_MERGE) continue
    await mergeInto(tools, pieces, small, level + 1)
    isMerged = true
  }
  if (isMerged) await sweepPieces(tools)
}

/** Deletes pieces that were replaced, where some were long enough ago. */
export async function sweepDue(tools: Tools): Promise<void> {
  if (await tools.store.hasReplaced(tools.now() - REPLACED_KEPT_MS)) await sweepPieces(tools)
}

/** Deletes what nothing needs any more: pieces that were replaced a while ago, and what dead processes left. */
export async function sweepPieces({ store, folder, now }: Tools): Promise<void> {
  await folder.sweep(await store.forget(now() - REPLACED_KEPT_MS), now(), REPLACED_KEPT_MS)
}

async function mergeInto(
  tools: Tools,
  all: readonly Piece[],
  small: readonly Piece[],
  level: number,
): Promise<void> {
  const { folder, local, store, newName, now } = tools
  const name = newName()
  await local.scratch.run(
    `create or replace table stands as ${standsSql(filesSql(pieceFiles(folder, all, 'facts')))}`,
  )
  const events = pieceFiles(folder, small, 'events')
  if (events.length > 0)
    await copyTo(
      local,
      folder,
      eventsFile(name),
      `${eventsSql(filesSql(events))} order by ${EVENT_ORDER}`,
    )
  const facts = filesSql(pieceFiles(folder, small, 'facts'))
  await copyTo(
    local,
    folder,
    factsFile(name),
    `${factsSql(facts, now() - SETTLED_MS)} order by ${FACT_ORDER}`,
  )
  const withEvents = small.filter((piece) => piece.events > 0)
  const piece: Piece = {
    name,
    events: small.reduce((sum, one) => sum + one.events, 0),
    facts: await local.scratch.count(filesSql([folder.path(factsFile(name))])),
    first: Math.min(...withEvents.map(({ first }) => first)),
    last: Math.max(...withEvents.map(({ last }) => last)),
    level,
  }
  await local.scratch.run('drop table stands')
  const whole = withEvents.length === 0 ? { ...piece, first: 0, last: 0 } : piece
  const isReplaced = await store.replace(
    small.map((one) => one.name),
    whole,
    now(),
  )
  if (!isReplaced) await folder.remove(name)
}

const standing = (relation: string, columns: string): string =>
  `select coalesce(stands, rows.person) as person, ${columns} from ${relation} as rows left join stands on stands.person = rows.person`

const others = (columns: readonly { readonly name: string }[], ...without: string[]): string =>
  columns
    .map(({ name }) => name)
    .filter((name) => !without.includes(name))
    .join(', ')

const eventsSql = (events: string): string =>
  standing(events, `${others(EVENT_COLUMNS, 'person')}, id_hash`)

/**
 * Of a value that a trait, what was agreed to, or what somebody said of an account had from one observation to another, those between say nothing more once no message is likely to come
 * that tells of other values there. The first and the last stay for those that come all the same.
 */
function factsSql(facts: string, settled: number): string {
  const order = others(FACT_COLUMNS)
  const of = (kinds: string): string => `(select * from ${facts} where fact in (${kinds}))`
  const traits =
    `select ${order} from (select *, lag(value) over at_time as before, lead(value) over at_time as after ` +
    `from (${standing(of(`'trait', 'consent', 'group'`), others(FACT_COLUMNS, 'person'))}) window at_time as (partition by person, fact, name order by time, id)) ` +
    `where value is distinct from before or value is distinct from after or time > ${settled}`
  const seen =
    `select 'seen' as fact, person, cast(null as varchar) as name, cast(null as varchar) as value, min(time) as time, ` +
    `max(until) as until, min(received) as received, cast(null as varchar) as id ` +
    `from (${standing(of(`'seen'`), 'time, until, received')}) group by person`
  return [
    `select ${order} from ${of(`'merge', 'shared'`)}`,
    `select ${order} from (${standing(of(`'identifier'`), others(FACT_COLUMNS, 'person'))})`,
    traits,
    seen,
  ].join(' union all ')
}
