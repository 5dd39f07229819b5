import { stat } from 'node:fs/promises'
import { cut } from './disk.ts'
import { readLines, type Line } from './read-lines.ts'
import { listSegments, segmentPath } from './segments.ts'

/**
 * Cuts what a writer that died left half-written at the end of its segment. Nothing of that was acknowledged.
 * @param see Shown the lines that stay, of the last segments, the oldest first.
 */
export async function mend(folder: string, see: (lines: readonly Line[]) => void): Promise<void> {
  const segments = await listSegments(folder)
  const [first] = segments.slice(-2)
  const last = segments.at(-1)
  if (first === undefined || last === undefined) return
  let end = 0
  for await (const lines of readLines(folder, { segment: first, offset: 0 })) {
    see(lines)
    const next = lines.at(-1)?.next
    if (next?.segment === last) end = next.offset
  }
  const path = segmentPath(folder, last)
  if ((await stat(path)).size > end) await cut(path, end)
}
