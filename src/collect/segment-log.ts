import { mkdir, chmod, rm } from 'node:fs/promises'
import { RollcallError } from '../core/error.ts'
import type { Disk, SegmentFile } from './disk.ts'
import { framed } from './line.ts'
import { listSegments, segmentPath } from './segments.ts'

export interface LogSettings {
  readonly disk: Disk
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** A segment that is larger is followed by another. */
  readonly segmentBytes: number
  /** So much may wait for the disk; what comes then is turned away. */
  readonly waitingBytesMax: number
  /** When a segment is begun beyond so many, the oldest goes. Without it none does. */
  readonly segmentsMax?: number
}

interface Open {
  readonly path: string
  readonly file: SegmentFile
  /** What was synced; all before it stays, whatever happens. */
  durable: number
}

interface Waiting {
  readonly text: string
  readonly resolve: () => void
  readonly reject: (error: RollcallError) => void
}

/** After a failure the disk is left alone for so long, and everybody is told the same. */
const PAUSE_MS = 1000

/**
 * Appends lines to a folder of segment files, for one writer. What was appended while the disk was busy becomes durable together,
 * by one write and one sync. A segment in which anything failed is cut back to what was durable and never written again.
 */
export class SegmentLog {
  readonly folder: string
  readonly #settings: LogSettings
  #last: number
  #open: Open | undefined
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #working: Promise<void> | undefined
  #failure: { readonly error: RollcallError; readonly until: number } | undefined
  #endAsked = false
  #closed = false

  private constructor(folder: string, last: number, settings: LogSettings) {
    this.folder = folder
    this.#last = last
    this.#settings = settings
  }

  /** Makes the folder where it is missing. A former writer's segments are left as they are: a new one is begun with the first line. */
  static async open(folder: string, settings: LogSettings): Promise<SegmentLog> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    const segments = await listSegments(folder)
    return new SegmentLog(folder, segments.at(-1) ?? 0, settings)
  }

  /**
   * Appends texts, a line each. Returns when they are durable.
   * @throws RollcallError `collect/disk-full`, `collect/disk-failed`, `collect/busy` or `collect/closed`; then none of them is there
   */
  async append(texts: readonly string[]): Promise<void> {
    const { now, waitingBytesMax } = this.#settings
    if (texts.length === 0) return
    if (this.#closed) throw closed()
    if (this.#failure !== undefined && now() < this.#failure.until) throw this.#failure.error
    if (this.#waitingBytes > waitingBytesMax) throw busy()
    const text = texts.map(framed).join('')
    this.#waitingBytes += text.length
    const durable = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject })
    })
    this.#working ??= this.#work()
    return durable
  }

  /** Ends the segment; the next line begins another. */
  async rotate(): Promise<void> {
    this.#endAsked = true
    this.#working ??= this.#work()
    await this.#working
  }

  /** Waits until everything that was appended is durable; nothing more is taken. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#working
    await this.rotate()
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0 || this.#endAsked) {
      if (this.#endAsked) await this.#endSegment()
      const group = this.#takeWaiting()
      if (group.length === 0) continue
      try {
        await this.#write(Buffer.from(group.map(({ text }) => text).join('')))
        this.#failure = undefined
        for (const { resolve } of group) resolve()
      } catch (cause) {
        const error = failed(this.folder, cause)
        this.#failure = { error, until: this.#settings.now() + PAUSE_MS }
        await this.#abandonSegment()
        for (const { reject } of [...group, ...this.#takeWaiting()]) reject(error)
      }
    }
    this.#working = undefined
  }

  #takeWaiting(): readonly Waiting[] {
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    return waiting
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { segmentBytes } = this.#settings
    if (this.#open !== undefined && this.#open.durable >= segmentBytes) await this.#endSegment()
    this.#open ??= await this.#beginSegment()
    await this.#open.file.write(bytes)
    await this.#open.file.sync()
    this.#open.durable += bytes.length
  }

  async #beginSegment(): Promise<Open> {
    const { disk, now } = this.#settings
    await this.#removeOldest()
    this.#last = Math.max(this.#last + 1, now())
    const path = segmentPath(this.folder, this.#last)
    return { path, file: await disk.create(path), durable: 0 }
  }

  async #removeOldest(): Promise<void> {
    const { segmentsMax } = this.#settings
    if (segmentsMax === undefined) return
    const segments = await listSegments(this.folder)
    for (const segment of segments.slice(0, Math.max(0, segments.length + 1 - segmentsMax)))
      await rm(segmentPath(this.folder, segment), { force: true })
  }

  async #endSegment(): Promise<void> {
    const ended = this.#open
    this.#open = undefined
    this.#endAsked = false
    // All of it is synced, so that a close that fails loses nothing.
    await ended?.file.close().catch(() => undefined)
  }

  /** After a failed sync nobody knows which pages are on the disk, so that what follows goes elsewhere. */
  async #abandonSegment(): Promise<void> {
    const left = this.#open
    this.#open = undefined
    if (left === undefined) return
    const steps = [
      async () => left.file.truncate(left.durable),
      async () => left.file.close(),
      async () => (left.durable === 0 ? rm(left.path, { force: true }) : undefined),
    ]
    // What cannot be cut stays: its lines were never acknowledged, and whoever sent them sends them again.
    for (const step of steps) await step().catch(() => undefined)
  }
}

const FULL: readonly unknown[] = ['ENOSPC', 'EDQUOT']

function failed(folder: string, cause: unknown): RollcallError {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const what = cause instanceof Error ? cause.message : String(cause)
  return FULL.includes(code)
    ? new RollcallError(`The disk with "${folder}" is full`, {
        code: 'collect/disk-full',
        next: 'retry',
        remedy:
          'Make room on that disk. Clients were told to send again, and it goes on by itself.',
        cause,
      })
    : new RollcallError(`Cannot write to "${folder}": ${what}`, {
        code: 'collect/disk-failed',
        next: 'retry',
        remedy:
          'Look at the health and the mount of that disk. Clients were told to send again, and it goes on by itself.',
        cause,
      })
}

const busy = (): RollcallError =>
  new RollcallError('More comes in than the disk takes', {
    code: 'collect/busy',
    next: 'retry',
    remedy: 'Clients were told to send again later. If it lasts, use a faster disk.',
  })

const closed = (): RollcallError =>
  new RollcallError('Nothing more is taken: the server is ending', {
    code: 'collect/closed',
    next: 'retry',
    remedy: 'Start it again; clients send again by themselves.',
  })
