import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Columns } from '../../core/audience/audience.ts'
import type { Message } from '../../core/event/message.ts'
import type { LocalDuckDb } from '../../engine/duckdb/local.ts'
import { describeRelation, fileRelation } from '../../engine/duckdb/source.ts'
import type { Arrival } from '../batches.ts'
import type { Stream } from '../take-in.ts'
import type { ImportMapping } from './mapping.ts'
import { rowMessage, type RowFault } from './row-message.ts'
import { rowSql } from './row-sql.ts'

/** How far a file was taken in. */
const importPosition = z.object({
  /** The next row, from 0. */
  row: z.number(),
  startedAt: z.number(),
})
type ImportPosition = z.infer<typeof importPosition>

export interface OpenFile {
  readonly relation: string
  readonly columns: Columns
  readonly rows: number
}

/** A file that can be imported: CSV, Parquet, JSON or JSON lines, by its ending. */
export async function openFile(local: LocalDuckDb, path: string): Promise<OpenFile> {
  const relation = await fileRelation(path)
  const columns = await describeRelation(local, relation)
  return { relation, columns, rows: await local.scratch.count(relation) }
}

export interface ImportOrder {
  readonly path: string
  readonly source: string
  readonly mapping: ImportMapping
  /** For times without one. */
  readonly timeZone: string
  readonly now: number
  /** Told of rows that are no message; the first row is 1. */
  readonly onFault: (fault: RowFault, row: number) => void
}

/**
 * The rows of a file as a stream of messages. The stream is called after the file's content and after how it is read, so that
 * the same file goes on where it was, and once it is through has nothing more.
 */
export async function fileStream(
  local: LocalDuckDb,
  { relation, columns, rows }: OpenFile,
  { path, source, mapping, timeZone, now, onFault }: ImportOrder,
): Promise<Stream<ImportPosition>> {
  const digest = await digestOf(path, JSON.stringify([source, mapping, timeZone]))
  const sql = rowSql(relation, columns, mapping, timeZone)
  const hasEvents = mapping.event !== null || mapping.single.event !== undefined
  const hasGroups = mapping.single.group_id !== undefined
  return {
    name: `import:${digest}`,
    position: importPosition,
    linger: null,
    async *read(from) {
      const { row: first, startedAt } = from ?? { row: 0, startedAt: now }
      const file = { source, digest, startedAt, event: mapping.event, hasEvents, hasGroups }
      if (first >= rows) return
      let row = first
      const lines = local.lines(`${sql} limit all offset ${first}`, rows - first)
      for await (const chunk of lines) {
        const arrivals: Arrival<Message, ImportPosition>[] = []
        for (const line of chunk) {
          const message = rowMessage(line, row, file)
          row += 1
          if (typeof message === 'string') onFault(message, row)
          else arrivals.push({ message, next: { row, startedAt } })
        }
        yield arrivals
      }
    },
  }
}

/** Half of a SHA-256 tells files apart. */
const DIGEST_DIGITS = 32

async function digestOf(path: string, settings: string): Promise<string> {
  const hash = createHash('sha256').update(`${settings}\n`)
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex').slice(0, DIGEST_DIGITS)
}
