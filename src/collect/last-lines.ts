import { positionBeforeEnd, readLines, type Line } from './read-lines.ts'
import { START, type Position } from './segments.ts'

const FIRST_LOOK_BYTES = 1 << 20

/** The last lines of a journal, the oldest first, and where what comes after them begins. */
export async function lastLines(
  folder: string,
  limit: number,
): Promise<{ readonly lines: readonly Line[]; readonly end: Position }> {
  for (let bytes = FIRST_LOOK_BYTES; ; bytes *= 8) {
    const from = await positionBeforeEnd(folder, bytes)
    let lines: readonly Line[] = []
    let end = from
    for await (const more of readLines(folder, from)) {
      lines = [...lines, ...more].slice(-limit)
      end = more.at(-1)?.next ?? end
    }
    if (lines.length >= limit || from === START) return { lines, end }
  }
}
