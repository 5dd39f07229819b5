import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A place in a journal: what was read up to there is not read again. `START` is before everything. */
export interface Position {
  readonly segment: number
  readonly offset: number
}

export const START: Position = { segment: 0, offset: 0 }

const NAME = /^(?<segment>\d{15})\.ndjson$/

/** A segment is named after the millisecond in which it was begun, so that no number is ever used again. */
export const segmentPath = (folder: string, segment: number): string =>
  join(folder, `${String(segment).padStart(15, '0')}.ndjson`)

/** The segments of a journal, the oldest first; none when there is no journal yet. */
export async function listSegments(folder: string): Promise<number[]> {
  const names = await unlessMissing(async () => readdir(folder))
  return (names ?? [])
    .flatMap((name) => {
      const segment = NAME.exec(name)?.groups?.['segment']
      return segment === undefined ? [] : [Number(segment)]
    })
    .toSorted((a, b) => a - b)
}

/** Undefined when the file or the folder is not there, or not any more. */
export async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
