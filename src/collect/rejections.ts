import { rm } from 'node:fs/promises'
import type { MessageKind } from '../core/event/message.ts'
import type { RejectionReason } from '../core/event/rejection.ts'
import { localDisk, type Disk } from './disk.ts'
import { readLines, type Line, type ReadOptions } from './read-lines.ts'
import { SegmentLog } from './segment-log.ts'
import { listSegments, segmentPath, type Position } from './segments.ts'

/** A call that was not taken. */
export interface Rejection {
  readonly at: number
  /** Null where the write key did not say. */
  readonly source: string | null
  readonly reason: RejectionReason
  readonly field: string | null
  /** The call as far as its route told it. */
  readonly call: MessageKind | 'batch'
  /** The beginning of what came, with whatever personal data is in it; null where nothing is kept of it. */
  readonly body: string | null
}

const REJECTIONS_KEPT_DAYS = 7
const KEPT_MS = REJECTIONS_KEPT_DAYS * 86_400_000
const BODY_CHARACTERS_MAX = 4000
const SEGMENT_BYTES = 1 << 20
const SEGMENTS_MAX = 16
const WAITING_BYTES_MAX = 2 << 20

/** Keeps what was not taken, so that people can see why: for seven days, and 64 MB of it at the most. For one writer. */
export class Rejections {
  readonly #log: SegmentLog
  readonly #now: () => number

  private constructor(log: SegmentLog, now: () => number) {
    this.#log = log
    this.#now = now
  }

  static async open(
    folder: string,
    { now, disk = localDisk }: { readonly now: () => number; readonly disk?: Disk },
  ): Promise<Rejections> {
    await sweepRejections(folder, now())
    const settings = {
      disk,
      now,
      segmentBytes: SEGMENT_BYTES,
      segmentsMax: SEGMENTS_MAX,
      waitingBytesMax: WAITING_BYTES_MAX,
    }
    return new Rejections(await SegmentLog.open(folder, settings), now)
  }

  /**
   * Returns when they are durable.
   * @throws RollcallError when that cannot be
   */
  async keep(rejections: readonly Rejection[]): Promise<void> {
    await this.#log.append(
      rejections.map(({ body, ...rest }) =>
        JSON.stringify({
          ...rest,
          body: body?.slice(0, BODY_CHARACTERS_MAX).toWellFormed() ?? null,
        }),
      ),
    )
  }

  /** Removes what was kept long enough. To be called now and then: a segment ends with it, so that none grows old. */
  async sweep(): Promise<void> {
    await this.#log.rotate()
    await sweepRejections(this.#log.folder, this.#now())
  }

  async close(): Promise<void> {
    await this.#log.close()
  }
}

/** Removes segments that are too old. It needs no writer. */
export async function sweepRejections(folder: string, now: number): Promise<void> {
  const segments = await listSegments(folder)
  const old = segments.filter((begun) => begun < now - KEPT_MS)
  for (const segment of old) await rm(segmentPath(folder, segment), { force: true })
}

/** Reads what was not taken from a position on, the oldest first. */
export async function* readRejections(
  folder: string,
  from: Position,
  options?: ReadOptions,
): AsyncGenerator<readonly Rejection[]> {
  for await (const lines of readLines(folder, from, options)) yield lines.map(rejectionIn)
}

export function rejectionIn({ text }: Pick<Line, 'text'>): Rejection {
  const rejection: Rejection = JSON.parse(text)
  return rejection
}
