import { open, stat, type FileHandle } from 'node:fs/promises'
import { isBlank, unframed } from './line.ts'
import { listSegments, segmentPath, START, unlessMissing, type Position } from './segments.ts'

/** Some bytes of a segment. */
export interface Stretch extends Position {
  readonly bytes: number
}

/** One line as it was appended, and where to go on after it. */
export interface Line {
  readonly text: string
  /** Where it is, its break left out. */
  readonly at: Stretch
  readonly next: Position
}

export interface ReadOptions {
  /** At the end, wait for more instead of ending. */
  readonly follow?: Following | undefined
  /** Told of each line that is damaged and therefore left out. */
  readonly onDamaged?: (at: Stretch) => void
}

export interface Following {
  readonly until: AbortSignal
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

const CHUNK_BYTES = 1 << 20
const LOOK_EVERY_MS = 150
const BREAK = 0x0a

/** Reads a journal from a position on, a chunk at a time, also while it is written. What is gone is passed over. */
export async function* readLines(
  folder: string,
  from: Position,
  options: ReadOptions = {},
): AsyncGenerator<readonly Line[]> {
  const { follow } = options
  let at = from
  for (;;) {
    const segments = await listSegments(folder)
    const segment = segments.find((known) => known >= at.segment)
    if (segment !== undefined && segment > at.segment) at = { segment, offset: 0 }
    const before = at
    if (segment !== undefined)
      for await (const { lines, end } of segmentLines(folder, at, options)) {
        at = end
        if (lines.length > 0) yield lines
        if (follow?.until.aborted === true) return
      }
    // Whatever has a successor was written to its end before the list was made.
    if (segment !== undefined && segment !== segments.at(-1))
      at = { segment: segment + 1, offset: 0 }
    else if (follow === undefined || follow.until.aborted) return
    else if (at === before) await follow.sleep(LOOK_EVERY_MS, follow.until).catch(() => undefined)
  }
}

interface Chunk {
  readonly lines: readonly Line[]
  readonly end: Position
}

async function* segmentLines(
  folder: string,
  { segment, offset }: Position,
  options: ReadOptions,
): AsyncGenerator<Chunk> {
  const file = await unlessMissing(async () => open(segmentPath(folder, segment), 'r'))
  if (file === undefined) return
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES)
    let at = offset
    for (;;) {
      const bytes = await readChunk(file, buffer, at)
      const whole = bytes.lastIndexOf(BREAK) + 1
      // No line is as long as a chunk, so that such a stretch is damage.
      const taken = whole === 0 && bytes.length === CHUNK_BYTES ? bytes.length : whole
      if (taken === 0) return
      const lines = linesIn(bytes.subarray(0, taken), { segment, offset: at }, options)
      at += taken
      yield { lines, end: { segment, offset: at } }
    }
  } finally {
    await file.close()
  }
}

async function readChunk(file: FileHandle, buffer: Buffer, at: number): Promise<Buffer> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
  return buffer.subarray(0, bytesRead)
}

function linesIn(bytes: Buffer, { segment, offset }: Position, { onDamaged }: ReadOptions): Line[] {
  const lines: Line[] = []
  let from = 0
  while (from < bytes.length) {
    const end = bytes.indexOf(BREAK, from)
    const to = end === -1 ? bytes.length : end
    const text = unframed(bytes.toString('utf8', from, to))
    const at = { segment, offset: offset + from, bytes: to - from }
    if (text === undefined) onDamaged?.(at)
    else if (!isBlank(text)) lines.push({ text, at, next: { segment, offset: offset + to + 1 } })
    from = to + 1
  }
  return lines
}

/** A position about so many bytes before the end. The line that it is in the middle of is left out. */
export async function positionBeforeEnd(folder: string, bytes: number): Promise<Position> {
  let left = bytes
  const segments = await listSegments(folder)
  for (const segment of segments.toReversed()) {
    const found = await unlessMissing(async () => stat(segmentPath(folder, segment)))
    const size = found?.size ?? 0
    if (size >= left) return { segment, offset: size - left }
    left -= size
  }
  return START
}
