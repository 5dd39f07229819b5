import { filesSql } from './files-sql.ts'
import type { Piece } from './people-store.ts'
import { eventsFile, factsFile } from './piece-columns.ts'
import type { Tools } from './tools.ts'
import { copyTo } from './write-piece.ts'

/** Which rows of pieces are to go: conditions over an event and over a fact. */
export interface Unwanted {
  readonly events: string
  readonly facts: string
}

interface Counts {
  readonly events: number
  readonly facts: number
}

/**
 * Writes pieces anew without some of their rows, each beside itself, and puts it in its own place in one transaction. Pieces
 * without such rows stay as they are. Whenever the process dies, each piece is the old or the new one.
 * @param isConcerned Pieces that surely have none need not be read.
 * @returns how many rows went
 */
export async function rewritePieces(
  tools: Tools,
  unwanted: Unwanted,
  isConcerned: (piece: Piece) => boolean,
): Promise<Counts> {
  let [events, facts] = [0, 0]
  for (;;) {
    const { pieces } = await tools.store.shape()
    let isWhole = true
    for (const piece of pieces.filter(isConcerned)) {
      const found = await countIn(tools, piece, unwanted)
      if (found.events + found.facts === 0) continue
      // Somebody who merged it meanwhile took the rows along into another piece.
      if (!(await rewrite(tools, piece, unwanted, found))) isWhole = false
      else [events, facts] = [events + found.events, facts + found.facts]
    }
    if (isWhole) return { events, facts }
  }
}

const is = (condition: string): string => `coalesce(${condition}, false)`

const fileSql = ({ folder }: Tools, file: string): string => filesSql([folder.path(file)])

async function countIn(tools: Tools, piece: Piece, unwanted: Unwanted): Promise<Counts> {
  const { scratch } = tools.local
  const count = async (file: string, condition: string): Promise<number> =>
    scratch.count(`(select 1 from ${fileSql(tools, file)} where ${is(condition)})`)
  return {
    events: piece.events === 0 ? 0 : await count(eventsFile(piece.name), unwanted.events),
    facts: piece.facts === 0 ? 0 : await count(factsFile(piece.name), unwanted.facts),
  }
}

/** @returns false when another piece took its place meanwhile */
async function rewrite(
  tools: Tools,
  piece: Piece,
  unwanted: Unwanted,
  found: Counts,
): Promise<boolean> {
  const { folder, store, local, newName, now } = tools
  const name = newName()
  const events = piece.events - found.events
  const facts = piece.facts - found.facts
  const copy = async (fileOf: (name: string) => string, condition: string): Promise<void> =>
    copyTo(
      local,
      folder,
      fileOf(name),
      `select * from ${fileSql(tools, fileOf(piece.name))} where not ${is(condition)}`,
    )
  if (events > 0) await copy(eventsFile, unwanted.events)
  if (facts > 0) await copy(factsFile, unwanted.facts)
  const { first, last } = events === 0 ? { first: 0, last: 0 } : await timesIn(tools, name)
  const by = { ...piece, name, events, facts, first, last }
  if (await store.replace([piece.name], events + facts === 0 ? null : by, now())) return true
  await folder.remove(name)
  return false
}

async function timesIn(tools: Tools, name: string): Promise<Pick<Piece, 'first' | 'last'>> {
  const [row] = await tools.local.scratch.all(
    `select min(time) as first, max(time) as last from ${fileSql(tools, eventsFile(name))}`,
  )
  return { first: Number(row?.['first']), last: Number(row?.['last']) }
}
