import { rm } from 'node:fs/promises'
import type { Message } from '../core/event/message.ts'
import { localDisk, syncFolder, type Disk } from './disk.ts'
import { mend } from './mend.ts'
import { readLines, type Line, type ReadOptions } from './read-lines.ts'
import { RecentIds } from './recent-ids.ts'
import { SegmentLog, type LogSettings } from './segment-log.ts'
import { listSegments, segmentPath, type Position } from './segments.ts'

/** One message, and where to go on after it. */
export interface Entry {
  readonly message: Message
  readonly next: Position
}

interface Settings {
  readonly now: () => number
  readonly disk?: Disk
  readonly segmentBytes?: number
  readonly waitingBytesMax?: number
  /** So many ids at least are remembered, so that a call that is sent again is not kept again. */
  readonly idsRemembered?: number
}

const SEGMENT_BYTES = 64 << 20
const WAITING_BYTES_MAX = 32 << 20
const IDS_REMEMBERED = 200_000

/** A message as it is kept. */
export interface MessageLine {
  readonly id: string
  readonly text: string
}

export const messageLine = (message: Message): MessageLine => ({
  id: message.id,
  text: JSON.stringify(message),
})

/** Keeps messages durably in a folder, for one writer; any number of readers may read it meanwhile. */
export class Journal {
  readonly folder: string
  readonly #log: SegmentLog
  readonly #recent: RecentIds
  /** The ids of what is not durable yet, each with what its callers wait for. */
  readonly #underWay = new Map<string, Promise<void>>()

  private constructor(log: SegmentLog, recent: RecentIds) {
    this.folder = log.folder
    this.#log = log
    this.#recent = recent
  }

  /** Cuts what a writer that died left half-written, and learns the latest ids. */
  static async open(folder: string, settings: Settings): Promise<Journal> {
    const logSettings: LogSettings = {
      disk: settings.disk ?? localDisk,
      now: settings.now,
      segmentBytes: settings.segmentBytes ?? SEGMENT_BYTES,
      waitingBytesMax: settings.waitingBytesMax ?? WAITING_BYTES_MAX,
    }
    const recent = new RecentIds(settings.idsRemembered ?? IDS_REMEMBERED)
    await mend(folder, (lines) => {
      for (const { text } of lines) recent.add(idIn(text))
    })
    return new Journal(await SegmentLog.open(folder, logSettings), recent)
  }

  /**
   * Keeps messages, each id once. Returns when all of them are durable, those too that came before and are still being written.
   * @returns how many were new
   * @throws RollcallError when that cannot be; whoever sent them is to send them again
   */
  async append(messages: readonly MessageLine[]): Promise<number> {
    const others = new Set<Promise<void>>()
    const fresh = new Map<string, string>()
    for (const { id, text } of messages) {
      if (this.#recent.has(id) || fresh.has(id)) continue
      const other = this.#underWay.get(id)
      if (other === undefined) fresh.set(id, text)
      else others.add(other)
    }
    await Promise.all([this.#write(fresh), ...others])
    return fresh.size
  }

  /** Waits until everything is durable; nothing more is taken. */
  async close(): Promise<void> {
    await this.#log.close()
  }

  async #write(fresh: ReadonlyMap<string, string>): Promise<void> {
    const written = this.#log.append([...fresh.values()])
    for (const id of fresh.keys()) this.#underWay.set(id, written)
    try {
      await written
      for (const id of fresh.keys()) this.#recent.add(id)
    } finally {
      for (const id of fresh.keys()) this.#underWay.delete(id)
    }
  }
}

/** The id stands first in a line, and reading it alone is much faster. */
function idIn(text: string): string {
  const id: unknown = JSON.parse(text.slice('{"id":'.length, text.indexOf(',"kind":')))
  return String(id)
}

/** Reads messages from a position on, a chunk at a time; `START` is the beginning. A position that was kept may be gone on from. */
export async function* readFrom(
  folder: string,
  position: Position,
  options?: ReadOptions,
): AsyncGenerator<readonly Entry[]> {
  for await (const lines of readLines(folder, position, options))
    yield lines.map((line) => ({ message: messageIn(line), next: line.next }))
}

export function messageIn({ text }: Pick<Line, 'text'>): Message {
  const message: Message = JSON.parse(text)
  return message
}

/** Removes the segments before the one that a position is in: everything in them was read. */
export async function removeBefore(folder: string, { segment }: Position): Promise<void> {
  const read = (await listSegments(folder)).filter((known) => known < segment)
  for (const known of read) await rm(segmentPath(folder, known), { force: true })
  if (read.length > 0) await syncFolder(folder)
}
